import { normalizeNumber } from '../domain/address.ts'
import type { FaxJob } from '../domain/channel-facts.ts'
import { type Conversation, currentLeg } from '../domain/conversation.ts'
import { open } from '../domain/conversation-flow.ts'
import {
  addParticipant,
  connectedLeg,
  endWhere,
  type Moment,
  newParticipant,
  type Step,
} from '../domain/conversation-legs.ts'
import { agentless } from '../domain/conversation-programs.ts'
import { faxBytesMax, faxContentTypes, faxFileName } from '../domain/fax.ts'
import type { MediaItem } from '../domain/media.ts'
import type { Message } from '../domain/message.ts'
import { AppError } from '../errors.ts'
import type { Account } from '../store/records.ts'
import type { Store, Timer } from '../store/store.ts'
import { queueFax } from './deliver.ts'
import { type Messaging, momentOf } from './messaging.ts'
import { chain, saveStep } from './step.ts'

/** The id of the account that leads to the loopback fax line; made when the first fax is to leave through it. */
export const faxLineAccountId = 'fax-line'

/** What a fax from nobody's number says of its sender, until a number is set. */
const senderless = 'fax'

/** How long the document may take to come, in milliseconds: as long as the upload address is good for. */
const uploadMs = 15 * 60_000

/** A fax as it is asked for (vendor model `FaxSendRequest`). */
export interface FaxRequest {
  readonly addresses: readonly string[]
  readonly documentId?: string | undefined
  readonly contentType?: string | undefined
  readonly coverSheet?: FaxJob['coverSheet'] | undefined
  readonly timeZoneOffsetMinutes?: number | undefined
  /** Who sends it; absent: a program. */
  readonly userId?: string | undefined
}

/** A fax that was begun: `upload` where its document is still to come. */
export interface BegunFax {
  readonly conversation: Conversation
  readonly upload?: MediaItem
}

/**
 * Begins a fax: a conversation with a participant for each number. Its document is uploaded next, or was for an earlier
 * fax (Guess: the vendor's documents are of its content management, which is not here). `bad.request` names what is wrong.
 */
export async function beginFax(
  store: Store,
  request: FaxRequest,
  messaging: Messaging,
): Promise<BegunFax> {
  return store.transaction(async (store) => {
    const organization = await store.records.get('organization', store.organizationId)
    const addresses = request.addresses.map((one) => numberOf(one, organization?.defaultCountry))
    const moment = momentOf(messaging)
    const known = await knownDocument(store, request.documentId)
    const contentType = known?.mediaType ?? contentTypeOf(request.contentType)
    const document = { documentId: known?.id ?? moment.newId(), contentType }
    const from = organization?.faxSender ?? senderless
    const step = openFax({ request, addresses: [...new Set(addresses)], document, from }, moment)
    const conversation = await saveStep(store, { step }, moment.nowMs)
    if (known !== undefined) {
      await queueDocument(store, conversation, messaging)
      return { conversation }
    }
    const upload: MediaItem = {
      id: document.documentId,
      conversationId: conversation.id,
      communicationId: currentLeg(conversation.participants[0] ?? noParticipant())?.id ?? '',
      fileName: faxFileName(contentType),
      mediaType: contentType,
      // Nobody says beforehand how long it is: this is the most.
      contentLengthBytes: faxBytesMax,
      status: 'uploading',
      createdMs: moment.nowMs,
      secret: messaging.outside.ids.secret(32),
    }
    await store.media.add(upload)
    await store.timers.set({
      id: uploadTimerId(conversation.id),
      dueMs: moment.nowMs + uploadMs,
      kind: 'fax-upload',
      body: { conversationId: conversation.id },
    })
    return { conversation, upload }
  })
}

function numberOf(address: string, defaultCountry: string | undefined): string {
  const number = normalizeNumber(address, defaultCountry)
  if (number?.startsWith('+') === true) return number
  throw new AppError('bad.request', 'The address {address} is no number that can be dialed.', {
    params: { address },
    details: [{ errorCode: 'bad.request', fieldName: 'addresses' }],
  })
}

function contentTypeOf(contentType: string | undefined): string {
  if (contentType !== undefined && faxContentTypes.includes(contentType)) return contentType
  throw new AppError('bad.request', 'contentType must be one of: {types}.', {
    params: { types: faxContentTypes.join(', ') },
    details: [{ errorCode: 'bad.request', fieldName: 'contentType' }],
  })
}

async function knownDocument(store: Store, id: string | undefined): Promise<MediaItem | undefined> {
  if (id === undefined) return undefined
  const item = await store.media.get(id)
  const owner = item === undefined ? undefined : await store.conversations.get(item.conversationId)
  if (item?.status === 'valid' && owner?.channel === 'fax') return item
  throw new AppError('bad.request', 'There is no document {id} of an earlier fax.', {
    params: { id },
    details: [{ errorCode: 'bad.request', fieldName: 'documentId', entityId: id }],
  })
}

