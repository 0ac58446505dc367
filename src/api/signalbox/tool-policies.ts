import Type, { type Static } from 'typebox'
import { AppError } from '../../errors.ts'
import type { ToolPolicy } from '../../store/tool-policy.ts'
import { operation } from '../operation.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { checkVersion, presentBase, recordOf } from './records.ts'

const path = '/api/signalbox/tool-policies'

const Rule = Type.Enum(['allow', 'confirm', 'deny'])
const Channel = Type.Enum(['message', 'email', 'social', 'video', 'cobrowse', 'internal', 'fax'])
const Ids = Type.Array(Id, { maxItems: 1000 })

/** What can be set of a policy; what is left out says nothing. */
const Content = {
  connectionId: Type.Optional(Id),
  clientId: Type.Optional(Id),
  userId: Type.Optional(Id),
  rules: Type.Optional(Type.Record(Type.String({ maxLength: 100 }), Rule)),
  readOnly: Type.Optional(Type.Boolean()),
  channels: Type.Optional(Type.Array(Channel)),
  conversationIds: Type.Optional(Ids),
  queueIds: Type.Optional(Ids),
  withoutElicitation: Type.Optional(Type.Enum(['token', 'refuse'])),
  maskPersonalData: Type.Optional(Type.Boolean()),
  plainText: Type.Optional(Type.Boolean()),
  callsPerMinute: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000_000 })),
  writesPerMinute: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000_000 })),
  keepPayload: Type.Optional(Type.Boolean()),
}

const Name = Type.String({ minLength: 1, maxLength: 200 })
const CreateBody = Type.Object({ name: Name, ...Content })
const UpdateBody = Type.Object({ name: Name, ...Content, version: Type.Optional(Type.Integer()) })

const PolicySchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  ...Content,
  rules: Type.Record(Type.String(), Rule),
  readOnly: Type.Boolean(),
  withoutElicitation: Type.String(),
  version: Type.Integer(),
  selfUri: Type.String(),
})

export const signalboxListToolPolicies = operation({
  id: 'signalboxListToolPolicies',
  method: 'GET',
  path,
  summary: 'Lists the policies on what agents may do through tools.',
  permission: 'signalbox:toolpolicies:view',
  input: { query: Type.Object({ ...Paging }) },
  reply: { status: 200, schema: Listing(PolicySchema) },
  async handle({ query }, { store }) {
    const page = pageOf(query)
    return listing(await store.records.list('toolPolicy', page), page, path, presentPolicy)
  },
})

export const signalboxCreateToolPolicy = operation({
  id: 'signalboxCreateToolPolicy',
  method: 'POST',
  path,
  summary:
    'Adds a policy: rules (allow, confirm, deny) by tool, channel or effect, for a connection, client or user or for all. Of several that fit, the strictest counts.',
  permission: 'signalbox:toolpolicies:edit',
  input: { body: CreateBody },
  reply: { status: 201, schema: PolicySchema },
  async handle({ body }, { store, outside }) {
    const nowMs = outside.clock.now()
    const policy: ToolPolicy = {
      ...contentOf(body),
      id: outside.ids.uuid(),
      version: 1,
      createdMs: nowMs,
      modifiedMs: nowMs,
    }
    await store.records.add('toolPolicy', policy)
    return presentPolicy(policy)
  },
})

export const signalboxUpdateToolPolicy = operation({
  id: 'signalboxUpdateToolPolicy',
  method: 'PUT',
  path: `${path}/{id}`,
  summary: 'Replaces a policy as a whole.',
  permission: 'signalbox:toolpolicies:edit',
  input: { path: Type.Object({ id: Id }), body: UpdateBody },
  reply: { status: 200, schema: PolicySchema },
  handle: ({ path: { id }, body }, { store, outside }) =>
    store.transaction(async (store) => {
      const before = await recordOf(store, 'toolPolicy', id)
      checkVersion(before, body.version)
      const policy: ToolPolicy = {
        ...contentOf(body),
        id,
        version: before.version + 1,
        createdMs: before.createdMs,
        modifiedMs: outside.clock.now(),
      }
      await store.records.save('toolPolicy', policy)
      return presentPolicy(policy)
    }),
})

export const signalboxDeleteToolPolicy = operation({
  id: 'signalboxDeleteToolPolicy',
  method: 'DELETE',
  path: `${path}/{id}`,
  summary: 'Removes a policy.',
  permission: 'signalbox:toolpolicies:edit',
  input: { path: Type.Object({ id: Id }) },
  reply: { status: 204 },
  async handle({ path: { id } }, { store }) {
    await recordOf(store, 'toolPolicy', id)
    await store.records.remove('toolPolicy', id)
  },
})

function contentOf(body: Static<typeof CreateBody>) {
  const { rules = {} } = body
  for (const key of Object.keys(rules)) checkRuleKey(key)
  const { version: _, ...content }: Static<typeof CreateBody> & { version?: number } = body
  return {
    ...content,
    rules: Object.fromEntries(Object.entries(rules).map(([key, rule]) => [shortName(key), rule])),
    readOnly: body.readOnly ?? false,
    withoutElicitation: body.withoutElicitation ?? ('token' as const),
    maskPersonalData: body.maskPersonalData ?? false,
    plainText: body.plainText ?? false,
    keepPayload: body.keepPayload ?? false,
  }
}

const seedPrefix = 'genesys_conversations_digital_'

function shortName(key: string): string {
  return key.startsWith(seedPrefix) ? key.slice(seedPrefix.length) : key
}

/** A rule with a slip in its key would be one that never holds. */
function checkRuleKey(key: string): void {
  if (key === '*' || /^effect:(read|edit|send|end)$/.test(key)) return
  if (/^channel:(message|email|social|video|cobrowse|internal|fax)$/.test(key)) return
  if (/^(get|post|put|patch|delete)_[a-z_]+$/.test(shortName(key))) return
  throw new AppError(
    'bad.request',
    'A rule’s key must be a tool’s name, channel:<channel>, effect:<read, edit, send or end> or *, not {key}.',
    { params: { key }, details: [{ errorCode: 'bad.request', fieldName: 'rules' }] },
  )
}

function presentPolicy(policy: ToolPolicy) {
  const { id: _, name: __, version: ___, createdMs, modifiedMs, secrets, ...content } = policy
  return { ...presentBase(policy, path), ...content }
}
