import { normalizeNumber } from '../domain/address.ts'
import { type CallableTime, callableNow } from '../domain/callable-times.ts'
import { passesFilter } from '../domain/contact-filter.ts'
import { mayDisturb } from '../domain/quiet-hours.ts'
import { segmentSms } from '../domain/sms.ts'
import { type Rate, takeSegments } from '../domain/throttle.ts'
import { AppError } from '../errors.ts'
import type {
  CampaignOutcome,
  CampaignProgress,
  CampaignText,
  Contact,
} from '../store/campaign-store.ts'
import type { ContactListFilter, MessagingCampaign } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { consentAddress, policyOf } from './consent.ts'
import type { Messaging } from './messaging.ts'
import { checkText, type From, fromAddress, sendAgentless } from './send.ts'
import { saidByTemplate } from './template.ts'

/** Contacts of one transaction. */
const stepContacts = 50
/** Texts of one campaign that wait to be sent; beyond that it waits, so that its senders' other texts do not. */
const queuedMax = 5000
/** Open texts that one look goes through. */
const lookTexts = 500

const noCounts: Readonly<Record<CampaignOutcome, number>> = {
  waiting: 0,
  queued: 0,
  sent: 0,
  delivered: 0,
  failed: 0,
  'opted-out': 0,
  skipped: 0,
}

/** Where a campaign begins. */
export function newProgress(campaignId: string): CampaignProgress {
  return { campaignId, cursor: 0, counts: noCounts, lookedTo: 0, version: 0 }
}

/**
 * Texts the next contacts of a campaign: messages, deliveries and the campaign's own place in one transaction, so that
 * after a crash it goes on with exactly the first contact that has no text. Whether there may be more to do at once.
 */
export async function textNext(
  store: Store,
  campaignId: string,
  messaging: Messaging,
): Promise<boolean> {
  return store.transaction(async (store) => {
    const nowMs = messaging.outside.clock.now()
    const campaign = await store.records.get('messagingCampaign', campaignId)
    if (campaign === undefined || !mayWork(campaign, nowMs)) return false
    const before = (await store.campaigns.progress(campaignId)) ?? newProgress(campaignId)
    const room = Math.min(stepContacts, queuedMax - before.counts.queued)
    const allowed = room <= 0 ? 0 : await takeAllowance(store, { campaign, room, nowMs })
    if (allowed === 0) return false
    const contacts = await store.campaigns.contacts(campaign.contactListId, before.cursor, allowed)
    const last = contacts.at(-1)
    if (last === undefined) {
      if (!campaign.alwaysRunning && before.counts.waiting === 0)
        await setStatus(store, { campaign, status: 'complete' }, messaging)
      return false
    }
    const sender = await senderOf(store, campaign)
    const texts: CampaignText[] = []
    for (const contact of contacts) {
      texts.push(await textOne(store, { campaign, contact, sender }, messaging))
    }
    await store.campaigns.addTexts(campaignId, texts)
    const counts = counted(before.counts, texts, [])
    await moveTo(store, { ...before, cursor: last.position, counts }, nowMs)
    return contacts.length === allowed
  })
}

/** Whether the campaign is on, and inside its intervals. */
function mayWork({ status, intervals }: MessagingCampaign, nowMs: number): boolean {
  if (status !== 'on') return false
  return intervals?.some(({ startMs, endMs }) => nowMs >= startMs && nowMs < endMs) ?? true
}

/** How many contacts the campaign's own pace lets through now, kept in the store like every other rate. */
async function takeAllowance(
  store: Store,
  given: {
    readonly campaign: MessagingCampaign
    readonly room: number
    readonly nowMs: number
  },
): Promise<number> {
  const { campaign, room, nowMs } = given
  const segmentsPerSecond = campaign.messagesPerMinute / 60
  const rate: Rate = { segmentsPerSecond }
  const key = `campaign|${campaign.id}`
  const before = await store.throttles.get(key)
  let level = before
  let allowed = 0
  while (allowed < room) {
    const taken = takeSegments(rate, level, { segments: 1, nowMs })
    if (!('level' in taken)) break
    level = taken.level
    allowed += 1
  }
  if (level !== undefined && level !== before) await store.throttles.save(key, level, before)
  return allowed
}

