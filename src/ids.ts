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

const idBytes = 16
const randomBytesOfId = 10
/** Chance is drawn for so many ids at once: a call for ten bytes costs as much as one for thousands. */
const idsAtOnce = 1024
/** Where the digits of each byte stand in a UUID, between its dashes. */
const uuidPlaces = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]
const hexDigits = Buffer.from('0123456789abcdef', 'latin1')

/** Makes the ids of one process from a clock and a source of randomness. */
export function createIds(now: () => number, random: RandomBytes = randomBytes): Ids {
  const id = Buffer.alloc(idBytes)
  const text = Buffer.from('00000000-0000-0000-0000-000000000000', 'latin1')
  let chance: Uint8Array = new Uint8Array()
  let used = 0
  let lastMs = 0
  let counter = 0
  const setTime = (ms: number, first: number): void => {
    lastMs = ms
    counter = first
    id.writeUIntBE(ms, 0, 6)
  }
  const next = (): Buffer => {
    if (used >= chance.length) {
      chance = random(randomBytesOfId * idsAtOnce)
      used = 0
    }
    const ms = now()
    counter += 1
    if (ms > lastMs) {
      // 10 random bits leave room to count up
      setTime(ms, (byteOf(chance, used) << 2) | (byteOf(chance, used + 1) & 3))
    } else if (counter > 0xfff) {
      setTime(lastMs + 1, 0)
    }
    id[6] = 0x70 | (counter >> 8)
    id[7] = counter
    for (let at = 8; at < idBytes; at += 1) id[at] = byteOf(chance, used + at - 6)
    id[8] = 0x80 | (byteOf(id, 8) & 0x3f)
    used += randomBytesOfId
    return id
  }
  return {
    uuid: () => writeUuid(text, next()),
    messageId: () => next().toString('hex'),
    secret: (bytes) => Buffer.from(random(bytes)).toString('base64url'),
  }
}

/** Writes an id over the last one: the text is the only thing that is made for it. */
function writeUuid(text: Buffer, id: Buffer): string {
  for (let index = 0; index < idBytes; index += 1) {
    const at = uuidPlaces[index] ?? 0
    const byte = byteOf(id, index)
    text[at] = byteOf(hexDigits, byte >> 4)
    text[at + 1] = byteOf(hexDigits, byte & 0xf)
  }
  return text.toString('latin1')
}

function byteOf(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0
}

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Whether a text has the form of a UUID, of any version. */
export function isUuid(text: string): boolean {
  return uuidForm.test(text)
}
