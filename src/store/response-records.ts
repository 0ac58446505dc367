import type { JsonObject } from './json.ts'
import type { RecordBase } from './record-base.ts'

/** A folder of prepared answers. */
export interface ResponseLibrary extends RecordBase {
  readonly responseType?: string
  readonly createdBy?: string
}

/** A prepared answer or template, with places to fill in. */
export interface PreparedResponse extends RecordBase {
  readonly libraryIds: readonly string[]
  readonly texts: readonly {
    readonly content: string
    readonly contentType?: string
    readonly type?: string
  }[]
  readonly substitutions: readonly {
    readonly id: string
    readonly description?: string
    readonly defaultValue?: string
  }[]
  readonly responseType?: string
  readonly interactionType?: string
  /** The vendor's `MessagingTemplate`, as it came. */
  readonly messagingTemplate?: JsonObject
  readonly createdBy?: string
}
