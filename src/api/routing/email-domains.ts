import Type from 'typebox'
import { isEmailAddress } from '../../domain/email.ts'
import { AppError } from '../../errors.ts'
import type { EmailDomain } from '../../store/records.ts'
import { ConflictError, type Database, type Store } from '../../store/store.ts'
import { everything } from '../everything.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed, newRecord } from '../record-change.ts'
import { Listing, listing, Paging, pageOf } from '../schema.ts'

const path = '/api/v2/routing/email/domains'
const readScopes = ['routing', 'routing:readonly'] as const
const DomainPath = Type.Object({ domainId: Type.String({ minLength: 1, maxLength: 253 }) })
const Server = Type.Optional(Type.Object({ id: Type.Optional(Type.String()) }))

const Domain = Type.Object({
  id: Type.String(),
  name: Type.String(),
  subDomain: Type.Boolean(),
  mxRecordStatus: Type.String(),
  selfUri: Type.String(),
})

export const getRoutingEmailDomains = operation({
  id: 'getRoutingEmailDomains',
  method: 'GET',
  path,
  summary: 'Lists the e-mail domains.',
  scopes: readScopes,
  permission: 'routing:email:manage',
  input: { query: Type.Object(Paging) },
  reply: { status: 200, schema: Listing(Domain) },
  examples: [{ title: 'All e-mail domains', input: {} }],
  async handle({ query }, { store }) {
    const page = pageOf(query)
    return listing(await store.records.list('emailDomain', page), page, path, presentDomain)
  },
})

export const getRoutingEmailDomain = operation({
  id: 'getRoutingEmailDomain',
  method: 'GET',
  path: `${path}/{domainId}`,
  summary: 'Reads one e-mail domain.',
  scopes: readScopes,
  permission: 'routing:email:manage',
  input: { path: DomainPath },
  reply: { status: 200, schema: Domain },
  async handle({ path: { domainId } }, { store }) {
    return presentDomain(await findRecord(store, 'emailDomain', domainId.toLowerCase()))
  },
})

const DomainBody = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 253 }),
  subDomain: Type.Optional(Type.Boolean()),
  /** The id of an account that carries e-mail. */
  customSMTPServer: Server,
})

/** Nothing is looked up in the DNS: where mail for the domain goes is set up outside. */
export const postRoutingEmailDomains = operation({
  id: 'postRoutingEmailDomains',
  method: 'POST',
  path,
  summary:
    'Adds an e-mail domain. Its mail leaves through the account that customSMTPServer names, or stays in the embedded mailbox.',
  scopes: ['routing'],
  permission: 'routing:email:manage',
  input: { body: DomainBody },
  reply: { status: 200, schema: Domain },
  examples: [{ title: 'A domain', input: { body: { id: 'support.example.com' } } }],
  async handle({ body }, context) {
    const { store, database } = context
    const id = domainName(body.id)
    const domain: EmailDomain = {
      ...newRecord(id, context),
      id,
      subDomain: body.subDomain ?? false,
      ...(await accountOf(context, body.customSMTPServer)),
    }
    await claim(database, id, store.organizationId)
    await store.transaction(async (store) => {
      if ((await store.records.get('emailDomain', id)) !== undefined) throw taken(id)
      await store.records.add('emailDomain', domain)
    })
    return presentDomain(domain)
  },
})

export const patchRoutingEmailDomain = operation({
  id: 'patchRoutingEmailDomain',
  method: 'PATCH',
  path: `${path}/{domainId}`,
  summary: 'Changes the account that the mail of a domain leaves through.',
  scopes: ['routing'],
  permission: 'routing:email:manage',
  input: { path: DomainPath, body: Type.Object({ customSMTPServer: Server }) },
  reply: { status: 200, schema: Domain },
  async handle({ path: { domainId }, body }, context) {
    const account = await accountOf(context, body.customSMTPServer)
    return context.store.transaction(async (store) => {
      const before = await findRecord(store, 'emailDomain', domainId.toLowerCase())
      const { accountId: _, ...rest } = before
      const kept = body.customSMTPServer === undefined ? before : { ...rest, ...account }
      const domain = changed<EmailDomain>(kept, {}, context)
      await store.records.save('emailDomain', domain)
      return presentDomain(domain)
    })
  },
})

export const deleteRoutingEmailDomain = operation({
  id: 'deleteRoutingEmailDomain',
  method: 'DELETE',
  path: `${path}/{domainId}`,
  summary: 'Removes an e-mail domain with its routes.',
  scopes: ['routing'],
  permission: 'routing:email:manage',
  input: { path: DomainPath },
  reply: { status: 204 },
  async handle({ path: { domainId } }, { store, database }) {
    const id = domainId.toLowerCase()
    await store.transaction(async (store) => {
      await findRecord(store, 'emailDomain', id)
      for (const route of await everything(store, 'emailRoute')) {
        if (route.domainId === id) await store.records.remove('emailRoute', route.id)
      }
      await store.records.remove('emailDomain', id)
    })
    await database.removeFromDirectory('email-domain', id)
  },
})

function presentDomain(domain: EmailDomain) {
  return {
    id: domain.id,
    name: domain.name,
    mxRecordStatus: 'VALID',
    subDomain: domain.subDomain,
    ...(domain.accountId === undefined ? {} : { customSMTPServer: { id: domain.accountId } }),
    selfUri: `${path}/${domain.id}`,
  }
}

function domainName(given: string): string {
  const id = given.trim().toLowerCase()
  if (isEmailAddress(`x@${id}`)) return id
  throw new AppError('bad.request', '{id} is no domain.', {
    params: { id },
    details: [{ errorCode: 'bad.request', fieldName: 'id' }],
  })
}

/** The directory tells the SMTP listener whose a domain is, so it comes first and belongs to one organization. */
async function claim(database: Database, id: string, organizationId: string): Promise<void> {
  try {
    await database.addToDirectory('email-domain', id, organizationId)
  } catch (error) {
    throw error instanceof ConflictError ? taken(id) : error
  }
}

function taken(id: string): AppError {
  return new AppError('conflict', 'The domain {id} is set up already.', {
    params: { id },
    details: [{ errorCode: 'conflict', fieldName: 'id' }],
  })
}

async function accountOf(
  {
    store,
    messaging,
  }: { readonly store: Store; readonly messaging: { readonly connectors: Connectors } },
  server: { readonly id?: string } | undefined,
): Promise<{ readonly accountId?: string }> {
  const id = server?.id
  if (id === undefined) return {}
  const account = await store.records.get('account', id)
  const carries =
    account === undefined ? undefined : messaging.connectors.get(account.connector)?.carries
  if (carries === 'email') return { accountId: id }
  throw new AppError(
    'bad.request',
    'customSMTPServer.id must be the id of an account that carries e-mail.',
    {
      details: [{ errorCode: 'bad.request', fieldName: 'customSMTPServer.id', entityId: id }],
    },
  )
}

type Connectors = ReadonlyMap<string, { readonly carries: string }>
