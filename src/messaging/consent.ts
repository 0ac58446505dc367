import type { ReceivedSms } from '../connectors/connector.ts'
import { normalizeNumber } from '../domain/address.ts'
import { type ConsentEntry, consentAfter, consentRefusal } from '../domain/consent.ts'
import { type ConsentWord, consentWordOf, isOrdinaryAnswer } from '../domain/consent-words.ts'
import type { Delivery } from '../domain/delivery.ts'
import { paced } from '../domain/pace.ts'
import { mayDisturb } from '../domain/quiet-hours.ts'
import { type Rate, takeSegments } from '../domain/throttle.ts'
import { SendError } from '../errors.ts'
import type { Account, ConsentPolicy } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { queueSms } from './deliver.ts'
import type { Messaging } from './messaging.ts'
import { numberReader } from './national-numbers.ts'

/** The policy that a sender has where none was set: the words of all authorities, and plain answers. */
export const plainPolicy = {
  wordSets: ['vendor', 'ctia', 'fcc'],
  optOutWords: [],
  optInWords: [],
  helpWords: [],
  answers: {
    'opt-out':
      'You are unsubscribed and will get no more texts from this number. Reply START to get them again.',
    'opt-in': 'You will get texts from this number again. Reply STOP to end them, HELP for help.',
    help: 'Reply STOP to get no more texts from this number, START to get them again.',
  },
  marketingNeedsOptIn: false,
} as const satisfies Omit<
  ConsentPolicy,
  'id' | 'name' | 'version' | 'createdMs' | 'modifiedMs' | 'secrets'
>

export const defaultPolicyId = 'default'

/** Answers to one handset a day: two machines that answer each other must come to an end. */
const answerRate: Rate = { segmentsPerSecond: 5, segmentsPerDayMax: 5 }

type Policy = Omit<ConsentPolicy, 'id' | 'name' | 'version' | 'createdMs' | 'modifiedMs'>

/** The policy in force for a sender: its own, else the organization's, else the plain one. */
export async function policyOf(store: Store, sender: string): Promise<Policy> {
  return (
    (await store.records.known('consentPolicy', sender)) ??
    (await store.records.known('consentPolicy', defaultPolicyId)) ??
    plainPolicy
  )
}

/** Reads numbers as people write them into the form in which they are kept in the ledger. */
export async function consentAddressReader(store: Store): Promise<(text: string) => string> {
  const read = await numberReader(store)
  return (text) => read(text) ?? text.trim()
}

/** The form in which numbers of the path are kept in the ledger: they are complete already. */
export function consentAddress(address: string): string {
  return normalizeNumber(address) ?? address.trim()
}

/** The word that a customer's whole text is, under the policy of the sender that got it. */
export async function consentWordIn(
  store: Store,
  sms: Pick<ReceivedSms, 'to' | 'text'>,
): Promise<ConsentWord | undefined> {
  const policy = await policyOf(store, consentAddress(sms.to))
  return consentWordOf(sms.text, {
    sets: policy.wordSets,
    optOut: policy.optOutWords,
    optIn: policy.optInWords,
    help: policy.helpWords,
  })
}

/**
 * Takes a customer's STOP, START or HELP: into the ledger, into force, and answered, all in the transaction that
 * takes the text. The same text taken again does nothing. The text goes on to the conversation all the same, as the
 * vendor does it.
 */
export async function heedWord(
  store: Store,
  heard: { readonly account: Account; readonly sms: ReceivedSms; readonly word: ConsentWord },
  messaging: Messaging,
): Promise<void> {
  const { account, sms, word } = heard
  const nowMs = messaging.outside.clock.now()
  const isFirst = await store.answers.add(`consent|${account.id}`, sms.providerId, word, nowMs)
  if (!isFirst) return
  const pair = { sender: consentAddress(sms.to), handset: consentAddress(sms.from) }
  if (word === 'opt-in' && isOrdinaryAnswer(sms.text)) {
    const known = await store.consents.get(pair.sender, pair.handset)
    if (known?.status !== 'opted-out') return
  }
  await recordConsent(
    store,
    {
      ...pair,
      kind: word,
      source: 'keyword',
      atMs: nowMs,
      text: sms.text,
      reference: sms.providerId,
    },
    messaging,
  )
  await answerWord(store, heard, messaging)
}

/** Sends the policy's answer; it passes the block that the word itself has just put up. */
async function answerWord(
  store: Store,
  heard: { readonly account: Account; readonly sms: ReceivedSms; readonly word: ConsentWord },
  messaging: Messaging,
): Promise<void> {
  const { account, sms, word } = heard
  const text = (await policyOf(store, consentAddress(sms.to))).answers[word]
  if (text === undefined || text === '') return
  const key = `consent|${sms.to}|${sms.from}`
  const before = await store.throttles.get(key)
  const asked = { segments: 1, nowMs: messaging.outside.clock.now() }
  const taken = takeSegments(answerRate, before, asked)
  if (!('level' in taken)) return
  await store.throttles.save(key, taken.level, before)
  await queueSms(
    store,
    {
      account,
      sms: { from: sms.to, to: sms.from, text, media: [], purpose: 'agent' },
      about: {},
      answersConsent: true,
    },
    messaging,
  )
}

