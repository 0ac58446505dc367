import { randomUUID } from 'node:crypto'
import type { Communication, Conversation, Participant } from '../../domain/conversation.ts'
import type { Delivery } from '../../domain/delivery.ts'
import type { Message } from '../../domain/message.ts'
import type { Account, Queue, User } from '../records.ts'
import type { FeedEvent } from '../store.ts'

let counter = 0

/** An id that is greater than every one before it, as the program's own ids are. */
export function nextId(): string {
  counter += 1
  return `01900000-0000-7000-8000-${counter.toString(16).padStart(12, '0')}`
}

/** An open conversation of a new customer on one thread, version 1. */
export function aConversation(changes: Partial<Conversation> = {}): Conversation {
  return {
    id: nextId(),
    version: 1,
    channel: 'sms',
    platformAddress: '+13175550100',
    customer: { id: `+1317${nextId().slice(-7)}`, idType: 'Phone' },
    startMs: 1000,
    participants: [],
    recentTransfers: [],
    ...changes,
  }
}

/** An agent with one leg in this state. */
export function anAgent(userId: string, state: Communication['state'] = 'connected'): Participant {
  return {
    id: nextId(),
    purpose: 'agent',
    address: '',
    userId,
    startMs: 1000,
    attributes: {},
    wrapupRequired: false,
    communications: [
      { id: nextId(), state, direction: 'inbound', startMs: 1000, held: false, segments: [] },
    ],
  }
}

/** An inbound text. */
export function aMessage(changes: Partial<Message> = {}): Message {
  return {
    id: nextId().replaceAll('-', ''),
    conversationId: nextId(),
    communicationId: nextId(),
    direction: 'inbound',
    messengerType: 'sms',
    kind: 'Text',
    fromAddress: '+13175550123',
    toAddress: '+13175550100',
    text: 'Grüße 👋',
    content: [],
    timeMs: 1000,
    status: 'received',
    ...changes,
  }
}

/** A delivery that waits for its first attempt. */
export function aDelivery(changes: Partial<Delivery> = {}): Delivery {
  return {
    id: nextId(),
    accountId: 'account',
    kind: 'sms',
    lane: 'account|+13175550100|+13175550123',
    bucket: 7,
    priority: 0,
    state: 'queued',
    attempts: 0,
    acceptedMs: 1000,
    dueMs: 1000,
    expiresMs: 90_000,
    leaseEpoch: 1,
    ...changes,
  }
}

/** An account at the handset in the box. */
export function anAccount(changes: Partial<Account> = {}): Account {
  return {
    id: 'box',
    name: 'Box',
    version: 1,
    createdMs: 0,
    modifiedMs: 0,
    connector: 'loopback',
    settings: {},
    uncertain: 'hold',
    allowPrivateNetwork: false,
    ...changes,
  }
}

/** A user of that name, version 1. */
export function aUser(name: string, changes: Partial<User> = {}): User {
  return {
    id: nextId(),
    name,
    version: 1,
    createdMs: 1000,
    modifiedMs: 1000,
    email: `${nextId()}@example.org`,
    state: 'active',
    permissions: [],
    ...changes,
  }
}

/** A queue without members, version 1. */
export function aQueue(name: string, changes: Partial<Queue> = {}): Queue {
  return {
    id: nextId(),
    name,
    version: 1,
    createdMs: 1000,
    modifiedMs: 1000,
    members: [],
    messageAlertingTimeoutMs: 30_000,
    wrapupPrompt: 'OPTIONAL',
    acwTimeoutMs: 0,
    wrapupCodeIds: [],
    ...changes,
  }
}

/** An event about a message. */
export function anEvent(messageId = nextId()): FeedEvent {
  return { type: 'message', messageId, conversationId: 'conversation', status: 'sent' }
}

/** An organization that no other test has seen. */
export function newOrganizationId(): string {
  return randomUUID()
}
