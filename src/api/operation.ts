import type { Static, TObject, TSchema } from 'typebox'
import type { Context } from '../context.ts'

/** The parts of a request that an operation declares. Unknown members of a body are let through, as the vendor does. */
export interface InputSchemas {
  readonly path?: TObject
  readonly query?: TObject
  readonly body?: TSchema
}

/** The checked values of those parts. */
export type Input<Schemas extends InputSchemas> = {
  readonly path: Schemas['path'] extends TObject ? Static<Schemas['path']> : Record<string, never>
  readonly query: Schemas['query'] extends TObject
    ? Static<Schemas['query']>
    : Record<string, never>
  readonly body: Schemas['body'] extends TSchema ? Static<Schemas['body']> : undefined
}

/** The same parts as they came, before any check. */
export interface RawInput {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: unknown
}

/** What agents may do with it through MCP, under which name. */
export interface Tool {
  readonly name: string
  readonly effect: 'read' | 'write'
}

export interface Example {
  readonly title: string
  readonly input: RawInput
}

/** One operation of one of the APIs: declared once, served by REST, CLI, MCP and the documentation alike. */
export interface Operation<Schemas extends InputSchemas = InputSchemas, Reply = unknown> {
  /** The vendor's operation id; ours start with `signalbox`. */
  readonly id: string
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly summary: string
  /** Permissions of the caller: all of them, or any of them. Absent: every caller that is logged in. */
  readonly permission?: string | { readonly any: readonly string[] }
  /** OAuth scopes of which a limited token of a user needs one. Absent, as on our own operations: those of `scopesOf`. */
  readonly scopes?: readonly string[]
  /** Whether it queues a delivery: refused with 429 while too much waits to be sent. */
  readonly sends?: boolean
  /** `user`: a client-credentials token gets the vendor's 400. */
  readonly caller?: 'user' | 'any'
  readonly tool?: Tool
  /** Whether a body that comes as text is handed on as a `WrittenBody`; other callers give values. */
  readonly exactBody?: boolean
  readonly input?: Schemas
  readonly reply: { readonly status: number; readonly schema?: TSchema }
  readonly examples?: readonly Example[]
  handle(input: Input<Schemas>, context: Context): Promise<Reply>
}

// The list holds operations of many shapes; each is checked against its own schemas before `handle` sees it.
// biome-ignore lint/suspicious/noExplicitAny: the one place where the shapes are forgotten
export type AnyOperation = Operation<any, any>

/** Keeps an operation's own types while it is declared. */
export function operation<const Schemas extends InputSchemas, Reply>(
  declaration: Operation<Schemas, Reply>,
): Operation<Schemas, Reply> {
  return declaration
}

/**
 * OAuth scopes of which a user's token needs one, where it is limited to scopes; client credentials carry none.
 * Operations of our own that declare none, as the vendor has no scope for them, ask for `signalbox`, or, when they only
 * read, for `signalbox:readonly`. So there is none that every limited token may call.
 */
export function scopesOf({
  scopes,
  method,
}: Pick<AnyOperation, 'scopes' | 'method'>): readonly string[] {
  if (scopes !== undefined) return scopes
  return method === 'GET' || method === 'HEAD' ? ['signalbox', 'signalbox:readonly'] : ['signalbox']
}
