import type { Attempt } from '../../../store/store.ts'
import { meaningOfWord } from '../failure-meaning.ts'
import { optional, presentExchange } from '../present.ts'
import { type Arrival, type Hop, type Material, objectOf } from './gather.ts'

/** Something that happened to a message, before status and time between steps are worked out. */
export interface Happening {
  readonly timeMs: number
  readonly kind:
    | 'written'
    | 'accepted'
    | 'queued'
    | 'decision'
    | 'attempt'
    | 'answer'
    | 'provider-ids'
    | 'receipt'
  /** A sentence for people. */
  readonly text: string
  readonly details: object
  readonly hop?: Hop
  readonly attempt?: Attempt
  readonly arrival?: Arrival
}

// At the same millisecond this is the order in which they cause each other.
const kinds: readonly Happening['kind'][] = [
  'written',
  'accepted',
  'queued',
  'decision',
  'attempt',
  'answer',
  'provider-ids',
  'receipt',
]

/** Everything that happened to the message, in order. */
export function happeningsOf(material: Material): readonly Happening[] {
  const hops = new Map(material.hops.map((hop) => [hop.delivery.id, hop]))
  return [
    ...begin(material),
    ...material.hops.flatMap(happeningsOfHop),
    ...material.arrivals.map((arrival) => receiptOf(arrival, hops)),
  ].toSorted((a, b) => a.timeMs - b.timeMs || kinds.indexOf(a.kind) - kinds.indexOf(b.kind))
}

/** How an e-mail came in or was written. */
function beginEmail({ email, authorName }: Material): readonly Happening[] {
  if (email === undefined) return []
  const inbound = email.direction === 'inbound'
  const author = authorName ?? 'a client of the API'
  const route = `from ${email.from.email} to ${email.to.map((one) => one.email).join(', ')}`
  const accepted: Happening = {
    timeMs: email.timeMs,
    kind: 'accepted',
    text: inbound
      ? `Received by e-mail ${route}.`
      : `Accepted from ${author}, to be sent by e-mail ${route}.`,
    details: {
      direction: email.direction,
      channel: 'email',
      from: email.from.email,
      to: email.to.map((one) => one.email),
      ...(inbound ? {} : { by: author }),
      messageIdHeader: email.messageId,
      conversationId: email.conversationId,
    },
  }
  return [accepted]
}

function begin(material: Material): readonly Happening[] {
  const { message, authorName } = material
  if (message === undefined) return beginEmail(material)
  const { direction, messengerType, fromAddress, toAddress, channelTimeMs } = message
  const inbound = direction === 'inbound'
  const author =
    authorName ?? (message.originatingEntity === 'Bot' ? 'a bot' : 'a client of the API')
  const route = `from ${fromAddress} to ${toAddress}`
  const accepted: Happening = {
    timeMs: message.timeMs,
    kind: 'accepted',
    text: inbound
      ? `Received by ${messengerType} ${route}.`
      : `Accepted from ${author}, to be sent by ${messengerType} ${route}.`,
    details: {
      direction,
      channel: messengerType,
      from: fromAddress,
      to: toAddress,
      ...(inbound ? {} : { by: author }),
      ...optional('providerMessageId', message.providerMessageId),
      ...optional('segments', message.segments),
      conversationId: message.conversationId,
    },
  }
  if (channelTimeMs === undefined) return [accepted]
  const written: Happening = {
    timeMs: Math.min(channelTimeMs, message.timeMs),
    kind: 'written',
    text: 'Written by the customer, by the clock of the other side.',
    details: {},
  }
  return [written, accepted]
}

function happeningsOfHop(hop: Hop): readonly Happening[] {
  const { delivery, attempts, providerIds } = hop
  const about = { deliveryId: delivery.id }
  const lastSent = attempts.findLast(({ outcome }) => outcome === 'sent')
  return [
    queuedOf(hop),
    ...hop.decisions.map(
      ({ decision, timeMs, byName }): Happening => ({
        timeMs,
        kind: 'decision',
        text: decision === 'resend' ? `${byName} had it sent once more.` : `${byName} gave it up.`,
        details: { ...about, decision, by: byName },
        hop,
      }),
    ),
    ...attempts.flatMap((attempt) => [startOf(hop, attempt), answerOf(hop, attempt)]),
    ...(lastSent === undefined || providerIds.length === 0
      ? []
      : [
          {
            timeMs: lastSent.endedMs,
            kind: 'provider-ids' as const,
            text: `${hop.through.name} knows it as ${providerIds.join(', ')}.`,
            details: { ...about, providerIds },
            hop,
          },
        ]),
  ]
}

