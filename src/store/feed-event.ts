import type { Detail } from '../domain/conversation-legs.ts'

/** Something that happened, in the order it was committed. */
export interface FeedEntry {
  /** Counts from 1 within the organization, without gaps. */
  readonly sequence: number
  readonly timeMs: number
  readonly event: FeedEvent
}

/** What the feed tells of. Ids only: readers fetch what they may see. */
export type FeedEvent =
  | {
      readonly type: 'conversation'
      readonly conversationId: string
      readonly version: number
      readonly userIds: readonly string[]
      readonly queueIds: readonly string[]
      readonly details: readonly Detail[]
    }
  | {
      readonly type: 'message'
      readonly messageId: string
      readonly conversationId: string
      readonly status: string
    }
  | {
      readonly type: 'typing'
      readonly conversationId: string
      readonly userIds: readonly string[]
      readonly durationMs: number
    }
  | {
      readonly type: 'agent'
      readonly userId: string
      readonly routingStatus: string
      readonly presence: string
    }
  | {
      readonly type: 'delivery'
      readonly deliveryId: string
      readonly state: string
      readonly accountId: string
    }
  | {
      readonly type: 'consent'
      /** The line of the ledger. */
      readonly entryId: string
      readonly applied: boolean
    }
  | { readonly type: 'campaign'; readonly campaignId: string }
