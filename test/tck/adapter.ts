import type { SeenRequest } from '../../src/connectors/stand-in.ts'
import type { JsonObject } from '../../src/store/json.ts'

/** What a provider makes of a send that it read. */
export interface TakenText {
  readonly from: string
  readonly to: string
  readonly text: string
  /** What ties the provider's later word to our delivery, as the provider keeps it. */
  readonly tag: string
  /** The whole address that this text asks to be reported to, where it names one. */
  readonly reportTo?: string
}

/** An answer by a provider. */
export interface ProviderAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

/** A call that a provider makes to us. */
export interface ProviderCall {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer
}

/** Whether a call bears the proof that the account expects, another one, or none. */
export type Proof = 'right' | 'wrong' | 'none'

/** Where and by whom a call is made. */
export interface Caller {
  readonly callbackUrl: string
  readonly settings: JsonObject
  readonly proof: Proof
}

/** What a provider reports of a text. */
export interface Report extends Caller {
  readonly status: 'sent' | 'delivered' | 'failed' | 'unheard'
  readonly id: string
  readonly taken: TakenText
}

/** A customer's text, as a provider passes it on. */
export interface Incoming extends Caller {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly text: string
  /** Epoch milliseconds, written in the zone with that offset, where the provider gives times. */
  readonly timeMs?: number
  readonly offsetMinutes?: number
}

/** One provider as the test kit plays it: how it reads, answers, reports and signs. */
export interface ProviderAdapter {
  /** The connector's name. */
  readonly connector: string
  /** Settings of an account with the provider at that address and that number of ours. */
  settings(at: { readonly url: string; readonly number: string }): JsonObject
  /** What is given for a request that is no send, such as for a token; undefined for a send. */
  aside?(request: SeenRequest): ProviderAnswer | undefined
  /** Throws with what is wrong about a request that this provider would not take. */
  read(request: SeenRequest): TakenText
  /** Undefined stands for a provider inside the house, which no request leads to. */
  readonly answers?: {
    accept(id: string): ProviderAnswer
    /** A text that will never be taken, in the provider's own words. */
    refuse: ProviderAnswer
    /** The same for an account that has no right to send. */
    refuseAccount: ProviderAnswer
    /** One id for each part, where it gives several. */
    acceptParts?(ids: readonly string[]): ProviderAnswer
  }
  /** Whether it drops a second send with the same tag, whatever its connector believes. */
  readonly dropsDoubles: boolean
  /** Whether it gives ids of its own to what it takes. */
  readonly givesIds: boolean
  /** Whether what 200 with an unreadable body means is that it was taken. */
  readonly takesAnyAnswer?: boolean
  /** Whether its proof covers every byte, rather than naming a secret. */
  readonly signsBodies: boolean
  /** Whether incoming texts bear a time. */
  readonly givesTimes: boolean
  /** Reports that it cannot make. */
  readonly silentAbout?: readonly Report['status'][]
  /** Whether receipts name our delivery, so that one settles a send whose answer was lost. */
  readonly returnsTags: boolean
  report(report: Report): ProviderCall
  incoming(text: Incoming): ProviderCall
}

/** An ISO time in the zone with that offset, such as `2026-01-05T15:30:00.000+05:30`. */
export function isoInZone(timeMs: number, offsetMinutes = 0): string {
  const local = new Date(timeMs + offsetMinutes * 60_000).toISOString().slice(0, -1)
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const size = Math.abs(offsetMinutes)
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${two(size / 60)}:${two(size % 60)}`
}

/** A form as a provider writes it. */
export function form(fields: Readonly<Record<string, string>>): string {
  return new URLSearchParams(fields).toString()
}

/** The headers of a form, and others. */
export function formHeaders(more: Readonly<Record<string, string>> = {}) {
  return { 'content-type': 'application/x-www-form-urlencoded', ...more }
}

/** Fails unless that holds: what a strict provider would complain about. */
export function insist(holds: boolean, complaint: string): void {
  if (!holds) throw new Error(complaint)
}
