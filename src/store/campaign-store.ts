/** One row of a contact list. */
export interface Contact {
  readonly id: string
  /** Its place in the list, from 1, in the order in which contacts came. */
  readonly position: number
  readonly data: Readonly<Record<string, string>>
  /** False where somebody said that this contact is to be left out. */
  readonly callable: boolean
}

/**
 * What became of one contact in a campaign: `waiting` for its hours, `queued`, `sent` (taken by the provider),
 * `delivered`, `failed`, `opted-out`, or `skipped` without a text.
 */
export type CampaignOutcome =
  | 'waiting'
  | 'queued'
  | 'sent'
  | 'delivered'
  | 'failed'
  | 'opted-out'
  | 'skipped'

/** One contact's text of a campaign. */
export interface CampaignText {
  readonly position: number
  readonly contactId: string
  readonly handset: string
  readonly outcome: CampaignOutcome
  readonly messageId?: string
  /** Why it failed or was skipped. */
  readonly detail?: string
}

/** How far a campaign has come. */
export interface CampaignProgress {
  readonly campaignId: string
  /** Position of the last contact that was dealt with. */
  readonly cursor: number
  readonly counts: Readonly<Record<CampaignOutcome, number>>
  /** Where the last look at open texts ended. */
  readonly lookedTo: number
  /** Grows with every change, from 1. */
  readonly version: number
}

/** Contact lists' contents, and what campaigns have done with them. */
export interface Campaigns {
  /** Adds contacts; those whose id the list has already are left as they are. How many were added. */
  addContacts(listId: string, contacts: readonly Contact[]): Promise<number>
  contact(listId: string, id: string): Promise<Contact | undefined>
  /** In the list's order, after a position. */
  contacts(listId: string, after: number, limit: number): Promise<readonly Contact[]>
  countContacts(listId: string): Promise<number>
  lastPosition(listId: string): Promise<number>
  setCallable(listId: string, id: string, callable: boolean): Promise<void>
  removeContact(listId: string, id: string): Promise<void>
  /** Removes some of the list's contacts; whether there may be more. */
  clearContacts(listId: string, limit: number): Promise<boolean>
  addTexts(campaignId: string, texts: readonly CampaignText[]): Promise<void>
  /** In the list's order, after a position; `open`: only those whose outcome may still change. */
  texts(
    campaignId: string,
    page: { readonly after: number; readonly limit: number; readonly open?: boolean },
  ): Promise<readonly CampaignText[]>
  saveText(campaignId: string, text: CampaignText): Promise<void>
  /** Removes some of a campaign's texts; whether there may be more. */
  clearTexts(campaignId: string, limit: number): Promise<boolean>
  progress(campaignId: string): Promise<CampaignProgress | undefined>
  /** Adds version 1 or replaces version n−1 by n; `ConflictError` when another came first. */
  saveProgress(progress: CampaignProgress): Promise<void>
  removeProgress(campaignId: string): Promise<void>
}

/** Whether an outcome may still change by itself. */
export function isOpenOutcome(outcome: CampaignOutcome): boolean {
  return outcome === 'waiting' || outcome === 'queued' || outcome === 'sent'
}
