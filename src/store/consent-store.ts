import type { Consent, ConsentEntry } from '../domain/consent.ts'
import type { Page, PageRequest } from './store.ts'

/** A bulk text that went to a handset. */
export interface BulkText {
  readonly deliveryId: string
  readonly timeMs: number
}

/** Which consents or lines of the ledger to list. */
export interface ConsentFilter {
  readonly sender?: string
  readonly handset?: string
  readonly status?: Consent['status']
}

/** What handsets have said about being written to, and the ledger of how we know. */
export interface Consents {
  get(sender: string, handset: string): Promise<Consent | undefined>
  /** Adds it where `before` is absent, or replaces `before`; `ConflictError` when another came first. */
  save(consent: Consent, before: Consent | undefined): Promise<void>
  /** Adds a line to the ledger, which nothing changes or removes. */
  addEntry(entry: ConsentEntry): Promise<void>
  /** The bulk texts that were last sent to a handset, as they were saved. */
  bulkTexts(sender: string, handset: string): Promise<readonly BulkText[]>
  saveBulkTexts(sender: string, handset: string, texts: readonly BulkText[]): Promise<void>
  /** In the order of sender and handset. */
  list(page: PageRequest, filter: ConsentFilter): Promise<Page<Consent>>
  /** Lines of the ledger, newest first. */
  entries(page: PageRequest, filter: Omit<ConsentFilter, 'status'>): Promise<Page<ConsentEntry>>
}