/** What one look needs of a campaign's surroundings. */
interface CampaignSender {
  readonly from: Extract<From, { type: 'sms' }>
  readonly country: string | undefined
  readonly filters: readonly ContactListFilter[]
  readonly callableTimes: readonly CallableTime[] | undefined
}

async function senderOf(store: Store, campaign: MessagingCampaign): Promise<CampaignSender> {
  const from = await fromAddress(store, 'sms', campaign.smsConfig.senderAddress)
  if (from.type !== 'sms') throw new Error('A sender of texts was asked for.')
  const organization = await store.records.known('organization', store.organizationId)
  const filters: ContactListFilter[] = []
  for (const id of campaign.contactListFilterIds ?? []) {
    const filter = await store.records.known('contactListFilter', id)
    if (filter !== undefined) filters.push(filter)
  }
  const timeSetId = campaign.callableTimeSetId
  const timeSet =
    timeSetId === undefined ? undefined : await store.records.known('callableTimeSet', timeSetId)
  const callableTimes = timeSet?.callableTimes
  return { from, country: organization?.defaultCountry, filters, callableTimes }
}

async function textOne(
  store: Store,
  given: {
    readonly campaign: MessagingCampaign
    readonly contact: Contact
    readonly sender: CampaignSender
  },
  messaging: Messaging,
): Promise<CampaignText> {
  const { campaign, contact, sender } = given
  const written = contact.data[campaign.smsConfig.phoneColumn]?.trim() ?? ''
  const handset = normalizeNumber(written, sender.country)
  const base = { position: contact.position, contactId: contact.id, handset: handset ?? written }
  if (!contact.callable)
    return { ...base, outcome: 'skipped', detail: 'The contact is not to be written to.' }
  if (handset === undefined) {
    return {
      ...base,
      outcome: 'skipped',
      detail: `${campaign.smsConfig.phoneColumn} is no number.`,
    }
  }
  const leftOut = sender.filters.find((filter) => !passesFilter(filter, contact.data))
  if (leftOut !== undefined)
    return { ...base, outcome: 'skipped', detail: `The filter ${leftOut.name} leaves it out.` }
  const nowMs = messaging.outside.clock.now()
  const callable =
    sender.callableTimes === undefined ? 'now' : callableNow(handset, sender.callableTimes, nowMs)
  if (callable === 'later') return { ...base, outcome: 'waiting' }
  if (callable === 'never')
    return { ...base, outcome: 'skipped', detail: 'Its time zone has no callable times.' }
  const { quietHours } = await policyOf(store, consentAddress(sender.from.end.id))
  if (quietHours !== undefined && !mayDisturb(handset, quietHours, nowMs).allowed)
    return { ...base, outcome: 'waiting' }
  try {
    const said = await saidTo(store, campaign, contact)
    checkText(sender.from, said, messaging)
    const { message } = await sendAgentless(
      store,
      {
        ...said,
        from: sender.from,
        to: handset,
        purpose: 'bulk',
        useExistingActiveConversation: true,
      },
      messaging,
    )
    return { ...base, outcome: 'queued', messageId: message.id }
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause
    return { ...base, outcome: 'skipped', detail: cause.message }
  }
}

async function saidTo(store: Store, campaign: MessagingCampaign, contact: Contact) {
  const { contentTemplateId, messageColumn } = campaign.smsConfig
  if (contentTemplateId === undefined) {
    return { text: contact.data[messageColumn] ?? '', content: [] }
  }
  const body = Object.entries(contact.data).map(([name, text]) => ({ name, text }))
  const wish = { responseId: contentTemplateId, header: [], body, buttonUrl: [] }
  return saidByTemplate(store, wish, 'sms')
}

/**
 * Looks at some of the texts whose fate is open: counts what became of them, and sends those whose hours have come.
 * Whether anything changed.
 */
