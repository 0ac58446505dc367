import { createRequire } from 'node:module'
import type * as PhoneNumbers from 'libphonenumber-js/min'

/** Where the relay is to send an SMS, or the receipt reason that says why it cannot. */
export type RelayAddress =
  | {
      readonly ok: true
      /** E.164 with `+`, or a short code. */
      readonly to: string
      /** E.164 with `+`, a short code or an alphanumeric sender; absent when none was named. */
      readonly from?: string
    }
  | {
      readonly ok: false
      /** The vendor's receipt reason: the destination is wrong, or the sender is. */
      readonly reason: 'InvalidDestination' | 'MessageNotAllowed'
      /** A sentence for whoever wrote the address. It repeats no part of it, so that it may be logged. */
      readonly message: string
    }

/**
 * Reads the recipient of an Open Messaging send that is to leave as SMS: `to`, or `to:from` to choose the
 * sender as well.
 *
 * The form is that of the Kaleyra data action for Genesys Cloud, whose samples write both halves with `+` and
 * without. Each half is trimmed and normalized by `normalizeNumber` without a default country; an
 * alphanumeric sender stays as it is; an empty sender half counts as absent. Never throws. Whether the
 * sender belongs to the organization is not known here.
 */
export function parseRelayAddress(text: string): RelayAddress {
  const [left = '', right = '', ...rest] = text.split(':', 3)
  if (rest.length > 0) {
    return invalidDestination('The address has more than one colon.')
  }
  const to = normalizeNumber(left)
  if (to === undefined) {
    return invalidDestination(
      left.trim() === '' ? 'The destination is missing.' : 'The destination is not a phone number.',
    )
  }
  if (right.trim() === '') return { ok: true, to }
  const from = normalizeSender(right)
  if (from === undefined) {
    return {
      ok: false,
      reason: 'MessageNotAllowed',
      message:
        'The sender after the colon is not a phone number, a short code or a name of at most 11 characters.' +
        ' Write it like +12025550142, 24273 or ACME.',
    }
  }
  return { ok: true, to, from }
}

function invalidDestination(what: string): RelayAddress {
  return {
    ok: false,
    reason: 'InvalidDestination',
    message:
      `${what} Write the number in E.164 form, like +12025550123,` +
      ' and to choose the sender add one colon and its number, like +12025550123:+12025550142.',
  }
}

function normalizeSender(text: string): string | undefined {
  const sender = text.trim()
  return normalizeNumber(sender) ?? (isAlphanumericSender(sender) ? sender : undefined)
}

/**
 * Writes the address that `parseRelayAddress` reads: what a customer's id must be for an agent's reply to
 * leave from the sender that the customer wrote to.
 */
export function formatRelayAddress(address: {
  readonly to: string
  readonly from?: string | undefined
}): string {
  return address.from === undefined ? address.to : `${address.to}:${address.from}`
}

/** Whether a text is a short code: 3 to 8 digits (5 or 6 in the US), national, so without `+`. */
export function isShortCode(text: string): boolean {
  return /^\d{3,8}$/.test(text)
}

/**
 * Whether a text can be an alphanumeric sender, the name shown in place of a number on one-way SMS: at most
 * 11 characters, at least one a letter, the others letters, digits, spaces and `-_.&` (what carriers let
 * through). A masked number as manuals print them (`189xxxxx55`) is not one.
 */
export function isAlphanumericSender(text: string): boolean {
  return (
    /^[A-Za-z0-9_.&-](?:[A-Za-z0-9_.& -]{0,9}[A-Za-z0-9_.&-])?$/.test(text) &&
    /[A-Za-z]/.test(text) &&
    !isMaskedNumber(text)
  )
}

function isMaskedNumber(text: string): boolean {
  return /xx/i.test(text) && /^[\dx .-]+$/i.test(text)
}

/**
 * Brings a phone number into the one form that is stored and compared: E.164 with `+`, or a short code as
 * its digits. Undefined when the text is neither.
 *
 * - With `+`: 7 to 15 digits whose country calling code is assigned. Lengths per country are not checked, or
 *   test numbers would be refused. Spaces, dots, hyphens and parentheses are dropped.
 * - 3 to 8 bare digits: a short code.
 * - 9 to 15 digits without `+`: E.164 that lacks its `+`, as several providers write it.
 *
 * `defaultCountry` (ISO 3166-1, two capitals; one that is not known counts as absent) completes national
 * numbers such as the ten-digit US long code `6504661149`. Only here do lengths per country count. Digits
 * that are a valid number under the country's own calling code keep it (`16504661149` in the US); seven or
 * eight digits are a national number where such are valid (Norway), else a short code.
 */
