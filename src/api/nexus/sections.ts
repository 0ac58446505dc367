import { normalizeNumber } from '../../domain/address.ts'
import {
  applicationOfEndpoint,
  type OptionFault,
  type SectionOptions,
} from '../../domain/channel-section.ts'
import { flowKindOf } from '../../domain/flow-document.ts'
import { AppError } from '../../errors.ts'
import type { ChannelSection, DigitalChannels } from '../../store/channel-records.ts'
import type { Flow, Queue, Recipient, Sender } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { everything } from '../everything.ts'
import { changed } from '../record-change.ts'
import {
  accountOfProvider,
  asyncAccountId,
  asyncAccounts,
  defaultProvider,
} from './channel-accounts.ts'
import type { FaceGround } from './service-face.ts'

/** A sender that Digital Channels has a section of. */
export type SectionSender = Sender & { readonly channel: ChannelSection }

/** The senders with a section, in the order of their sections' names. */
export async function sectionSenders(store: Store): Promise<readonly SectionSender[]> {
  const senders = await everything(store, 'sender')
  return senders
    .flatMap((sender) => {
      const { channel } = sender
      return channel === undefined ? [] : [{ ...sender, channel }]
    })
    .toSorted((a, b) => a.channel.section.localeCompare(b.channel.section))
}

/** The sender of a section; undefined where there is none. */
export async function senderOfSection(
  store: Store,
  section: string,
): Promise<SectionSender | undefined> {
  return (await sectionSenders(store)).find(({ channel }) => channel.section === section)
}

/** `bad.request` that names each option of a section that is not as it must be. */
export function sectionFault(faults: readonly OptionFault[]): AppError {
  return new AppError(
    'bad.request',
    faults
      .slice(0, 10)
      .map(({ message }) => message)
      .join(' '),
    {
      details: faults.map(({ option }) => ({ errorCode: 'bad.request', fieldName: option })),
    },
  )
}

/** The routing application that an endpoint names. Names are compared without case, and `_` for a blank. */
export async function flowOfEndpoint(store: Store, endpoint: string): Promise<Flow | undefined> {
  const wanted = plainName(applicationOfEndpoint(endpoint))
  return (await everything(store, 'flow')).find(
    ({ name, document }) =>
      plainName(name) === wanted && flowKindOf(document) === 'inboundShortMessage',
  )
}

/** The queue that an endpoint leads to where there is no routing application of that name: the queue of that name. */
export async function queueOfEndpoint(store: Store, endpoint: string): Promise<Queue | undefined> {
  const wanted = plainName(applicationOfEndpoint(endpoint))
  return (await everything(store, 'queue')).find(({ name }) => plainName(name) === wanted)
}

/** Where an endpoint's conversations go. */
type Goal = Pick<Recipient, 'queueId' | 'flowId'>

async function goalOfEndpoint(store: Store, endpoint: string): Promise<Goal> {
  const flow = await flowOfEndpoint(store, endpoint)
  if (flow !== undefined) return { flowId: flow.id }
  const queue = await queueOfEndpoint(store, endpoint)
  if (queue === undefined) throw noApplication(endpoint)
  return { queueId: queue.id }
}

function leadsTo({ queueId, flowId }: Recipient, goal: Goal): boolean {
  return queueId === goal.queueId && flowId === goal.flowId
}

function plainName(name: string): string {
  return name.trim().toLowerCase().replaceAll('_', ' ')
}

/** Writes a section: its sender, with the account of its provider and the queue of its endpoint. */
export async function saveSection(
  store: Store,
  given: { readonly section: string; readonly options: SectionOptions },
  ground: FaceGround,
): Promise<SectionSender> {
  const { section, options } = given
  const address = await addressOfChannel(store, options.channelId)
  const before = await senderOfSection(store, section)
  if (before?.address !== address) await refuseTaken(store, address)
  const provider = options.provider ?? (await defaultProvider(store))
  const account = await accountOfProvider(store, { provider, address }, ground.messaging)
  const goal = await goalOfEndpoint(store, options.endpoint)
  if (before !== undefined && before.address !== address) await removeSender(store, before)
  const { headers, ...rest } = options
  const about = {
    accountId: account.id,
    channel: { section, ...rest },
    webhookHeaders: headers,
  }
  const saved =
    before?.address === address
      ? await changeSender(store, { before, about, goal }, ground)
      : await addSender(store, { address, about, goal }, ground)
  await shareHeaders(store, ground)
  return saved
}

/** Removes a section with its sender; false where there is none. */
export async function removeSection(
  store: Store,
  section: string,
  ground: FaceGround,
): Promise<boolean> {
  const sender = await senderOfSection(store, section)
  if (sender === undefined) return false
  await removeSender(store, sender)
  await shareHeaders(store, ground)
  return true
}

type About = Pick<SectionSender, 'accountId' | 'channel'> & Pick<Sender, 'webhookHeaders'>

