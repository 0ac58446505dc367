import { SendError } from '../../errors.ts'
import type { OutboundReply } from '../connector.ts'
import { failureOf, isRecord, readJsonLoosely, textOf } from '../http.ts'

/** What Kaleyra says is wrong. */
export interface ProviderError {
  readonly code: string
  readonly message: string | undefined
}

/** The error in an answer, if there is one: `error` is an empty object after success; otherwise a word, or an object with a code or one entry a field. */
export function errorIn(answer: Record<string, unknown>): ProviderError | undefined {
  const error = answer['error']
  const message = textOf(answer['message'])
  if (!isRecord(error)) {
    const code = textOf(error)
    return code === undefined ? undefined : { code, message }
  }
  const [field, complaint] = Object.entries(error)[0] ?? []
  if (field === undefined) return undefined
  const code = textOf(error['code']) ?? textOf(error['error']) ?? field
  return { code, message: message ?? textOf(error['message']) ?? textOf(complaint) }
}

/** What a refused request means: for the account, or for the text. */
export function refusal(reply: OutboundReply, nowMs: number): SendError {
  const error = errorIn(readJsonLoosely(reply))
  if (reply.status === 401 || reply.status === 403) {
    return new SendError(
      'misconfigured',
      `Kaleyra refused the account with ${reply.status}. Check API key, SID and the address of the region.`,
      { providerCode: error?.code ?? String(reply.status), reason: 'GeneralError' },
    )
  }
  return failureOf(reply, nowMs, {
    message: error?.message,
    providerCode: error?.code,
    reason: reply.status === 400 ? 'InvalidMessageStructure' : undefined,
  })
}
