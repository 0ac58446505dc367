import type { ReceiptReason } from '../../domain/receipt.ts'
import { SendError, type SendFailure } from '../../errors.ts'

/**
 * What a server's refusal means (RFC 5321, 4.2.1): 4yz was not taken and may be later, 5yz never will be. A refused
 * login or STARTTLS is the operator's to put right.
 */
export function failureOfReply(
  code: number,
  reply: string,
  about: { readonly isSetup: boolean; readonly cause: unknown },
): SendError {
  const { failure, reason } = meaningOf(code, reply, about.isSetup)
  const said = reply.replace(/\s+/g, ' ').trim().slice(0, 300)
  return new SendError(failure, `The mail server answered: ${said === '' ? code : said}`, {
    providerCode: `${code}${enhanced(reply)}`,
    reason,
    cause: about.cause,
  })
}

function meaningOf(
  code: number,
  reply: string,
  isSetup: boolean,
): { readonly failure: SendFailure; readonly reason: ReceiptReason } {
  if (code < 500) {
    return /\b4\.7\.|rate|too many/i.test(reply)
      ? { failure: 'throttled', reason: 'RateLimited' }
      : { failure: 'unavailable', reason: 'ServerError' }
  }
  if (isSetup || code === 530 || code === 535) {
    return { failure: 'misconfigured', reason: 'GeneralError' }
  }
  const refused = (reason: ReceiptReason) => ({ failure: 'rejected' as const, reason })
  if (code === 552 || /\b5\.3\.4\b/.test(reply)) return refused('InvalidMediaContentLength')
  if (/\b5\.7\./.test(reply)) return refused('DataFiltered')
  return refused(
    code === 550 || code === 551 || code === 553 ? 'InvalidDestination' : 'GeneralError',
  )
}

function enhanced(reply: string): string {
  const found = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(reply)
  return found === null ? '' : ` ${found[1]}`
}

/**
 * What it means that no answer came: once the mail itself was under way the server may have taken it; before that it
 * cannot have.
 */
export function failureWithoutReply(about: {
  readonly cause: unknown
  readonly code?: string | undefined
  readonly mayBeTaken: boolean
}): SendError {
  const { cause, code, mayBeTaken } = about
  const why = cause instanceof Error ? cause.message : String(cause)
  if (mayBeTaken) {
    return new SendError(
      'uncertain',
      `The mail was handed over, but the server did not say whether it took it: ${why}`,
      { cause, reason: 'ServerError' },
    )
  }
  if (code === 'EAUTH' || code === 'EENVELOPE' || /certificate|self.signed|STARTTLS/i.test(why)) {
    return new SendError(
      'misconfigured',
      `The mail server cannot be used as it is set up: ${why}`,
      {
        cause,
      },
    )
  }
  return new SendError('unreachable', `The mail server went away before it got the mail: ${why}`, {
    cause,
  })
}