function openFax(
  given: {
    readonly request: FaxRequest
    readonly addresses: readonly string[]
    readonly document: Pick<FaxJob, 'documentId' | 'contentType'>
    readonly from: string
  },
  moment: Moment,
): Step {
  const { request, document, from } = given
  const [first = '', ...others] = given.addresses
  const { coverSheet, timeZoneOffsetMinutes, userId } = request
  const fax: FaxJob = {
    ...document,
    ...(coverSheet === undefined ? {} : { coverSheet }),
    ...(timeZoneOffsetMinutes === undefined ? {} : { timeZoneOffsetMinutes }),
  }
  const customer = { id: first, idType: 'Phone' as const }
  return chain(
    open({ channel: 'fax', platformAddress: from, customer, direction: 'outbound' }, moment),
    (conversation) => ({
      conversation: others.reduce<Conversation>(
        (before, address) =>
          addParticipant(before, {
            ...newParticipant('external', address, moment),
            communications: [connectedLeg('outbound', moment)],
          }),
        { ...conversation, fax },
      ),
      details: [],
    }),
    (conversation) => sentBy(agentless(conversation, moment), userId),
  )
}

/** The sender has done his part at once, so a fax under way takes up nobody's capacity. */
function sentBy({ conversation, details }: Step, userId: string | undefined): Step {
  if (userId === undefined) return { conversation, details }
  const participants = conversation.participants.map((one) =>
    one.purpose === 'api' ? { ...one, purpose: 'user' as const, userId } : one,
  )
  return { conversation: { ...conversation, participants }, details }
}

function noParticipant(): never {
  throw new Error('A fax conversation was opened without a participant.')
}

function uploadTimerId(conversationId: string): string {
  return `fax-upload:${conversationId}`
}

/**
 * The upload of a fax's document has come, in the transaction that is given: it is queued for every number, or the
 * conversation is over because it cannot be faxed.
 */
export async function documentCame(
  store: Store,
  came: { readonly conversation: Conversation; readonly isValid: boolean },
  messaging: Messaging,
): Promise<void> {
  await store.timers.cancel(uploadTimerId(came.conversation.id))
  if (came.isValid) await queueDocument(store, came.conversation, messaging)
  else await endUnsent(store, came.conversation, 'error', messaging)
}

/** The document did not come in time. */
export async function faxUploadRanOut(
  store: Store,
  timer: Timer,
  messaging: Messaging,
): Promise<void> {
  const conversation = await store.conversations.get(String(timer.body['conversationId']))
  const documentId = conversation?.fax?.documentId
  if (conversation === undefined || documentId === undefined) return
  if ((await store.media.get(documentId))?.status !== 'uploading') return
  await store.media.setStatus(documentId, 'invalid')
  await endUnsent(store, conversation, 'timeout', messaging)
}

async function endUnsent(
  store: Store,
  before: Conversation,
  disconnectType: 'error' | 'timeout',
  messaging: Messaging,
): Promise<void> {
  const moment = momentOf(messaging)
  const step = endWhere(before, () => true, disconnectType, moment)
  await saveStep(store, { before, step }, moment.nowMs)
}

async function queueDocument(
  store: Store,
  conversation: Conversation,
  messaging: Messaging,
): Promise<void> {
  const { fax, platformAddress: from, participants } = conversation
  if (fax === undefined) throw new Error(`Conversation ${conversation.id} is no fax.`)
  const account = await faxAccount(store, messaging)
  const timeMs = messaging.outside.clock.now()
  const author = participants.find(({ userId }) => userId !== undefined)?.userId
  for (const participant of participants) {
    if (participant.purpose !== 'customer' && participant.purpose !== 'external') continue
    const message: Message = {
      id: messaging.outside.ids.messageId(),
      conversationId: conversation.id,
      communicationId: currentLeg(participant)?.id ?? '',
      direction: 'outbound',
      messengerType: 'fax',
      kind: 'Structured',
      fromAddress: from,
      toAddress: participant.address,
      ...(fax.coverSheet?.notes === undefined ? {} : { text: fax.coverSheet.notes }),
      content: [
        {
          contentType: 'Attachment',
          attachment: {
            id: fax.documentId,
            mediaType: 'File',
            mime: fax.contentType,
            filename: faxFileName(fax.contentType),
          },
        },
      ],
      ...(author === undefined ? {} : { createdByUserId: author }),
      timeMs,
      status: 'queued',
    }
    await store.messages.add(message)
    const { id: messageId, conversationId, status } = message
    await store.feed.append({ type: 'message', messageId, conversationId, status }, timeMs)
    await queueFax(
      store,
      { account, fax: { ...fax, from, to: participant.address }, messageId },
      messaging,
    )
  }
}

/** The account that faxes leave through: the one that is set, or else the loopback fax line. */
async function faxAccount(store: Store, { outside }: Messaging): Promise<Account> {
  const organization = await store.records.get('organization', store.organizationId)
  const id = organization?.faxAccountId ?? faxLineAccountId
  const account = await store.records.get('account', id)
  if (account !== undefined) return account
  if (id !== faxLineAccountId) {
    throw new AppError(
      'bad.request',
      'The account that faxes are to leave through does not exist any more: set another one.',
    )
  }
  const nowMs = outside.clock.now()
  const made: Account = {
    id,
    name: 'Loopback fax line',
    connector: 'fax-loopback',
    settings: {},
    uncertain: 'resend',
    allowPrivateNetwork: false,
    version: 1,
    createdMs: nowMs,
    modifiedMs: nowMs,
  }
  await store.records.add('account', made)
  return made
}
