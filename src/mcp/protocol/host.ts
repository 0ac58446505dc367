import type { Json, WrittenResult } from './rpc.ts'

/** Protocol revisions before the stateless one, newest first. */
export const legacyVersions = ['2025-11-25', '2025-06-18', '2025-03-26'] as const

/** The stateless revision. */
export const modernVersion = '2026-07-28'

/** Who a server says it is (the protocol's `Implementation`). */
export interface ServerInfo {
  readonly name: string
  readonly title: string
  readonly version: string
  readonly websiteUrl?: string
  readonly icons?: readonly Json[]
}

/** One request under way: who asks by which revision, and what can be said before the result. */
export interface Call {
  readonly era: 'modern' | 'legacy'
  /** What the client said that it can do; unknown in a call without a handshake. */
  readonly clientCapabilities: Json
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal
  /** Whether the reply can carry messages before the result. */
  readonly canStream: boolean
  /** Sends a message before the result; nothing happens where the reply cannot carry it. */
  notify(method: string, params: Json): void
  /** Asks the client in a session of an earlier revision; absent where there is none. */
  readonly ask?: (method: string, params: Json) => Promise<Json>
}

/** Answers one method. Throws `RpcError` for failures of the protocol. */
export type Method = (params: Json, call: Call) => Promise<object | WrittenResult>

/** What a stream of changes is told. */
export interface Listener {
  /** What the client wants to hear of. */
  readonly wanted: Json
  tell(method: string, params: Json): void
  readonly signal: AbortSignal
}

/** One face of the server as one caller sees it. The protocol below knows nothing of tools and conversations. */
export interface Host {
  readonly info: ServerInfo
  readonly instructions: string
  /** What the server says that it can do; not everything is there in both eras. */
  readonly capabilities: (era: Call['era']) => Json
  /** Methods of both eras but those that the protocol itself answers. */
  readonly methods: Readonly<Record<string, Method>>
  /** Milliseconds for which results of these methods may be kept by the client. */
  readonly ttlMs: Readonly<Record<string, number>>
  /** Starts a stream of changes; the part of the wish that is honoured is returned. */
  listen?(listener: Listener): Promise<Json>
}