export async function lookAtTexts(
  store: Store,
  campaignId: string,
  messaging: Messaging,
): Promise<boolean> {
  return store.transaction(async (store) => {
    const nowMs = messaging.outside.clock.now()
    const campaign = await store.records.get('messagingCampaign', campaignId)
    const before = await store.campaigns.progress(campaignId)
    if (campaign === undefined || before === undefined) return false
    const page = { after: before.lookedTo, limit: lookTexts, open: true }
    const open = await store.campaigns.texts(campaignId, page)
    if (open.length === 0 && before.lookedTo === 0) return false
    const messageIds = open.flatMap(({ messageId }) => (messageId === undefined ? [] : [messageId]))
    const messages = await store.messages.many(messageIds)
    const fates = new Map(messages.map((message) => [message.id, message]))
    const was: CampaignText[] = []
    const is: CampaignText[] = []
    for (const text of open) {
      const after =
        text.outcome === 'waiting'
          ? await textWaiting(store, { campaign, text, nowMs }, messaging)
          : fateOf(text, fates.get(text.messageId ?? ''))
      if (after.outcome === text.outcome) continue
      await store.campaigns.saveText(campaignId, after)
      was.push(text)
      is.push(after)
    }
    const lookedTo = open.length < lookTexts ? 0 : (open.at(-1)?.position ?? 0)
    if (is.length === 0 && lookedTo === before.lookedTo) return false
    await moveTo(store, { ...before, lookedTo, counts: counted(before.counts, is, was) }, nowMs)
    return is.length > 0
  })
}

async function textWaiting(
  store: Store,
  given: {
    readonly campaign: MessagingCampaign
    readonly text: CampaignText
    readonly nowMs: number
  },
  messaging: Messaging,
): Promise<CampaignText> {
  const { campaign, text, nowMs } = given
  if (!mayWork(campaign, nowMs)) return text
  if ((await takeAllowance(store, { campaign, room: 1, nowMs })) === 0) return text
  const contact = await store.campaigns.contact(campaign.contactListId, text.contactId)
  if (contact === undefined)
    return { ...text, outcome: 'skipped', detail: 'The contact was removed.' }
  const sender = await senderOf(store, campaign)
  return textOne(store, { campaign, contact, sender }, messaging)
}

function fateOf(
  text: CampaignText,
  message:
    | {
        readonly status: string
        readonly error?: { readonly code: string; readonly message: string }
      }
    | undefined,
): CampaignText {
  if (message === undefined) return text
  if (message.status === 'delivery-success' || message.status === 'read')
    return { ...text, outcome: 'delivered' }
  if (message.status === 'delivery-failed' || message.status === 'failed') {
    const isOut = message.error?.code === 'RecipientOptedOut'
    const detail = message.error?.message
    return {
      ...text,
      outcome: isOut ? 'opted-out' : 'failed',
      ...(detail === undefined ? {} : { detail }),
    }
  }
  return message.status === 'sent' ? { ...text, outcome: 'sent' } : text
}

function counted(
  counts: CampaignProgress['counts'],
  more: readonly CampaignText[],
  less: readonly CampaignText[],
): CampaignProgress['counts'] {
  const after = { ...counts }
  for (const { outcome } of less) after[outcome] -= 1
  for (const { outcome } of more) after[outcome] += 1
  return after
}

async function moveTo(store: Store, progress: CampaignProgress, nowMs: number): Promise<void> {
  await store.campaigns.saveProgress({ ...progress, version: progress.version + 1 })
  await store.feed.append({ type: 'campaign', campaignId: progress.campaignId }, nowMs)
}

/** Moves a campaign's own state, in the transaction that is given. */
export async function setStatus(
  store: Store,
  to: {
    readonly campaign: MessagingCampaign
    readonly status: MessagingCampaign['status']
    readonly problem?: string
  },
  messaging: Messaging,
): Promise<MessagingCampaign> {
  const nowMs = messaging.outside.clock.now()
  const { problem: _, secrets: _secrets, ...rest } = to.campaign
  const changed: MessagingCampaign = {
    ...rest,
    ...(to.problem === undefined ? {} : { problem: to.problem }),
    status: to.status,
    version: to.campaign.version + 1,
    modifiedMs: nowMs,
  }
  await store.records.save('messagingCampaign', changed)
  await store.feed.append({ type: 'campaign', campaignId: changed.id }, nowMs)
  return changed
}

/** Segments that a text to one contact would have, for the preview. */
export async function previewText(store: Store, campaign: MessagingCampaign, contact: Contact) {
  const said = await saidTo(store, campaign, contact)
  const text = said.text ?? ''
  return { text, segments: segmentSms(text).segments.length }
}
