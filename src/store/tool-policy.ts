import type { RecordBase } from './record-base.ts'

/** What is done about a tool call: let through, asked of a person first, or refused. */
export type ToolRule = 'allow' | 'confirm' | 'deny'

/**
 * What agents may do through tools. All policies that fit a call count; of what several say, the strictest. The rules
 * are by tool (`patch_message`), by channel (`channel:email`), by effect (`effect:send`) or for all (`*`); within one
 * policy the most exact counts.
 */
export interface ToolPolicy extends RecordBase {
  /** Only calls on this connection. */
  readonly connectionId?: string
  /** Only calls by this OAuth client. */
  readonly clientId?: string
  /** Only calls by this user. */
  readonly userId?: string
  readonly rules: Readonly<Record<string, ToolRule>>
  readonly readOnly: boolean
  /** Where given, only tools of these channels. */
  readonly channels?: readonly string[]
  /** Where given, only these conversations. */
  readonly conversationIds?: readonly string[]
  /** Where given, only conversations of these queues. */
  readonly queueIds?: readonly string[]
  /** What becomes of a call to confirm where the client cannot ask a person. */
  readonly withoutElicitation: 'token' | 'refuse'
  /** Masks phone numbers, e-mail addresses, card numbers and IBANs in answers. */
  readonly maskPersonalData: boolean
  /** Leaves customers' words as they are instead of marking them. */
  readonly plainText: boolean
  readonly callsPerMinute?: number
  readonly writesPerMinute?: number
  /** Keeps the arguments of calls in the audit. */
  readonly keepPayload: boolean
}
