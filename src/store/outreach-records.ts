import type { CallableTime } from '../domain/callable-times.ts'
import type { ConsentWordSet } from '../domain/consent-words.ts'
import type { ContactFilter } from '../domain/contact-filter.ts'
import type { QuietHours } from '../domain/quiet-hours.ts'
import type { JsonObject } from './json.ts'
import type { RecordBase } from './record-base.ts'

/** How customers' words about being written to are taken, for one sender or, with the id `default`, for all others. */
export interface ConsentPolicy extends RecordBase {
  readonly wordSets: readonly ConsentWordSet[]
  /** Words beside those of the sets. */
  readonly optOutWords: readonly string[]
  readonly optInWords: readonly string[]
  readonly helpWords: readonly string[]
  /** What is answered to each word; absent where the carrier answers itself. */
  readonly answers: Readonly<Partial<Record<'opt-out' | 'opt-in' | 'help', string>>>
  /** Hours in which bulk texts may leave; any unless set. */
  readonly quietHours?: QuietHours
  /** Bulk texts that one handset gets from one sender at the most; any number unless set. */
  readonly cap?: { readonly textsMax: number; readonly withinHours: number }
  readonly marketingNeedsOptIn: boolean
}

/** A routing application: what becomes of conversations that begin at the recipients and senders that name it. */
export interface Flow extends RecordBase {
  /** As it was written. */
  readonly source: string
  /** The same, read: a document in the form of the vendor's flow YAML. */
  readonly document: JsonObject
}

/** A list of contacts; the contacts themselves stand apart. */
export interface ContactList extends RecordBase {
  readonly columnNames: readonly string[]
  readonly phoneColumns: readonly { readonly columnName: string; readonly type: string }[]
  /** The last import by file. */
  readonly importStatus?: {
    readonly state: 'IN_PROGRESS' | 'COMPLETE' | 'FAILED'
    readonly totalRecords: number
    readonly completedRecords: number
    /** Rows that could not be taken, the first of them with line and reason. */
    readonly badRows: readonly { readonly line: number; readonly reason: string }[]
    readonly badRowCount: number
    readonly failureReason?: string
  }
}

/** When contacts of campaigns that name it may be written to, by their time zones. */
export interface CallableTimeSet extends RecordBase {
  readonly callableTimes: readonly (CallableTime & { readonly name?: string })[]
}

/** Which contacts of a list the campaigns that name it write to. */
export interface ContactListFilter extends RecordBase, ContactFilter {
  readonly contactListId: string
}

/** A campaign that texts every contact of a list once. */
export interface MessagingCampaign extends RecordBase {
  /** `on` while it works; `off` when it was never started or was stopped; `complete` at the end of the list. */
  readonly status: 'on' | 'off' | 'complete'
  readonly contactListId: string
  readonly messagesPerMinute: number
  /** Goes on with contacts that are added after the end was reached. */
  readonly alwaysRunning: boolean
  readonly smsConfig: {
    /** Column with the text, where no template is given. */
    readonly messageColumn: string
    readonly phoneColumn: string
    readonly senderAddress: string
    /** Response whose places are filled in from the columns of the same names. */
    readonly contentTemplateId?: string
  }
  /** The callable time set that its contacts are held to. */
  readonly callableTimeSetId?: string
  /** Filters that a contact must pass, every one of them. */
  readonly contactListFilterIds?: readonly string[]
  /** When it may work; always unless set. Epoch milliseconds. */
  readonly intervals?: readonly { readonly startMs: number; readonly endMs: number }[]
  /** What stopped it. */
  readonly problem?: string
}
