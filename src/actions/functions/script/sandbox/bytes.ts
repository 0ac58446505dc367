/** Ways to write bytes as text that `Buffer` knows here. */
export type Encoding = 'utf8' | 'base64' | 'base64url' | 'hex' | 'latin1'

const names: Readonly<Record<string, Encoding>> = {
  utf8: 'utf8',
  'utf-8': 'utf8',
  base64: 'base64',
  base64url: 'base64url',
  hex: 'hex',
  latin1: 'latin1',
  binary: 'latin1',
  ascii: 'latin1',
}

/** Reads the name of an encoding as Node programs write it. Throws a `TypeError` for one that is not known here. */
export function encodingOf(name: unknown): Encoding {
  const encoding = name === undefined ? 'utf8' : names[String(name).toLowerCase()]
  if (encoding === undefined) throw new TypeError(`Unknown encoding: ${String(name)}`)
  return encoding
}

/** Bytes of a text. Characters that do not belong to the encoding are passed over, as in Node. */
export function encodeText(text: string, encoding: Encoding): number[] {
  if (encoding === 'utf8') return encodeUtf8(text)
  if (encoding === 'hex') return encodeHex(text)
  if (encoding === 'latin1') return Array.from(text, (one) => one.charCodeAt(0) & 0xff)
  return decodeBase64(text)
}

/** Text of bytes. */
export function decodeBytes(bytes: ArrayLike<number>, encoding: Encoding): string {
  if (encoding === 'utf8') return decodeUtf8(bytes)
  const parts: string[] = []
  if (encoding === 'hex' || encoding === 'latin1') {
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0
      parts.push(
        encoding === 'hex' ? byte.toString(16).padStart(2, '0') : String.fromCharCode(byte),
      )
    }
    return parts.join('')
  }
  return encodeBase64(bytes, encoding)
}

function encodeUtf8(text: string): number[] {
  const bytes: number[] = []
  for (const character of text.toWellFormed()) {
    const code = character.codePointAt(0) ?? 0
    if (code < 0x80) bytes.push(code)
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 0x3f))
    else if (code < 0x10000) {
      bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f))
    } else {
      bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f))
      bytes.push(0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f))
    }
  }
  return bytes
}

/** The bounds of the second byte where they are narrower than those of all further ones (the Encoding Standard). */
const secondBounds: Readonly<Record<number, readonly [number, number]>> = {
  224: [0xa0, 0xbf],
  237: [0x80, 0x9f],
  240: [0x90, 0xbf],
  244: [0x80, 0x8f],
}

function decodeUtf8(bytes: ArrayLike<number>): string {
  const parts: string[] = []
  let at = 0
  while (at < bytes.length) {
    const { character, length } = readCharacter(bytes, at)
    parts.push(character)
    at += length
  }
  return parts.join('')
}

/** The character at a place; what begins a character and does not end it counts as one broken one. */
function readCharacter(bytes: ArrayLike<number>, start: number) {
  const first = bytes[start] ?? 0
  if (first < 0x80) return { character: String.fromCharCode(first), length: 1 }
  const length = first > 0xf4 || first < 0xc2 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
  let code = first & (0x7f >> length)
  for (let offset = 1; offset < length; offset += 1) {
    const byte = bytes[start + offset] ?? 0
    const [least, most] = (offset === 1 ? secondBounds[first] : undefined) ?? [0x80, 0xbf]
    if (byte < least || byte > most) return { character: '\ufffd', length: offset }
    code = (code << 6) | (byte & 0x3f)
  }
  return { character: length === 1 ? '\ufffd' : String.fromCodePoint(code), length }
}

function encodeHex(text: string): number[] {
  const bytes: number[] = []
  for (let at = 0; at + 1 < text.length; at += 2) {
    const pair = text.slice(at, at + 2)
    if (!/^[\da-f]{2}$/i.test(pair)) break
    bytes.push(Number.parseInt(pair, 16))
  }
  return bytes
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

function encodeBase64(bytes: ArrayLike<number>, encoding: 'base64' | 'base64url'): string {
  const parts: string[] = []
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at
    const three = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    parts.push(alphabet.charAt(three >> 18), alphabet.charAt((three >> 12) & 63))
    parts.push(left > 1 ? alphabet.charAt((three >> 6) & 63) : '=')
    parts.push(left > 2 ? alphabet.charAt(three & 63) : '=')
  }
  const text = parts.join('')
  if (encoding === 'base64') return text
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function decodeBase64(text: string): number[] {
  const bytes: number[] = []
  let bits = 0
  let value = 0
  for (const character of text.replaceAll('-', '+').replaceAll('_', '/')) {
    if (character === '=') break
    const six = alphabet.indexOf(character)
    if (six < 0) continue
    value = ((value << 6) | six) & 0xffffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes.push((value >> bits) & 0xff)
    }
  }
  return bytes
}
