import type { RecordBase } from './record-base.ts'

/** The section of a sender ID in the NexusServices transaction of Digital Channels ("Provision SMS"). */
export interface ChannelSection {
  /** Such as `chat.SMS_Main_Corporate`; unique in the organization. */
  readonly section: string
  /** The number as it was written. */
  readonly channelId: string
  /** Such as `chat.Support`: names the routing application. */
  readonly endpoint: string
  /** Whether replies are for campaigns only, and reach no agent. */
  readonly cxcOnly: boolean
  /** Absent: the tenant's default. */
  readonly provider?: ChannelProvider
}

/** Who carries the texts of a sender ID ("Provision SMS": supported values of provider). */
export type ChannelProvider = 'Portico' | 'Async' | 'mGage'

/** What Digital Channels keeps of a tenant beside its accounts; one record, `default`. */
export interface DigitalChannels extends RecordBase {
  /** The SMS service: absent until it was created. */
  readonly sms?: { readonly provider?: ChannelProvider; readonly tokenProvider?: string }
  /** Headers of every webhook of the Async provider; encrypted at rest. */
  readonly webhookHeaders?: Readonly<Record<string, string>>
}

/** A key for the Digital Channels API; only its hash is kept, and it is shown once. */
export interface ApiKey extends RecordBase {
  /** The one contact centre that it is for, or `*` for a cluster key. */
  readonly tenant: string
  /** Patterns such as `nexus:cluster:*`. */
  readonly permissions: readonly string[]
  /** sha256, base64url. */
  readonly keyHash: string
  readonly lastFour: string
}
