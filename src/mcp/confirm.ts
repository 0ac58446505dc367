import { hash } from 'node:crypto'
import type { Context } from '../context.ts'
import { callerKey } from './house.ts'
import { asJson, type Json } from './protocol/rpc.ts'
import type { Seal } from './protocol/sessions.ts'

/** What exactly is to be confirmed: another tool, connection or argument needs another confirmation. */
export interface Subject {
  readonly tool: string
  readonly connectionId: string
  readonly digest: string
}

const validMs = 5 * 60_000
const context = 'mcp-confirm'
const usedScope = 'mcp-confirm-used'

/** sha256 of arguments, whatever order their names stand in. */
export function digestOf(args: Json): string {
  return hash('sha256', stable(args), 'base64url')
}

function stable(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stable).join(',')}]`
  const object = asJson(value)
  if (object === undefined) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(object)
    .filter(([, member]) => member !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${stable(member)}`)
  return `{${members.join(',')}}`
}

/** A token that stands for one confirmation of one call by one caller, within five minutes. */
export function issueConfirmation(seal: Seal, subject: Subject, about: Context): string {
  const { outside } = about
  const expiresMs = outside.clock.now() + validMs
  const said = JSON.stringify([bindingOf(subject, about), expiresMs, outside.ids.secret(9)])
  return seal.seal(said, context)
}

/** Uses a token up: whether it stands for exactly this call by this caller, has not expired and was not used before. */
export async function takeConfirmation(
  seal: Seal,
  given: { readonly token: string; readonly subject: Subject },
  about: Context,
): Promise<'taken' | 'invalid' | 'expired' | 'used'> {
  const said = opened(seal, given.token)
  if (said === undefined || said.binding !== bindingOf(given.subject, about)) return 'invalid'
  const nowMs = about.outside.clock.now()
  if (said.expiresMs < nowMs) return 'expired'
  const isFirst = await about.store.answers.add(usedScope, said.nonce, true, nowMs)
  return isFirst ? 'taken' : 'used'
}

function opened(seal: Seal, token: string) {
  if (token.length > 2000) return undefined
  try {
    const said: unknown = JSON.parse(seal.open(token, context))
    if (!Array.isArray(said)) return undefined
    const [binding, expiresMs, nonce]: readonly unknown[] = said
    return { binding, expiresMs: Number(expiresMs), nonce: String(nonce) }
  } catch {
    return undefined // changed, or another server's
  }
}

function bindingOf({ tool, connectionId, digest }: Subject, about: Context): string {
  const said = JSON.stringify([callerKey(about), tool, connectionId, digest])
  return hash('sha256', said, 'base64url').slice(0, 24)
}
