import { asJson } from './protocol/rpc.ts'

/** A value without personal data, and how many pieces were taken out. */
export interface Masked {
  readonly value: unknown
  readonly count: number
}

const email = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g
const iban = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b/g
const digits = /(?<![\w-])\+?\d(?:[ ().-]?\d){8,18}(?![\w-])/g

/** Members that name things and moments; masking them would leave an answer that nothing can be done with. */
const kept = /(^id|Id|Uri|Url|URL|^time|Time|^date|Date|^code|^status|^state)$/

/**
 * Takes e-mail addresses, phone and card numbers and IBANs out of the texts of an answer. A number of 13 digits and
 * more counts as a card's when its check digit is right (ISO/IEC 7812, Luhn), and as a phone's otherwise.
 */
export function maskPersonalData(value: unknown): Masked {
  let count = 0
  const mask = (word: string) => () => {
    count += 1
    return `[${word}]`
  }
  const inText = (text: string) =>
    text
      .replace(email, mask('e-mail'))
      .replace(iban, mask('IBAN'))
      .replace(digits, (found) => mask(isCard(found) ? 'card number' : 'phone number')())
  const walk = (item: unknown): unknown => {
    if (typeof item === 'string') return inText(item)
    if (Array.isArray(item)) return item.map(walk)
    const object = asJson(item)
    if (object === undefined) return item
    return Object.fromEntries(
      Object.entries(object).map(([name, member]) => [
        name,
        typeof member === 'string' && kept.test(name) ? member : walk(member),
      ]),
    )
  }
  return { value: walk(value), count }
}

function isCard(text: string): boolean {
  const numbers = [...text.replace(/\D/g, '')].map(Number)
  if (numbers.length < 13) return false
  const sum = numbers.reverse().reduce((total, number, index) => {
    if (index % 2 === 0) return total + number
    return total + (number > 4 ? number * 2 - 9 : number * 2)
  }, 0)
  return sum % 10 === 0
}