async function addSender(
  store: Store,
  given: { readonly address: string; readonly about: About; readonly goal: Goal },
  { outside }: FaceGround,
): Promise<SectionSender> {
  const nowMs = outside.clock.now()
  const id = outside.ids.uuid()
  const base = { id, name: given.address, version: 1, createdMs: nowMs, modifiedMs: nowMs }
  const recipient: Recipient = { ...base, messengerType: 'sms', ...given.goal }
  const sender = { ...base, address: given.address, recipientId: id, ...given.about }
  await store.records.add('recipient', recipient)
  await store.records.add('sender', sender)
  return sender
}

async function changeSender(
  store: Store,
  given: { readonly before: SectionSender; readonly about: About; readonly goal: Goal },
  ground: FaceGround,
): Promise<SectionSender> {
  const { before, about, goal } = given
  const sender = { ...changed<Sender>(before, about, ground), channel: about.channel }
  await store.records.save('sender', sender)
  const recipient = await store.records.get('recipient', before.recipientId)
  if (recipient !== undefined && !leadsTo(recipient, goal)) {
    const { queueId: _queue, flowId: _flow, ...rest } = recipient
    await store.records.save('recipient', changed<Recipient>({ ...rest, ...goal }, {}, ground))
  }
  return sender
}

async function removeSender(store: Store, sender: Sender): Promise<void> {
  await store.records.remove('sender', sender.id)
  await store.records.remove('recipient', sender.recipientId)
}

async function addressOfChannel(store: Store, channelId: string): Promise<string> {
  const organization = await store.records.get('organization', store.organizationId)
  const address = normalizeNumber(channelId, organization?.defaultCountry)
  if (address !== undefined) return address
  const message = 'channelId must be a number or a short code, such as 16504661149 or 24273.'
  throw sectionFault([{ option: 'channelId', message }])
}

async function refuseTaken(store: Store, address: string): Promise<void> {
  const taken = await store.records.byKey('sender', address)
  if (taken === undefined) return
  const where = taken.channel === undefined ? 'a sender' : `in the section ${taken.channel.section}`
  throw new AppError(
    'conflict',
    'channelId {address} is {where} already: change or remove that one first.',
    {
      params: { address, where },
      details: [{ errorCode: 'conflict', fieldName: 'channelId', entityId: taken.id }],
    },
  )
}

function noApplication(endpoint: string): AppError {
  const name = applicationOfEndpoint(endpoint)
  const message = `endpoint names ${name}, but there is no routing application and no queue ${name}: make one first, or name another.`
  return sectionFault([{ option: 'endpoint', message }])
}

/** Gives the sections that name no provider the account of the default one, after that changed. */
export async function reroute(store: Store, ground: FaceGround): Promise<void> {
  const provider = await defaultProvider(store)
  for (const sender of await sectionSenders(store)) {
    if (sender.channel.provider !== undefined) continue
    const { address } = sender
    const account = await accountOfProvider(store, { provider, address }, ground.messaging)
    if (account.id === sender.accountId) continue
    await store.records.save('sender', changed<Sender>(sender, { accountId: account.id }, ground))
  }
}

/** `conflict` while sections rely on the default provider of the SMS service. */
export async function refuseDefaulted(store: Store): Promise<void> {
  const relying = (await sectionSenders(store)).filter(({ channel }) => !channel.provider)
  if (relying.length === 0) return
  throw new AppError(
    'conflict',
    'These sender IDs name no provider and use the one of the service: {names}. Give them one, or remove them first.',
    { params: { names: relying.map(({ channel }) => channel.section).join(', ') } },
  )
}

/** Changes what is kept of a tenant beside its accounts. */
export async function saveChannels(
  store: Store,
  change: {
    readonly sms?: DigitalChannels['sms'] | undefined
    readonly webhookHeaders?: DigitalChannels['webhookHeaders']
  },
  { outside }: FaceGround,
): Promise<void> {
  const before = await store.records.get('digitalChannels', 'default')
  const nowMs = outside.clock.now()
  const base = before ?? {
    id: 'default',
    name: 'Digital Channels',
    version: 0,
    createdMs: nowMs,
    modifiedMs: nowMs,
  }
  const { sms, webhookHeaders, ...rest } = { ...base, ...change }
  const after: DigitalChannels = {
    ...rest,
    ...(sms === undefined ? {} : { sms }),
    ...(webhookHeaders === undefined ? {} : { webhookHeaders }),
    version: base.version + 1,
    modifiedMs: nowMs,
  }
  if (before === undefined) await store.records.add('digitalChannels', after)
  else await store.records.save('digitalChannels', after)
}

/**
 * Gives each channel of the Async service its webhook headers: those of the provider's own section, and over them
 * those of the number's section.
 */
export async function shareHeaders(store: Store, ground: FaceGround): Promise<void> {
  const channels = await store.records.get('digitalChannels', 'default')
  const senders = await sectionSenders(store)
  for (const account of await asyncAccounts(store)) {
    const own = senders.find(({ address }) => asyncAccountId(address) === account.id)
    const webhookHeaders = { ...channels?.webhookHeaders, ...own?.webhookHeaders }
    if (JSON.stringify(webhookHeaders) === JSON.stringify(account.webhookHeaders ?? {})) continue
    await store.records.save('account', changed(account, { webhookHeaders }, ground))
  }
}
