import { isRecord, textOf } from '../../connectors/http.ts'
import { normalizeNumber } from '../../domain/address.ts'
import type { Store } from '../../store/store.ts'
import {
  asyncAccountId,
  asyncAccounts,
  removeServiceAccount,
  saveServiceAccount,
} from './channel-accounts.ts'
import { shareHeaders } from './sections.ts'
import { knownData, type ServiceBody, serviceFault } from './service-body.ts'
import type { ServiceFace } from './service-face.ts'

const channelsMax = 500

interface Channel {
  readonly channelId: string
  /** E.164 with `+` or a short code; a domain in lower case. */
  readonly address: string
  readonly url: string
  readonly webhookSecret: string | undefined
  readonly apiSecret: string | undefined
}

/** The service Async: a custom gateway, with one account for each of its channels ("Provision SMS", option 2). */
export const asyncFace: ServiceFace = {
  name: 'Async',
  async read(store) {
    const accounts = await asyncAccounts(store)
    if (accounts.length === 0) return undefined
    const channels = accounts.map(({ settings }) => ({
      channelId: settings['channelId'],
      webhook: { url: settings['webhookUrl'] },
    }))
    return { data: { channels } }
  },
  async write(store, body, ground) {
    const channels = await channelsIn(store, body)
    const before = await asyncAccounts(store)
    for (const { channelId, address, url, webhookSecret, apiSecret } of channels) {
      const id = asyncAccountId(address)
      const known = before.find((account) => account.id === id)
      requireSecrets({ channelId, webhookSecret, apiSecret }, known !== undefined)
      const settings = {
        channelId,
        webhookUrl: url,
        ...(webhookSecret === undefined ? {} : { webhookSecret }),
        ...(apiSecret === undefined ? {} : { apiSecret }),
      }
      const connector = address.includes('.') ? 'async-email' : 'async'
      const account = { id, name: `Async ${channelId}`, connector, settings }
      await saveServiceAccount(store, account, ground)
    }
    const kept = channels.map(({ address }) => asyncAccountId(address))
    for (const { id } of before) if (!kept.includes(id)) await removeServiceAccount(store, id)
    await shareHeaders(store, ground)
  },
  async remove(store) {
    for (const { id } of await asyncAccounts(store)) await removeServiceAccount(store, id)
  },
}

function requireSecrets(
  given: Pick<Channel, 'channelId' | 'webhookSecret' | 'apiSecret'>,
  isKnown: boolean,
): void {
  if (isKnown) return
  const { channelId } = given
  const missing = (name: string) =>
    serviceFault(
      'secret.channels',
      `secret.channels has no ${name} for the channel ${channelId}: add it under the same channelId.`,
    )
  if (given.webhookSecret === undefined) throw missing('webhook.secret')
  if (given.apiSecret === undefined) throw missing('api.secret')
}

/** The two lists of the body, joined by channelId. */
async function channelsIn(store: Store, body: ServiceBody): Promise<readonly Channel[]> {
  const organization = await store.records.get('organization', store.organizationId)
  const given = entriesOf(knownData(body, ['channels'])?.['channels'], 'data.channels')
  const secrets = entriesOf(body.secret?.['channels'] ?? [], 'secret.channels')
  const channels = given.map((one, index): Channel => {
    const field = `data.channels[${index}]`
    const channelId = textOf(one['channelId']) ?? ''
    const address = addressOf(channelId, organization?.defaultCountry)
    if (address === undefined) {
      throw serviceFault(
        `${field}.channelId`,
        `${field}.channelId must be a number, a short code or an e-mail domain.`,
      )
    }
    const url = textOf(memberOf(one['webhook'], 'url')) ?? ''
    if (!URL.canParse(url) || !/^https?:\/\//.test(url)) {
      throw serviceFault(`${field}.webhook.url`, `${field}.webhook.url must be an http(s) address.`)
    }
    const secret = secrets.find((other) => textOf(other['channelId']) === channelId)
    const apiSecret = textOf(memberOf(secret?.['api'], 'secret'))
    const webhookSecret = textOf(memberOf(secret?.['webhook'], 'secret'))
    return { channelId, address, url, apiSecret, webhookSecret }
  })
  refuseStrays(channels, secrets)
  return channels
}

/** A secret under a channelId that there is none of is a slip of the pen. */
function refuseStrays(
  channels: readonly Channel[],
  secrets: readonly Readonly<Record<string, unknown>>[],
): void {
  const ids = channels.map(({ channelId }) => channelId)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) {
    throw serviceFault('data.channels', `data.channels has the channel ${twice} twice.`)
  }
  const stray = secrets.map((one) => textOf(one['channelId']) ?? '').find((id) => !ids.includes(id))
  if (stray === undefined) return
  throw serviceFault(
    'secret.channels',
    `secret.channels names the channel ${stray}, which data.channels does not have.`,
  )
}

function entriesOf(value: unknown, field: string): readonly Readonly<Record<string, unknown>>[] {
  if (Array.isArray(value) && value.length <= channelsMax && value.every(isRecord)) return value
  throw serviceFault(field, `${field} must be a list of at most ${channelsMax} channels.`)
}

function memberOf(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined
}

/** A channel's one form: a number as it is compared, a domain in lower case. */
export function addressOf(channelId: string, defaultCountry?: string): string | undefined {
  const text = channelId.trim()
  const number = normalizeNumber(text, defaultCountry)
  if (number !== undefined) return number
  const isDomain = /^(?=.{4,80}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/i.test(text)
  return isDomain ? text.toLowerCase() : undefined
}
