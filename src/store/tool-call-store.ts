/** What was decided about a tool call before anything was done. */
export type ToolDecision =
  | 'allow'
  | 'confirm'
  | 'confirmed'
  | 'declined'
  | 'deny'
  | 'dry-run'
  | 'refused'

/** One tool call, as the audit keeps it: who, what, decision and outcome, and nothing of what was said. */
export interface ToolCall {
  /** A UUIDv7: its order is the order of the calls. */
  readonly id: string
  readonly timeMs: number
  readonly durationMs: number
  readonly clientId: string
  readonly userId?: string
  /** Where the caller came in: `mcp` or the catalogue's own path. */
  readonly door: string
  /** The connection that was called. */
  readonly connectionId: string
  /** Without the prefix that all tools share. */
  readonly tool: string
  readonly effect: string
  /** Ids that the call named, such as the conversation's. */
  readonly about: Readonly<Record<string, string>>
  /** sha256 of the arguments, so that two calls can be told to be the same. */
  readonly digest: string
  readonly decision: ToolDecision
  /** HTTP status of the outcome; 0 where nothing was called. */
  readonly status: number
  /** The vendor's error code, where there was an error. */
  readonly code?: string
  /** How many pieces of personal data were masked in the answer. */
  readonly masked: number
  /** The arguments, where a policy says to keep them. */
  readonly payload?: string
}

/** Which calls to list, newest first. */
export interface ToolCallFilter {
  /** Only calls before this one. */
  readonly beforeId?: string
  readonly tool?: string
  readonly clientId?: string
  readonly decision?: ToolDecision
}

/** The audit of tool calls. */
export interface ToolCalls {
  add(calls: readonly ToolCall[]): Promise<void>
  list(limit: number, filter?: ToolCallFilter): Promise<readonly ToolCall[]>
}
