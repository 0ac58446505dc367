import Type, { type Static } from 'typebox'
import { isSayable } from '../../domain/consent-words.ts'
import { AppError } from '../../errors.ts'
import { consentAddressReader, defaultPolicyId, plainPolicy } from '../../messaging/consent.ts'
import type { ConsentPolicy } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed, newRecord } from '../record-change.ts'
import { Listing, listing, Paging, pageOf } from '../schema.ts'
import { checkVersion, presentBase } from './records.ts'

const path = '/api/signalbox/consentpolicies'

const Words = Type.Array(Type.String({ minLength: 1, maxLength: 40 }), { maxItems: 50 })
const Answer = Type.Optional(Type.String({ maxLength: 480 }))
const Minute = Type.Integer({ minimum: 0, maximum: 1440 })

const PolicyBody = Type.Object({
  wordSets: Type.Optional(
    Type.Array(Type.Enum(['vendor', 'ctia', 'fcc', 'carrier']), { maxItems: 10 }),
  ),
  optOutWords: Type.Optional(Words),
  optInWords: Type.Optional(Words),
  helpWords: Type.Optional(Words),
  /** Left out: a plain answer. Empty: none, because the carrier answers. */
  answers: Type.Optional(Type.Object({ 'opt-out': Answer, 'opt-in': Answer, help: Answer })),
  quietHours: Type.Optional(
    Type.Object({
      window: Type.Object({ fromMinute: Minute, toMinute: Minute }),
      stateRules: Type.Boolean(),
    }),
  ),
  cap: Type.Optional(
    Type.Object({
      textsMax: Type.Integer({ minimum: 1, maximum: 100 }),
      withinHours: Type.Integer({ minimum: 1, maximum: 2160 }),
    }),
  ),
  marketingNeedsOptIn: Type.Optional(Type.Boolean()),
  version: Type.Optional(Type.Integer()),
})

const PolicySchema = Type.Interface([PolicyBody], { id: Type.String(), version: Type.Integer() })

/** `default`, or the sender that it is for. */
const PolicyPath = Type.Object({ id: Type.String({ minLength: 1, maxLength: 40 }) })

export const signalboxListConsentPolicies = operation({
  id: 'signalboxListConsentPolicies',
  method: 'GET',
  path,
  summary: 'Lists the consent policies: the default and those of single senders.',
  permission: 'signalbox:consents:view',
  input: { query: Type.Object(Paging) },
  reply: { status: 200, schema: Listing(PolicySchema) },
  examples: [{ title: 'all', input: {} }],
  async handle({ query }, { store }) {
    const page = pageOf(query)
    return listing(await store.records.list('consentPolicy', page), page, path, present)
  },
})

export const signalboxGetConsentPolicy = operation({
  id: 'signalboxGetConsentPolicy',
  method: 'GET',
  path: `${path}/{id}`,
  summary: 'Reads the consent policy of a sender, or the one called default.',
  permission: 'signalbox:consents:view',
  input: { path: PolicyPath },
  reply: { status: 200, schema: PolicySchema },
  examples: [{ title: 'the default', input: { path: { id: 'default' } } }],
  async handle({ path: { id } }, { store }) {
    const own = await idOf(store, id)
    const policy = await store.records.get('consentPolicy', own)
    if (policy === undefined && id === defaultPolicyId) {
      return { id, name: id, version: 0, ...plainPolicy }
    }
    return present(policy ?? (await findRecord(store, 'consentPolicy', own)))
  },
})

export const signalboxPutConsentPolicy = operation({
  id: 'signalboxPutConsentPolicy',
  method: 'PUT',
  path: `${path}/{id}`,
  summary:
    'Sets the consent policy of a sender, or the default: words, answers, quiet hours, caps.',
  permission: 'signalbox:consents:edit',
  input: { path: PolicyPath, body: PolicyBody },
  reply: { status: 200, schema: PolicySchema },
  handle({ path: { id: asked }, body }, context) {
    requireSayable(body)
    return context.store.transaction(async (store) => {
      const id = await idOf(store, asked)
      const before = await store.records.get('consentPolicy', id)
      if (before === undefined) {
        const made = { ...newRecord(id, context), id, ...policyOf(body) }
        await store.records.add('consentPolicy', made)
        return present(made)
      }
      checkVersion(before, body.version)
      const { secrets: _, quietHours: _quiet, cap: _cap, ...rest } = before
      const saved = changed<ConsentPolicy>(rest, policyOf(body), context)
      await store.records.save('consentPolicy', saved)
      return present(saved)
    })
  },
})

/** A word that no text can be would leave its author in the belief that it is heard. */
function requireSayable(body: Static<typeof PolicyBody>): void {
  for (const fieldName of ['optOutWords', 'optInWords', 'helpWords'] as const) {
    const word = body[fieldName]?.find((one) => !isSayable(one))
    if (word === undefined) continue
    throw new AppError('bad.request', '{fieldName}: “{word}” has no letter or digit.', {
      params: { fieldName, word },
      details: [{ errorCode: 'bad.request', fieldName }],
    })
  }
}

export const signalboxDeleteConsentPolicy = operation({
  id: 'signalboxDeleteConsentPolicy',
  method: 'DELETE',
  path: `${path}/{id}`,
  summary: 'Removes a consent policy: its sender has the default again, the default the plain one.',
  permission: 'signalbox:consents:edit',
  input: { path: PolicyPath },
  reply: { status: 204 },
  async handle({ path: { id } }, { store }) {
    const policy = await findRecord(store, 'consentPolicy', await idOf(store, id))
    await store.records.remove('consentPolicy', policy.id)
  },
})

async function idOf(store: Store, asked: string): Promise<string> {
  return asked === defaultPolicyId ? asked : (await consentAddressReader(store))(asked)
}

function policyOf(body: Static<typeof PolicyBody>) {
  return {
    wordSets: body.wordSets ?? plainPolicy.wordSets,
    optOutWords: body.optOutWords ?? [],
    optInWords: body.optInWords ?? [],
    helpWords: body.helpWords ?? [],
    answers: { ...plainPolicy.answers, ...body.answers },
    ...(body.quietHours === undefined ? {} : { quietHours: body.quietHours }),
    ...(body.cap === undefined ? {} : { cap: body.cap }),
    marketingNeedsOptIn: body.marketingNeedsOptIn ?? false,
  }
}

function present(policy: ConsentPolicy) {
  const { createdMs: _c, modifiedMs: _m, secrets: _s, ...shown } = policy
  return { ...shown, ...presentBase(policy, path) }
}
