import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { principalOfApiKey } from '../api/nexus/api-key.ts'
import { addressOf } from '../api/nexus/async-face.ts'
import { asyncAccountId, mgageAccountId, porticoAccountId } from '../api/nexus/channel-accounts.ts'
import { looseBodies } from '../connectors/body.ts'
import { AppError } from '../errors.ts'
import { takeFromProvider } from '../messaging/webhook.ts'
import { grants } from '../principal.ts'
import type { Store } from '../store/store.ts'
import { singleHeader } from './caller.ts'
import { type WebhookDoor, webhookRequest } from './webhooks.ts'

const receivePermission = 'nexus:sms:receive'

/**
 * The addresses that SMS providers and gateways post to on Digital Channels. Providers come with Basic `ccid:key`, or
 * with both in the path where they cannot; gateways sign with their channel's secret and name the ccid in a header.
 */
export function addNexusDoors(app: FastifyInstance, door: WebhookDoor): void {
  for (const kind of ['message', 'receipt'] as const) {
    app.post(`/nexus/v3/sms/${kind}`, async (request, reply) => {
      const { ccid, apiKey } = basicOf(request)
      return takeSms({ door, request, reply }, { kind, ccid, apiKey })
    })
    app.post<{ Params: { ccid: string; apiKey: string } }>(
      `/nexus/v3/sms/:ccid/:apiKey/${kind}`,
      async (request, reply) => takeSms({ door, request, reply }, { kind, ...request.params }),
    )
  }
  for (const kind of ['messages', 'receipts', 'errors'] as const) {
    app.post<{ Params: { channelId: string } }>(
      `/nexus/v3/channels/:channelId/${kind}`,
      async (request, reply) => {
        const { store, accountId } = await channelOf(request, door)
        const result = await takeFromProvider(
          store,
          {
            accountId,
            request: webhookRequest(request, kind),
            origin: door.publicUrl(),
            record: (secrets) => door.record(request, secrets),
          },
          door.messaging,
        )
        return give(door, result, reply)
      },
    )
  }
}

interface Call {
  readonly door: WebhookDoor
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

async function takeSms(
  { door, request, reply }: Call,
  given: {
    readonly kind: 'message' | 'receipt'
    readonly ccid: string | undefined
    readonly apiKey: string | undefined
  },
): Promise<FastifyReply> {
  const { database, messaging } = door
  const principal = await knownCaller(database, given)
  const store = database.store(principal.organizationId)
  const call = { ...webhookRequest(request, given.kind), isProven: true }
  const accountId = isMgage(call) ? mgageAccountId : porticoAccountId
  const result = await takeFromProvider(
    store,
    {
      accountId,
      request: call,
      origin: door.publicUrl(),
      record: (secrets) =>
        door.record(request, given.apiKey === undefined ? secrets : [...secrets, given.apiKey]),
    },
    messaging,
  )
  return give(door, result, reply)
}

/** Whoever cannot be told apart is told the same: an unknown contact center, and a key that is not for it. */
async function knownCaller(
  database: WebhookDoor['database'],
  given: { readonly ccid: string | undefined; readonly apiKey: string | undefined },
) {
  const refused = new AppError(
    'bad.credentials',
    'Send Basic authentication with the contact center’s id as user name and an API key as password.',
  )
  try {
    const principal = await principalOfApiKey(database, given)
    if (grants(principal.permissions, receivePermission)) return principal
  } catch (error) {
    if (!(error instanceof AppError)) throw error
  }
  throw refused
}

/** mGage names its fields otherwise than the aggregation. */
function isMgage(call: ReturnType<typeof webhookRequest>): boolean {
  const [body] = looseBodies(call)
  return body?.['device_address'] !== undefined || body?.['router'] === 'MMX'
}

function basicOf(request: FastifyRequest): {
  readonly ccid: string | undefined
  readonly apiKey: string | undefined
} {
  const basic = /^Basic\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (basic === undefined) return { ccid: undefined, apiKey: undefined }
  const pair = Buffer.from(basic, 'base64').toString('utf8')
  const at = pair.indexOf(':')
  return { ccid: pair.slice(0, Math.max(at, 0)), apiKey: pair.slice(at + 1) }
}

/** The account of the channel in the path, in the contact center that `x-ccid` names; `not.found` otherwise. */
export async function channelOf(
  request: FastifyRequest<{ Params: { channelId: string } }>,
  { database }: Pick<WebhookDoor, 'database'>,
): Promise<{ readonly store: Store; readonly accountId: string; readonly address: string }> {
  const ccid = singleHeader(request.headers['x-ccid']) ?? ''
  const { channelId } = request.params
  const store = database.store(ccid)
  const organization = await store.records.known('organization', ccid)
  const address = addressOf(channelId, organization?.defaultCountry)
  const accountId = asyncAccountId(address ?? '')
  const account = await store.records.known('account', accountId)
  if (organization !== undefined && address !== undefined && account !== undefined) {
    return { store, accountId, address }
  }
  throw new AppError(
    'not.found',
    'There is no channel {channelId} in the contact center that x-ccid names: add it to the service Async.',
    { params: { channelId }, details: [{ errorCode: 'not.found', fieldName: 'channelId' }] },
  )
}

function give(
  door: WebhookDoor,
  result: Awaited<ReturnType<typeof takeFromProvider>>,
  reply: FastifyReply,
): FastifyReply {
  door.onTaken(result)
  reply.status(result.reply.status)
  if (result.reply.body === undefined) return reply.send()
  return reply.type(result.reply.contentType ?? 'text/plain').send(result.reply.body)
}
