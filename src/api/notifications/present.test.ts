import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Conversation } from '../../domain/conversation.ts'
import {
  alert,
  answer,
  endAll,
  enqueue,
  open,
  setAttributes,
} from '../../domain/conversation-flow.ts'
import type { Moment } from '../../domain/conversation-legs.ts'
import type { Message } from '../../domain/message.ts'
import type { AgentState } from '../../store/store.ts'
import {
  presentActivityEvent,
  presentConversationEvent,
  presentDetailEvent,
  presentMessageEvent,
  presentPresenceEvent,
  presentTypingEvent,
} from './present.ts'

function aConversation(): { conversation: Conversation; agentId: string; customerId: string } {
  let count = 0
  const newId = (): string => {
    count += 1
    return `id-${count}`
  }
  const at = (nowMs: number): Moment => ({ nowMs, newId })
  const opened = open(
    {
      channel: 'sms',
      platformAddress: '+15550001',
      customer: { id: '+15550002', idType: 'Phone', firstName: 'Cora' },
      direction: 'inbound',
    },
    at(1000),
  ).conversation
  const customerId = opened.participants[0]?.id ?? ''
  const told = setAttributes(opened, customerId, { plan: 'gold' }).conversation
  const waiting = enqueue(told, 'queue', 'Sales', at(1000)).conversation
  const agent = { userId: 'anna', name: 'Anna', alertingTimeoutMs: 30_000 }
  const alerted = alert(waiting, agent, at(2000)).conversation
  const agentId = alerted.participants.at(-1)?.id ?? ''
  return { conversation: answer(alerted, agentId, at(3000)).conversation, agentId, customerId }
}

function aMessage(conversation: Conversation): Message {
  return {
    id: 'message',
    conversationId: conversation.id,
    communicationId: conversation.participants[0]?.communications[0]?.id ?? '',
    direction: 'inbound',
    messengerType: 'sms',
    kind: 'Text',
    fromAddress: '+15550002',
    toAddress: '+15550001',
    text: 'a secret',
    content: [],
    timeMs: 1000,
    status: 'received',
  }
}

test('events name messages by id and address, and never carry their text', () => {
  const { conversation } = aConversation()
  const around = { messages: [aMessage(conversation)], divisionId: 'division' }
  const media = presentMessageEvent(conversation, around)
  const generic = presentConversationEvent(conversation, around)
  const message = {
    id: 'message',
    uri: `/api/v2/conversations/messages/${conversation.id}/messages/message`,
  }
  assert.deepEqual(media.participants[0]?.messages[0]?.message, message)
  assert.deepEqual(generic.participants[0]?.messages[0]?.messages[0]?.message, message)
  for (const body of [media, generic]) {
    assert.doesNotMatch(JSON.stringify(body), /a secret|messageId|messageURI/)
  }
  assert.deepEqual(
    media.participants.map(({ initialState }) => initialState),
    ['connected', 'connected', 'alerting'],
  )
  assert.equal('selfUri' in media || 'recentTransfers' in media, false)
})

test('a detail event of an end says how and how long', () => {
  const { conversation, agentId } = aConversation()
  const ended = endAll(conversation, 'anna', { nowMs: 9000, newId: () => 'never' })
  const detail = ended.details.find(({ name }) => name === 'user.end')
  assert.equal(detail?.participantId, agentId)
  const agent = ended.conversation.participants.at(-1)
  assert.deepEqual(
    presentDetailEvent(ended.conversation, { name: 'user.end', participantId: agentId }, 9000),
    {
      eventTime: 9000,
      conversationId: conversation.id,
      participantId: agentId,
      sessionId: agent?.communications[0]?.id,
      direction: 'INBOUND',
      mediaType: 'MESSAGE',
      messageType: 'SMS',
      provider: 'PureCloud Messaging',
      addressFrom: '+15550002',
      addressTo: '+15550001',
      userId: 'anna',
      queueId: 'queue',
      disconnectType: 'CLIENT',
      interactingDurationMs: 6000,
    },
  )
})

test('a detail event of attributes carries them, and words with dots become upper case', () => {
  const { conversation, customerId } = aConversation()
  const told = presentDetailEvent(
    conversation,
    { name: 'attributes', participantId: customerId },
    5000,
  )
  assert.deepEqual('attributes' in told ? told.attributes : undefined, { plan: 'gold' })
  const [, acd] = conversation.participants
  assert.ok(acd)
  const [leg] = acd.communications
  assert.ok(leg)
  const changed: Conversation = {
    ...conversation,
    participants: [{ ...acd, communications: [{ ...leg, disconnectType: 'transfer.noanswer' }] }],
  }
  const end = presentDetailEvent(changed, { name: 'acd.end', participantId: acd.id }, 5000)
  assert.equal('disconnectType' in end ? end.disconnectType : undefined, 'TRANSFER_NOANSWER')
})

test('a wrap-up tells its code, notes and length', () => {
  const { conversation, agentId } = aConversation()
  const wrapup = { code: 'sold', notes: 'two', durationSeconds: 7, provisional: false }
  const wrapped: Conversation = {
    ...conversation,
    participants: conversation.participants.map((one) =>
      one.id === agentId ? { ...one, wrapup } : one,
    ),
  }
  const told = presentDetailEvent(wrapped, { name: 'acw', participantId: agentId }, 5000)
  assert.partialDeepStrictEqual(told, {
    wrapupCode: 'sold',
    wrapupNotes: 'two',
    wrapupDurationMs: 7000,
  })
})

test('presences are spelled as the vendor spells them in events', () => {
  const agent: AgentState = {
    userId: 'anna',
    presence: 'OnQueue',
    routingStatus: 'IDLE',
    routingSinceMs: 0,
    presenceSinceMs: 1000,
    version: 1,
  }
  const spelled = (presence: string) =>
    presentPresenceEvent({ ...agent, presence }).presenceDefinition.systemPresence
  assert.deepEqual(['OnQueue', 'On Queue', 'Available', 'ON_QUEUE'].map(spelled), [
    'ON_QUEUE',
    'ON_QUEUE',
    'AVAILABLE',
    'ON_QUEUE',
  ])
  assert.deepEqual(presentActivityEvent(agent).routingStatus, {
    status: 'IDLE',
    startTime: '1970-01-01T00:00:00.000Z',
  })
})

test('typing is told as a normalized event of the conversation', () => {
  const { conversation } = aConversation()
  const told = presentTypingEvent(conversation, { id: 'x', timeMs: 0, durationMs: 5000 })
  assert.equal(told.conversationId, conversation.id)
  assert.deepEqual(told.normalizedMessage.events, [
    { eventType: 'Typing', typing: { type: 'On', duration: 5000 } },
  ])
})
