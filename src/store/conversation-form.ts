import type {
  Communication,
  Conversation,
  CustomerIdentity,
  Participant,
  Segment,
} from '../domain/conversation.ts'
import { places } from './places.ts'

const segments = places<Segment>({
  names: ['type', 'startMs', 'endMs', 'disconnectType'],
  times: ['startMs', 'endMs'],
})

const legs = places<Communication>({
  names: [
    'id',
    'state',
    'direction',
    'held',
    'segments',
    'startMs',
    'connectedMs',
    'endMs',
    'disconnectType',
    'peerId',
    'alertingMs',
  ],
  times: ['startMs', 'connectedMs', 'endMs', 'alertingMs'],
  lists: { segments },
})

const participants = places<Participant>({
  names: [
    'id',
    'purpose',
    'address',
    'attributes',
    'wrapupRequired',
    'communications',
    'startMs',
    'endMs',
    'name',
    'userId',
    'queueId',
  ],
  times: ['startMs', 'endMs'],
  lists: { communications: legs },
})

/** The form of conversations, times counted from the start; that, the id and the version have columns. */
export const conversationForm = places<Conversation>({
  names: ['channel', 'platformAddress', 'customer', 'participants', 'recentTransfers', 'endMs'],
  times: ['endMs'],
  parts: { customer: places<CustomerIdentity>({ names: ['id', 'idType'] }) },
  lists: { participants },
  elsewhere: ['id', 'version', 'startMs'],
})