export function normalizeNumber(text: string, defaultCountry?: string): string | undefined {
  if (isE164(text)) return text // the form that it has nearly always
  const trimmed = text.trim()
  if (!/^\+?[\d ().\u00a0-]+$/.test(trimmed)) return undefined
  const number = trimmed.replace(/[^\d+]/g, '')
  if (number.startsWith('+')) return isE164(number) ? number : undefined
  if (defaultCountry !== undefined && number.length >= 7 && number.length <= nationalDigitsMax) {
    const completed = completeNumber(number, defaultCountry)
    if (completed !== undefined) return completed
  }
  if (isShortCode(trimmed)) return trimmed
  const international = `+${number}`
  return number.length > shortCodeDigitsMax && isE164(international) ? international : undefined
}

const shortCodeDigitsMax = 8
const nationalDigitsMax = 20 // 15 of E.164 and the longest prefix for calls abroad

/**
 * Whether two addresses are the same sender or handset: compared as `normalizeNumber` writes them, and what
 * is no number as the exact text. `16504661149` is `+16504661149`; in the US so is `6504661149`.
 */
export function sameAddress(a: string, b: string, defaultCountry?: string): boolean {
  return a === b || comparable(a, defaultCountry) === comparable(b, defaultCountry)
}

function comparable(address: string, defaultCountry: string | undefined): string {
  return normalizeNumber(address, defaultCountry) ?? address.trim()
}

/** Country calling codes of ITU-T E.164. None begins with another, so that a number has at most one. */
const callingCodes: ReadonlySet<string> = new Set(
  (
    '1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 ' +
    '81 82 84 86 90 91 92 93 94 95 98 211 212 213 216 218 220 221 222 223 224 225 226 227 228 229 230 231 ' +
    '232 233 234 235 236 237 238 239 240 241 242 243 244 245 246 247 248 249 250 251 252 253 254 255 256 ' +
    '257 258 260 261 262 263 264 265 266 267 268 269 290 291 297 298 299 350 351 352 353 354 355 356 357 ' +
    '358 359 370 371 372 373 374 375 376 377 378 380 381 382 383 385 386 387 389 420 421 423 500 501 502 ' +
    '503 504 505 506 507 508 509 590 591 592 593 594 595 596 597 598 599 670 672 673 674 675 676 677 678 ' +
    '679 680 681 682 683 685 686 687 688 689 690 691 692 800 808 850 852 853 855 856 870 878 880 881 882 ' +
    '883 886 888 960 961 962 963 964 965 966 967 968 970 971 972 973 974 975 976 977 979 992 993 994 995 ' +
    '996 998'
  ).split(' '),
)

function isE164(text: string): boolean {
  return (
    /^\+[1-9]\d{6,14}$/.test(text) &&
    (callingCodes.has(text.slice(1, 2)) ||
      callingCodes.has(text.slice(1, 3)) ||
      callingCodes.has(text.slice(1, 4)))
  )
}

const require = createRequire(import.meta.url)

// Loaded at the first national number, not at start: its tables take some 30 ms, and most never need them.
function phoneNumbers(): typeof PhoneNumbers {
  return require('libphonenumber-js/min')
}

/** The country of an E.164 number (ISO 3166-1) and the number inside it; undefined where the plan names none. */
export function placeOfNumber(
  number: string,
): { readonly country: string; readonly national: string } | undefined {
  const parsed = phoneNumbers().parsePhoneNumberFromString(number)
  if (parsed?.country === undefined) return undefined
  return { country: parsed.country, national: parsed.nationalNumber }
}

/** The E.164 number that bare digits stand for in a country, or undefined when they are none there. */
function completeNumber(digits: string, country: string): string | undefined {
  const { getCountryCallingCode, isSupportedCountry, parsePhoneNumberFromString } = phoneNumbers()
  if (!isSupportedCountry(country)) return undefined
  if (digits.startsWith(getCountryCallingCode(country))) {
    // The library prefers the national reading, and finds a German number in a German number without `+`.
    const international = parsePhoneNumberFromString(`+${digits}`)
    if (international?.isValid() && isE164(international.number)) return international.number
  }
  const national = parsePhoneNumberFromString(digits, country)
  if (national === undefined || !isE164(national.number)) return undefined
  const isNumber = isShortCode(digits) ? national.isValid() : national.isPossible()
  return isNumber ? national.number : undefined
}
