/**
 * The one function through which code in the sandbox reaches out. Only texts and numbers pass.
 * `console` level, text · `request` number, JSON · `timer` number, ms · `clearTimer` number ·
 * `result` JSON · `failure` kind, JSON of message and stack.
 */
export type Host = (kind: string, first: string | number, second?: string | number) => void

/** An error about something that no function gets; ends the run as `forbidden` where nobody catches it. */
export function forbidden(message: string): Error {
  return Object.assign(new Error(message), { code: 'ERR_FORBIDDEN' })
}
