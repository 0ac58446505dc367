import type { Context } from '../context.ts'
import type { Account } from '../store/records.ts'
import type { Caller } from './house.ts'
import { ToolError } from './tool-error.ts'

/** Where tools can work: on this server, or through it in another organization. Its id is the tools' PCID. */
export interface Connection {
  readonly id: string
  readonly name: string
  readonly kind: 'embedded' | 'remote'
  /** Of a remote one. */
  readonly account?: Account
}

/** Another name of the embedded server, beside its organization's id. */
const selfName = 'self'

/** All connections of the caller's organization; the embedded server comes first. */
export async function connectionsOf(context: Context): Promise<readonly Connection[]> {
  const { store, principal } = context
  const { organizationId } = principal
  const organization = await store.records.known('organization', organizationId)
  return [
    { id: organizationId, name: organization?.name ?? 'This server', kind: 'embedded' },
    ...(await remotesOf(context)),
  ]
}

/** Remote connections by the list of accounts that they are in, which is another one once an account has changed. */
const remotes = new WeakMap<readonly Account[], readonly Connection[]>()

async function remotesOf({ store }: Context): Promise<readonly Connection[]> {
  const accounts = await store.records.knownAll('account')
  const known = remotes.get(accounts)
  if (known !== undefined) return known
  const found = accounts
    .filter((account) => isConnection(account) && account.settings['baseUrl'] !== selfName)
    .map((account) => ({ id: account.id, name: account.name, kind: 'remote' as const, account }))
  remotes.set(accounts, found)
  return found
}

/** The connection that a call means. Throws `ToolError` that names those there are. */
export async function connectionFor(
  caller: Caller,
  given: string | undefined,
): Promise<Connection> {
  const { context, narrowing } = caller
  if (given !== undefined && narrowing.pcid !== undefined && given !== narrowing.pcid) {
    throw new ToolError('not.authorized', 'This endpoint was narrowed to another connection.', {
      status: 403,
      allowed: { PCID: [narrowing.pcid] },
    })
  }
  const id = given ?? narrowing.pcid
  if (id === context.principal.organizationId || id === selfName) return embedded(context)
  if (id === undefined && (await remotesOf(context)).length === 0) return embedded(context)
  const all = await connectionsOf(context)
  const found = all.find((connection) => connection.id === id)
  if (found !== undefined) return found
  if (id !== undefined && (await isAliasOfSelf(context, id))) return embedded(context)
  throw new ToolError(
    id === undefined ? 'required.field.missing' : 'not.found',
    id === undefined
      ? 'There are several connections: say in PCID which one to use.'
      : `There is no connection ${id}.`,
    {
      status: id === undefined ? 400 : 404,
      fix: 'Call again with one of the allowed values as PCID.',
      allowed: { PCID: all.map((connection) => ({ id: connection.id, name: connection.name })) },
    },
  )
}

function embedded({ principal }: Context): Connection {
  return { id: principal.organizationId, name: 'This server', kind: 'embedded' }
}

/** A connection whose address is `self` leads back here. */
async function isAliasOfSelf({ store }: Context, id: string): Promise<boolean> {
  const account = await store.records.known('account', id)
  return account !== undefined && isConnection(account) && account.settings['baseUrl'] === selfName
}

function isConnection({ connector }: Account): boolean {
  return connector === 'genesys-cloud'
}
