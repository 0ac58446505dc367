import { randomBytes } from 'node:crypto'

/** Randomness as the program sees it; the simulation seeds its own. */
export type RandomBytes = (length: number) => Uint8Array

/** Makes identifiers. Ordered in time, so that new rows go to the end of an index. */
export interface Ids {
  /** A UUIDv7, never smaller than the one before it from the same source. */
  uuid(): string
  /** 32 hexadecimal digits: the form of the vendor's message ids. A UUIDv7 without dashes. */
  messageId(): string
  /** `bytes` random bytes in base64url, for tokens and secrets. */
  secret(bytes: number): string
}

/** Makes the ids of one process from a clock and a source of randomness. */
export function createIds(now: () => number, random: RandomBytes = randomBytes): Ids {
  let lastMs = 0
  let counter = 0
  const uuid = (): string => {
    const bytes = random(10)
    const ms = now()
    if (ms > lastMs) {
      lastMs = ms
      counter = ((bytes[0] ?? 0) << 2) | ((bytes[1] ?? 0) & 3) // 10 random bits leave room to count up
    } else {
      counter += 1
      if (counter > 0xfff) {
        lastMs += 1
        counter = 0
      }
    }
    const time = lastMs.toString(16).padStart(12, '0')
    const sequence = counter.toString(16).padStart(3, '0')
    const variant = (0x80 | ((bytes[2] ?? 0) & 0x3f)).toString(16)
    const tail = Buffer.from(bytes.subarray(3, 10)).toString('hex')
    return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence}-${variant}${tail.slice(0, 2)}-${tail.slice(2)}`
  }
  return {
    uuid,
    messageId: () => uuid().replaceAll('-', ''),
    secret: (bytes) => Buffer.from(random(bytes)).toString('base64url'),
  }
}

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Whether a text has the form of a UUID, of any version. */
export function isUuid(text: string): boolean {
  return uuidForm.test(text)
}