function queuedOf(hop: Hop): Happening {
  const { delivery, body, through } = hop
  return {
    timeMs: delivery.acceptedMs,
    kind: 'queued',
    text: `${purposeOf(hop)} through ${through.name} (${through.connector}).`,
    details: {
      deliveryId: delivery.id,
      deliveryKind: delivery.kind,
      lane: delivery.lane,
      accountId: delivery.accountId,
      account: through.name,
      connector: through.connector,
      ...(delivery.kind === 'sms' ? { from: body['from'], to: body['to'] } : {}),
      ...optional('relayId', delivery.relayId),
    },
    hop,
  }
}

function purposeOf({ delivery, body }: Hop): string {
  if (delivery.kind === 'email') return 'Queued as e-mail'
  if (delivery.kind === 'fax') return `Queued as fax to ${String(body['to'])}`
  if (delivery.kind === 'open') return 'Queued for the webhook of its integration,'
  if (delivery.kind === 'sms') {
    const who = delivery.relayId === undefined ? 'Queued' : 'Taken by the relay and queued'
    return `${who} as SMS from ${String(body['from'])} to ${String(body['to'])}`
  }
  const status = objectOf(body['body'])['status']
  return typeof status === 'string'
    ? `Queued to tell the platform: ${status},`
    : 'Queued to call the platform'
}

function startOf(hop: Hop, attempt: Attempt): Happening {
  return {
    timeMs: attempt.startedMs,
    kind: 'attempt',
    text: `Attempt ${attempt.number}, through ${nameOfAccount(hop, attempt)}.`,
    details: {
      deliveryId: hop.delivery.id,
      number: attempt.number,
      ...optional('accountId', attempt.accountId),
    },
    hop,
    attempt,
  }
}

/** The account of this attempt, which is another than the last one's after failing over. */
function nameOfAccount(hop: Hop, { accountId }: Attempt): string {
  return (accountId === undefined ? undefined : hop.earlier.get(accountId)) ?? hop.through.name
}

function answerOf(hop: Hop, attempt: Attempt): Happening {
  const { outcome, error, exchange } = attempt
  const meaning = meaningOfWord(attempt.failure)
  const why = [error, meaning].filter((part) => part !== undefined && part !== '').join(' ')
  const name = nameOfAccount(hop, attempt)
  const texts = {
    sent: `Taken by ${name}.`,
    retry: `Not sent, and to be tried again. ${why}`,
    failed: `Not sent, and not to be tried again. ${why}`,
    uncertain: `It is not known whether ${name} took it. ${why}`,
  } as const satisfies Record<Attempt['outcome'], string>
  return {
    timeMs: attempt.endedMs,
    kind: 'answer',
    text: texts[outcome].trim(),
    details: {
      deliveryId: hop.delivery.id,
      number: attempt.number,
      durationMs: attempt.endedMs - attempt.startedMs,
      outcome,
      ...optional('failure', attempt.failure),
      ...optional('meaning', meaning),
      ...optional('error', error),
      ...(exchange === undefined ? {} : { exchange: presentExchange(exchange) }),
    },
    hop,
    attempt,
  }
}

function receiptOf(arrival: Arrival, hops: ReadonlyMap<string, Hop>): Happening {
  const { receipt, exchange } = arrival
  const hop = hops.get(receipt.deliveryId ?? '')
  const who = hop?.through.name ?? 'The integration'
  const code = receipt.code === undefined ? '' : ` (${receipt.code})`
  const heldMs = heldFor(arrival, hop)
  return {
    timeMs: receipt.timeMs,
    kind: 'receipt',
    text: `${who} reports ${receipt.status}${code}.`,
    details: {
      receiptId: receipt.id,
      status: receipt.status,
      final: receipt.final,
      applied: receipt.applied,
      ...optional('deliveryId', receipt.deliveryId),
      ...optional('reason', receipt.reason),
      ...optional('code', receipt.code),
      ...optional('description', receipt.description),
      ...optional('providerId', receipt.providerId),
      ...(heldMs > 0 ? { heldMs } : {}),
      ...(exchange === undefined ? {} : { exchange: presentExchange(exchange) }),
    },
    ...(hop === undefined ? {} : { hop }),
    arrival,
  }
}

/** How long a receipt waited for its send to be settled; 0 for one that came after, whatever its own commit took. */
function heldFor({ receipt, exchange }: Arrival, hop: Hop | undefined): number {
  const settledMs = hop?.attempts.at(-1)?.endedMs
  if (exchange === undefined || settledMs === undefined) return 0
  const cameBefore = exchange.endedMs < settledMs && receipt.timeMs >= settledMs
  return cameBefore ? receipt.timeMs - exchange.endedMs : 0
}
