import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { WebhookRequest } from '../connectors/connector.ts'
import type { Exchange } from '../exchange.ts'
import type { Messaging } from '../messaging/messaging.ts'
import { takeFromPlatform, takeFromProvider, type WebhookResult } from '../messaging/webhook.ts'
import type { Database } from '../store/store.ts'

/** What the providers' door needs of the server. */
export interface WebhookDoor {
  readonly database: Database
  readonly messaging: Messaging
  /** Writes a call down with these secrets masked. */
  record(request: FastifyRequest, secrets: readonly string[]): Exchange
  onTaken(result: WebhookResult): void
  /** Where this server can be reached, without a trailing slash. */
  publicUrl(): string
}

/** The addresses that providers and platforms post to. Who may is decided by the connector, from the raw bytes. */
export function addWebhooks(app: FastifyInstance, door: WebhookDoor): void {
  app.all<{ Params: { organizationId: string; accountId: string; '*'?: string } }>(
    '/webhooks/:organizationId/:accountId',
    (request, reply) => answer(take(request), reply),
  )
  app.all<{ Params: { organizationId: string; accountId: string; '*'?: string } }>(
    '/webhooks/:organizationId/:accountId/*',
    (request, reply) => answer(take(request), reply),
  )
  app.post<{ Params: { organizationId: string; relayId: string } }>(
    '/relays/:organizationId/:relayId',
    async (request, reply) => {
      const store = door.database.store(request.params.organizationId)
      const result = takeFromPlatform(
        store,
        {
          relayId: request.params.relayId,
          request: webhookRequest(request, ''),
          record: (secrets) => door.record(request, secrets),
        },
        door.messaging,
      )
      return answer(result, reply)
    },
  )

  async function take(
    request: FastifyRequest<{
      Params: { organizationId: string; accountId: string; '*'?: string }
    }>,
  ): Promise<WebhookResult> {
    const { organizationId, accountId, '*': path = '' } = request.params
    const store = door.database.store(organizationId)
    return takeFromProvider(
      store,
      {
        accountId,
        request: { ...webhookRequest(request, path), url: door.publicUrl() + request.url },
        origin: door.publicUrl(),
        record: (secrets) => door.record(request, secrets),
      },
      door.messaging,
    )
  }

  async function answer(
    taking: Promise<WebhookResult>,
    reply: {
      status(code: number): unknown
      type(type: string): unknown
      send(body?: string): unknown
    },
  ): Promise<unknown> {
    const result = await taking
    door.onTaken(result)
    reply.status(result.reply.status)
    if (result.reply.body === undefined) return reply.send()
    reply.type(result.reply.contentType ?? 'text/plain; charset=utf-8')
    return reply.send(result.reply.body)
  }
}

/** A call as a connector reads it: `path` is what follows the address of the account. */
export function webhookRequest(request: FastifyRequest, path: string): WebhookRequest {
  const single = (values: NodeJS.Dict<string | string[]>): Record<string, string> => {
    const entries = Object.entries(values).flatMap(([name, value]) => {
      const one = Array.isArray(value) ? value.at(-1) : value
      return one === undefined ? [] : [[name, one] as const]
    })
    return Object.fromEntries(entries)
  }
  const query = new URLSearchParams(request.url.split('?')[1] ?? '')
  return {
    method: request.method,
    path,
    query: Object.fromEntries(query),
    headers: single(request.headers),
    body: request.rawBody,
  }
}
