import { segmentSms } from '../../domain/sms.ts'
import { SendError } from '../../errors.ts'
import type { Io, OutboundMessage, OutboundReply, Sent } from '../connector.ts'
import { isAccepted, isRecord, readJson, textOf, urlBelow } from '../http.ts'
import { refusal } from './refusal.ts'
import type { KaleyraSettings } from './settings.ts'

/** Texts of one request; Kaleyra takes 1000. */
const nodesMax = 500
/** How long the first text of a request waits for others. */
const gatherMs = 20

interface Member {
  readonly message: OutboundMessage<'sms'>
  readonly io: Io
  settle(outcome: Sent | SendError): void
}

interface Batch {
  readonly settings: KaleyraSettings
  readonly members: Member[]
  readonly timer: NodeJS.Timeout
}

/**
 * Whether a text may leave together with others: campaigns' texts of an account that is set so, and whose receipts come
 * by profile, since texts of a bulk request carry neither a callback nor a tag of their own.
 */
export function leavesInBulk(message: OutboundMessage<'sms'>, settings: KaleyraSettings): boolean {
  return settings.bulk === true && message.purpose === 'bulk' && settings.callback === 'profile'
}

/**
 * Sends texts that are due at the same time in one request ("Bulk SMS": `POST /v1/{SID}/sms/json`). Each gets its own
 * outcome; where the answer names no id for one, that one is uncertain.
 */
export function createBulk(): (
  message: OutboundMessage<'sms'>,
  settings: KaleyraSettings,
  io: Io,
) => Promise<Sent> {
  const gathering = new Map<string, Batch>()
  const leave = (key: string, batch: Batch) => {
    if (gathering.get(key) === batch) gathering.delete(key)
    clearTimeout(batch.timer)
    void post(batch)
  }
  return (message, settings, io) =>
    new Promise((resolve, reject) => {
      const key = JSON.stringify(settings)
      const batch = gathering.get(key) ?? open(key, settings)
      batch.members.push({
        message,
        io,
        settle: (outcome) => (outcome instanceof SendError ? reject(outcome) : resolve(outcome)),
      })
      if (batch.members.length >= nodesMax) leave(key, batch)
    })

  function open(key: string, settings: KaleyraSettings): Batch {
    const timer = setTimeout(() => leave(key, batch), gatherMs)
    const batch: Batch = { settings, members: [], timer }
    gathering.set(key, batch)
    return batch
  }
}

async function post({ settings, members }: Batch): Promise<void> {
  const [first, ...others] = members
  if (first === undefined) return
  const nodes = members.map(({ message }) => nodeOf(message, settings))
  const sid = encodeURIComponent(settings.sid)
  const url = urlBelow(settings.baseUrl ?? 'https://api.kaleyra.io', `/v1/${sid}/sms/json`)
  const startedMs = first.io.now()
  try {
    const reply = await first.io.fetch({
      method: 'POST',
      url,
      headers: {
        'api-key': settings.apiKey,
        'content-type': 'application/json',
        accept: 'application/json',
      },
      body: JSON.stringify({ ...headOf(settings), sms: nodes }),
    })
    // The request is in the record of the first; the others keep their own part of it.
    for (const [index, { io }] of others.entries()) {
      const sent = JSON.stringify(nodes[index + 1])
      const { status, body: received } = reply
      io.record({ url, method: 'POST', startedMs, sent, received, status })
    }
    settleAll(members, reply)
  } catch (cause) {
    const error =
      cause instanceof SendError
        ? cause
        : new SendError('uncertain', 'The bulk request failed in a way that it should not.', {
            cause,
          })
    for (const { settle } of members) settle(error)
  }
}

function settleAll(members: readonly Member[], reply: OutboundReply): void {
  const [first] = members
  if (!isAccepted(reply)) throw refusal(reply, first?.io.now() ?? 0)
  const { data } = readJson(reply)
  const entries: readonly unknown[] = Array.isArray(data) ? data : []
  for (const [index, { message, settle }] of members.entries()) {
    const own = entries.length === members.length ? entries[index] : entryFor(entries, message)
    const id = isRecord(own) ? textOf(own['message_id']) : undefined
    settle(id === undefined ? unnamed() : { providerIds: [id] })
  }
}

/** Where not every text has an entry, a recipient that occurs once tells whose it is. */
function entryFor(entries: readonly unknown[], { to }: OutboundMessage<'sms'>): unknown {
  const plain = (number: unknown) => (textOf(number) ?? '').replace(/^\+/, '')
  const found = entries.filter((one) => isRecord(one) && plain(one['recipient']) === plain(to))
  return found.length === 1 ? found[0] : undefined
}

function unnamed(): SendError {
  return new SendError(
    'uncertain',
    'Kaleyra took the bulk request, but gave no id for this text, so it is not known whether it was taken.',
    { reason: 'ServerError' },
  )
}

function headOf({ type, templateId, callbackProfileId }: KaleyraSettings) {
  if (callbackProfileId === undefined) {
    throw new SendError(
      'misconfigured',
      'The account asks for a callback profile but names none. Enter its id.',
    )
  }
  return {
    source: 'API',
    callback_profile_id: callbackProfileId,
    ...(type === undefined ? {} : { type }),
    ...(templateId === undefined ? {} : { template_id: templateId }),
  }
}

function nodeOf(message: OutboundMessage<'sms'>, { stripPlus }: KaleyraSettings) {
  const number = (one: string) => (stripPlus === true ? one.replace(/^\+/, '') : one)
  return {
    to: number(message.to),
    from: number(message.from),
    body: message.text,
    ...(segmentSms(message.text).encoding === 'UCS-2' ? { unicode: '1' } : {}),
  }
}
