import type { OutboundReply, OutboundRequest } from '../../src/connectors/connector.ts'
import { isRecord, parseJson, textOf } from '../../src/connectors/http.ts'
import { short } from './commits.ts'
import type { Ground } from './ground.ts'

/** A call as it reaches a provider. */
export interface ProviderCall {
  readonly deliveryId: string
  readonly request: OutboundRequest
}

/** A text or message that a provider took for the first time, or took again because it takes doubles. */
export interface Taken {
  readonly deliveryId: string
  /** The account or integration that it came from. */
  readonly accountId: string
  readonly kind: 'kaleyra' | 'loopback' | 'open'
  readonly providerId: string
}

/** The other side: two SMS providers, the webhook of an Open Messaging integration, and a platform. */
export class Providers {
  readonly #ground: Ground
  readonly #onTaken: (taken: Taken) => void
  /** Answers of those who drop doubles, by what names the message there. */
  readonly #known = new Map<string, OutboundReply>()
  #count = 0

  constructor(ground: Ground, onTaken: (taken: Taken) => void) {
    this.#ground = ground
    this.#onTaken = onTaken
  }

  /** Takes a call and gives the answer of success. */
  take(call: ProviderCall, isLate: boolean): OutboundReply {
    const { hostname, pathname } = new URL(call.request.url)
    if (pathname === '/oauth/token') return json({ access_token: 'token', expires_in: 3600 })
    const content = String(call.request.body ?? '')
    this.#ground.watch.takes.push({ deliveryId: call.deliveryId, content, late: isLate })
    this.#ground.history.add(
      hostname.replace('.test', ''),
      `takes ${short(call.deliveryId)}${isLate ? ', late' : ''}`,
    )
    if (hostname === 'platform.test') return this.#platform(content, pathname)
    if (hostname === 'webhook.test') return this.#webhook(call, content)
    if (hostname === 'box.test') return this.#carrier(call)
    return this.#kaleyra(call, { hostname, content })
  }

  /** Sends every text that it takes, also one that it had before. */
  #kaleyra(
    { deliveryId }: ProviderCall,
    { hostname, content }: { readonly hostname: string; readonly content: string },
  ): OutboundReply {
    const recipient = new URLSearchParams(content).get('to')
    const providerId = this.#newId('kaleyra')
    const accountId = hostname.replace('.test', '')
    this.#onTaken({ deliveryId, accountId, kind: 'kaleyra', providerId })
    return json({ id: providerId, data: [{ message_id: providerId, recipient }], error: {} })
  }

  #carrier({ deliveryId }: ProviderCall): OutboundReply {
    return this.#once(`box ${deliveryId}`, () => {
      const providerId = this.#newId('box')
      this.#onTaken({ deliveryId, accountId: 'box', kind: 'loopback', providerId })
      return json(providerId)
    })
  }

  #webhook({ deliveryId }: ProviderCall, content: string): OutboundReply {
    const body = fieldsOf(content)
    return this.#once(`webhook ${body['type']} ${textOf(body['id'])}`, () => {
      const isMessage = body['type'] === 'Text'
      const providerId = textOf(body['id']) ?? ''
      if (isMessage) {
        this.#onTaken({ deliveryId, accountId: 'integration', kind: 'open', providerId })
      }
      return { status: 200, headers: {}, body: '' }
    })
  }

  #platform(content: string, pathname: string): OutboundReply {
    const body = fieldsOf(content)
    if (pathname.endsWith('/receipt')) {
      return json({ id: this.#newId('platform'), type: 'Receipt', status: body['status'] })
    }
    const channel = isRecord(body['channel']) ? body['channel'] : {}
    return this.#once(`platform ${channel['messageId']} ${channel['time']}`, () =>
      json({ id: this.#newId('platform'), type: 'Text' }),
    )
  }

  #once(key: string, take: () => OutboundReply): OutboundReply {
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const reply = take()
    this.#known.set(key, reply)
    return reply
  }

  #newId(provider: string): string {
    this.#count += 1
    return `${provider}-${this.#count}`
  }
}

function json(value: unknown): OutboundReply {
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  }
}

/** The members of a JSON object; none of anything else. */
export function fieldsOf(content: string): Readonly<Record<string, unknown>> {
  const value = parseJson(content)
  return isRecord(value) ? value : {}
}
