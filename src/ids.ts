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

const poolBytes = 8192

/** The machine's randomness, fetched in blocks: a call for ten bytes costs as much as one for thousands. */
function pooledRandomBytes(): RandomBytes {
  let pool = randomBytes(poolBytes)
  let used = 0
  return (length) => {
    if (length > poolBytes) return randomBytes(length)
    if (used + length > poolBytes) {
      pool = randomBytes(poolBytes)
      used = 0
    }
    used += length
    return pool.subarray(used - length, used)
  }
}

const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Makes the ids of one process from a clock and a source of randomness. */
export function createIds(now: () => number, random: RandomBytes = pooledRandomBytes()): Ids {
  let lastMs = 0
  let counter = 0
  let timeMs = 0
  let head = ''
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
    if (timeMs !== lastMs) {
      timeMs = lastMs
      const time = lastMs.toString(16).padStart(12, '0')
      head = `${time.slice(0, 8)}-${time.slice(8)}-7`
    }
    const sequence = counter.toString(16).padStart(3, '0')
    const variant = hexOf[0x80 | ((bytes[2] ?? 0) & 0x3f)]
    let tail = ''
    for (let at = 4; at < 10; at += 1) tail += hexOf[bytes[at] ?? 0]
    return `${head}${sequence}-${variant}${hexOf[bytes[3] ?? 0]}-${tail}`
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
