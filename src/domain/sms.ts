/** How an SMS text goes over the air: seven bits a character, or UTF-16 for all of it. */
export type SmsEncoding = 'GSM-7' | 'UCS-2'

/** An SMS text as a network carries, throttles and bills it. */
export interface SmsSegments {
  readonly encoding: SmsEncoding
  /** Septets with GSM-7 (an extension character is two), UTF-16 units with UCS-2. Headers not counted. */
  readonly units: number
  /** The text of each part, in order; one part may be the empty text. */
  readonly segments: readonly string[]
  /** Units that still fit in the last part. */
  readonly unitsLeft: number
  /** The distinct characters that GSM-7 lacks, in order of appearance. Empty with GSM-7. */
  readonly unicodeCharacters: readonly string[]
}

/** Longest SMS text that the Platform API takes, in characters: five GSM-7 parts (limit of `textBody`). */
export const smsCharactersMax = 765

// A part carries 140 octets; the header that joins the parts of a long text takes six of them.
const singleMax = { 'GSM-7': 160, 'UCS-2': 70 } as const
const partMax = { 'GSM-7': 153, 'UCS-2': 67 } as const

// In the order of the codes. unicode.org's table has Ç at 0x09, most handsets show ç: both are taken.
const basicAlphabet =
  '@£$¥èéùìòÇç\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
const extensionAlphabet = '\f^{}\\[~]|€'

const euro = 0x20ac // the highest code in either alphabet, so the table ends there

/** Septets by UTF-16 unit; 0 where GSM-7 has no such character. */
const septetsByCode = new Uint8Array(euro + 1)
for (const character of basicAlphabet) septetsByCode[character.charCodeAt(0)] = 1
for (const character of extensionAlphabet) septetsByCode[character.charCodeAt(0)] = 2

/**
 * Splits an SMS text into its parts, for billing, throttling and the counter beside a text box.
 *
 * GSM 03.38 default alphabet and extension table: 160 septets alone, 153 in each of several parts. One
 * character outside of them makes the whole text UCS-2: 70 UTF-16 units alone, 67 in each of several parts.
 * A part ends early rather than cut an extension character or a surrogate pair in two. National shift
 * tables are not used. The empty text is one part.
 */
export function segmentSms(text: string): SmsSegments {
  const septets = septetsOf(text)
  if (septets === undefined) {
    return segmented('UCS-2', text.length, ucs2Parts(text), unicodeCharactersOf(text))
  }
  return segmented('GSM-7', septets, septets <= singleMax['GSM-7'] ? [text] : gsmParts(text), [])
}

function segmented(
  encoding: SmsEncoding,
  units: number,
  segments: readonly string[],
  unicodeCharacters: readonly string[],
): SmsSegments {
  const last = segments.at(-1) ?? ''
  const unitsLeft =
    segments.length === 1
      ? singleMax[encoding] - units
      : partMax[encoding] - (encoding === 'UCS-2' ? last.length : (septetsOf(last) ?? 0))
  return { encoding, units, segments, unitsLeft, unicodeCharacters }
}

/** Septets of a text, or undefined when a character of it is not in GSM-7. */
function septetsOf(text: string): number | undefined {
  let septets = 0
  for (let index = 0; index < text.length; index += 1) {
    const cost = septetsOfCode(text.charCodeAt(index))
    if (cost === 0) return undefined
    septets += cost
  }
  return septets
}

function septetsOfCode(code: number): number {
  return code > euro ? 0 : (septetsByCode[code] ?? 0)
}

function gsmParts(text: string): string[] {
  const parts: string[] = []
  let start = 0
  let used = 0
  for (let index = 0; index < text.length; index += 1) {
    const cost = septetsOfCode(text.charCodeAt(index))
    if (used + cost > partMax['GSM-7']) {
      parts.push(text.slice(start, index))
      start = index
      used = 0
    }
    used += cost
  }
  parts.push(text.slice(start))
  return parts
}

function ucs2Parts(text: string): string[] {
  if (text.length <= singleMax['UCS-2']) return [text]
  const parts: string[] = []
  let start = 0
  while (text.length - start > partMax['UCS-2']) {
    let end = start + partMax['UCS-2']
    if (isHighSurrogate(text.charCodeAt(end - 1)) && isLowSurrogate(text.charCodeAt(end))) end -= 1
    parts.push(text.slice(start, end))
    start = end
  }
  parts.push(text.slice(start))
  return parts
}

function isHighSurrogate(code: number): boolean {
  return (code & 0xfc00) === 0xd800
}

function isLowSurrogate(code: number): boolean {
  return (code & 0xfc00) === 0xdc00
}

function unicodeCharactersOf(text: string): string[] {
  const found = new Set<string>()
  for (const character of text) {
    if (septetsOfCode(character.charCodeAt(0)) === 0) found.add(character)
  }
  return [...found]
}

/** What each look-alike becomes: the key is the GSM-7 text, the value the characters it stands in for. */
const lookAlikes: readonly (readonly [string, string])[] = [
  ["'", '\u2018\u2019\u201a\u201b\u2032\u2035\u2039\u203a\u02b9\u02bb\u02bc\u0060\u00b4'],
  ['"', '\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb'],
  ['-', '\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022\u00b7'],
  ['...', '\u2026'],
  ['/', '\u2044'],
  [
    ' ',
    '\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000',
  ],
  ['\n', '\u000b\u0085\u2028\u2029'],
  // Marks that show nothing. The joiners U+200C and U+200D stay: scripts and emoji need them.
  ['', '\u00ad\u200b\u200e\u200f\u2060\ufeff'],
]

const plainByCharacter: ReadonlyMap<string, string> = new Map(
  lookAlikes.flatMap(([plain, characters]) => [...characters].map((it) => [it, plain] as const)),
)

/**
 * Writes a text with GSM-7 characters only, where its look-alikes allow: curly quotes, dashes, the ellipsis,
 * the backtick, non-breaking and other spaces, tabs, invisible marks, and letters typed with a separate
 * accent. These are the usual hidden causes of 70 characters a part where the writer expects 160.
 *
 * A text that would be UCS-2 all the same (another script, an emoji) comes back untouched, since plainer
 * punctuation would gain it nothing.
 */
export function replaceSmartCharacters(text: string): string {
  if (septetsOf(text) !== undefined) return text
  let plain = ''
  for (const character of text.normalize('NFC')) {
    const replacement =
      septetsOfCode(character.charCodeAt(0)) > 0 ? character : plainByCharacter.get(character)
    if (replacement === undefined) return text
    plain += replacement
  }
  return plain
}
