import type {
  OutboundMessage,
  ReceivedReceipt,
  Sent,
  StatusQuestion,
} from '../connectors/connector.ts'
import type { RecordedExchange } from '../exchange.ts'
import type { Carriage } from './carriage.ts'

/** For whom a provider is called, and by what means. */
export interface Errand
  extends Pick<Carriage, 'connector' | 'settings' | 'secrets' | 'allowPrivateNetwork'> {
  readonly organizationId: string
  readonly accountId: string
}

/** What came of a call to a provider. */
export type Outcome<T> = (
  | { readonly value: T; readonly cause?: undefined }
  /** What the connector threw. */
  | { readonly value?: undefined; readonly cause: unknown }
) & {
  /** What went over the wire last; undefined when nothing did. */
  readonly recorded: RecordedExchange | undefined
}

/** How the message path reaches providers. What the connectors throw is in the outcome; the promises never reject. */
export interface WayOut {
  /** Has the errand's connector send a message. */
  send(errand: Errand, message: OutboundMessage): Promise<Outcome<Sent>>
  /** Has it ask what became of one; no receipts where it cannot. */
  ask(errand: Errand, question: StatusQuestion): Promise<Outcome<readonly ReceivedReceipt[]>>
}