/** Writes a line of the ledger and, where it is the last word, brings it into force. */
export async function recordConsent(
  store: Store,
  said: Omit<ConsentEntry, 'id' | 'applied'>,
  messaging: Messaging,
): Promise<ConsentEntry> {
  return store.transaction(async (store) => {
    const before = await store.consents.get(said.sender, said.handset)
    const after = consentAfter(before, said)
    const entry: ConsentEntry = {
      ...said,
      id: messaging.outside.ids.uuid(),
      applied: after !== undefined,
    }
    await store.consents.addEntry(entry)
    if (after !== undefined) await store.consents.save(after, before)
    const { id: entryId, applied } = entry
    await store.feed.append({ type: 'consent', entryId, applied }, messaging.outside.clock.now())
    return entry
  })
}

/** A provider refused a text because the handset had opted out there: our ledger learns of it. */
export async function heedCarrier(
  store: Store,
  { id, kind, lane }: Pick<Delivery, 'id' | 'kind' | 'lane'>,
  messaging: Messaging,
): Promise<void> {
  if (kind !== 'sms') return
  const [, from = '', to = ''] = lane.split('|')
  const pair = { sender: consentAddress(from), handset: consentAddress(to) }
  const known = await store.consents.get(pair.sender, pair.handset)
  if (known?.status === 'opted-out') return
  await recordConsent(
    store,
    {
      ...pair,
      kind: 'opt-out',
      source: 'carrier',
      atMs: messaging.outside.clock.now(),
      reference: id,
    },
    messaging,
  )
}

/** A text about to leave, as its delivery carries it. */
export interface LeavingText {
  readonly deliveryId: string
  readonly from: string
  readonly to: string
  readonly purpose: 'agent' | 'one-time-code' | 'bulk'
  readonly answersConsent: boolean
}

/**
 * The last look before a text leaves, whoever sent it: agent, program, campaign, data action or tool. Throws
 * `SendError` with the reason that the timeline shows where the handset has opted out, where bulk texts need an
 * opt-in, in quiet hours, and beyond the cap; nothing has left then.
 */
export async function checkConsent(store: Store, text: LeavingText, nowMs: number): Promise<void> {
  if (text.answersConsent) return
  const { purpose } = text
  const sender = consentAddress(text.from)
  const handset = consentAddress(text.to)
  // Only bulk texts have more to keep to than what the handset said.
  const policy: Policy = purpose === 'bulk' ? await policyOf(store, sender) : plainPolicy
  const refusal = consentRefusal(await store.consents.get(sender, handset), {
    purpose,
    marketingNeedsOptIn: policy.marketingNeedsOptIn,
  })
  if (refusal !== undefined) {
    throw new SendError(refusal.failure, refusal.message, { reason: refusal.reason })
  }
  if (purpose !== 'bulk') return
  if (policy.quietHours !== undefined) {
    const quiet = mayDisturb(handset, policy.quietHours, nowMs)
    if (!quiet.allowed) {
      throw new SendError(
        'rejected',
        `It is ${quiet.localTime} in ${quiet.zone}, where the handset may be, and bulk texts keep the quiet hours of the consent policy: nothing was sent.`,
        { reason: 'MessageNotAllowed' },
      )
    }
  }
  if (policy.cap !== undefined) await countBulk(store, { text, sender, handset, nowMs }, policy.cap)
}

async function countBulk(
  store: Store,
  given: {
    readonly text: LeavingText
    readonly sender: string
    readonly handset: string
    readonly nowMs: number
  },
  cap: { readonly textsMax: number; readonly withinHours: number },
): Promise<void> {
  const { sender, handset, nowMs } = given
  const { deliveryId } = given.text
  const pace = { count: cap.textsMax, withinMs: cap.withinHours * 3_600_000 }
  const isWithin = await store.transaction(async (store) => {
    const sent = await store.consents.bulkTexts(sender, handset)
    // A retry of the same text is not another one.
    if (sent.some((one) => one.deliveryId === deliveryId)) return true
    const times = sent.map(({ timeMs }) => timeMs)
    if (paced(times, nowMs, pace) === undefined) return false
    const recent = sent.filter(({ timeMs }) => timeMs > nowMs - pace.withinMs)
    await store.consents.saveBulkTexts(sender, handset, [...recent, { deliveryId, timeMs: nowMs }])
    return true
  })
  if (isWithin) return
  throw new SendError(
    'rejected',
    `The handset has had ${cap.textsMax} bulk texts from this sender within ${cap.withinHours} hours, the cap of the consent policy: nothing was sent.`,
    { reason: 'MessageNotAllowed' },
  )
}
