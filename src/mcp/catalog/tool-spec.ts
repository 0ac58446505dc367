/** A parameter as a model is shown it: flat JSON Schema that every client takes. */
export type Param = { readonly [keyword: string]: unknown }

export type Params = Readonly<Record<string, Param>>

/** Toolsets: which kind of conversation a tool works on. */
export const channels = [
  'message',
  'email',
  'social',
  'video',
  'cobrowse',
  'internal',
  'fax',
] as const

export type Channel = (typeof channels)[number]

/**
 * What a call does to the world: reads; edits what only colleagues see; sends something to somebody outside; ends or
 * hands over somebody's part in a conversation.
 */
export type Effect = 'read' | 'edit' | 'send' | 'end'

/** One of the 63 tools: its own call to one operation of the Platform API. */
export interface ToolSpec {
  /** Without the prefix that all share. */
  readonly name: string
  /** The vendor's operation id, by which the embedded server finds what to run. */
  readonly operationId: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below `/api/v2/conversations`; its placeholders are parameters too. */
  readonly path: string
  readonly title: string
  readonly description: string
  readonly channel: Channel
  readonly effect: Effect
  /** Whether a repeat changes nothing more. */
  readonly repeatable?: boolean
  readonly query?: Params
  readonly body?: Params
  /** Members of the body that must be given. */
  readonly required?: readonly string[]
}

/** A text parameter. */
export function text(description?: string): Param {
  return described({ type: 'string' }, description)
}

/** A whole number. */
export function whole(description?: string): Param {
  return described({ type: 'integer' }, description)
}

/** Yes or no. */
export function flag(description?: string): Param {
  return described({ type: 'boolean' }, description)
}

/** One of some words. */
export function oneOf(...words: readonly string[]): Param {
  return { type: 'string', enum: words }
}

/** A list; of texts unless items are given. */
export function list(items: Param = { type: 'string' }, description?: string): Param {
  return described({ type: 'array', items }, description)
}

/** An object whose members are the caller's own, or are told in words. */
export function map(description?: string): Param {
  return described({ type: 'object' }, description)
}

function described(schema: Param, description: string | undefined): Param {
  return description === undefined ? schema : { ...schema, description }
}
