/** What a customer's text can say about being written to. */
export type ConsentWord = 'opt-out' | 'opt-in' | 'help'

/** Words of one authority, in lower case. */
interface WordSet {
  readonly optOut: readonly string[]
  readonly optIn: readonly string[]
  readonly help: readonly string[]
}

/**
 * Words by who asks for them: the vendor (help article on SMS opt-out), CTIA's messaging principles, the FCC
 * (47 CFR 64.1200(a)(10)), and others that carriers have honoured (Air2Web).
 */
export const consentWordSets = {
  vendor: {
    optOut: ['stop', 'stopall', 'unsubscribe', 'cancel', 'end', 'quit'],
    optIn: ['start', 'yes', 'unstop'],
    help: ['help', 'info'],
  },
  ctia: {
    optOut: ['stop', 'end', 'cancel', 'unsubscribe', 'quit'],
    optIn: ['start', 'unstop'],
    help: ['help'],
  },
  fcc: {
    optOut: ['stop', 'quit', 'end', 'revoke', 'opt out', 'cancel', 'unsubscribe'],
    optIn: [],
    help: [],
  },
  carrier: {
    optOut: ['arret', 'delete', 'remove', 'wrong number'],
    optIn: [],
    help: ['aide'],
  },
} as const satisfies Record<string, WordSet>

export type ConsentWordSet = keyof typeof consentWordSets

/** Which sets apply, and what else counts, in any case. */
export interface ConsentWording {
  readonly sets: readonly ConsentWordSet[]
  readonly optOut?: readonly string[]
  readonly optIn?: readonly string[]
  readonly help?: readonly string[]
}

/** Longer texts are messages rather than words. */
const wordLengthMax = 40

/**
 * What the whole text says, or undefined where it says more than a word of the sets. Case, accents, spaces and
 * punctuation do not count: `Stop!`, `STOP ALL` and `opt-out` are words, `please stop by` is not. A word that stands
 * for opting out and for something else opts out.
 */
export function consentWordOf(text: string, wording: ConsentWording): ConsentWord | undefined {
  if (text.length > wordLengthMax * 4) return undefined
  const said = bare(text)
  if (said === '' || said.length > wordLengthMax) return undefined
  const says = (kind: keyof WordSet) =>
    wording[kind]?.some((word) => bare(word) === said) === true ||
    wording.sets.some((set) => consentWordSets[set][kind].some((word) => bare(word) === said))
  if (says('optOut')) return 'opt-out'
  if (says('optIn')) return 'opt-in'
  return says('help') ? 'help' : undefined
}

/** Words that are also ordinary answers. */
const ordinaryAnswers: ReadonlySet<string> = new Set(['yes', 'y'])

/** Whether the text, which is a word of opting in, may be an ordinary answer: then only who had opted out means it. */
export function isOrdinaryAnswer(text: string): boolean {
  return ordinaryAnswers.has(bare(text))
}

function bare(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]+/gu, '')
    .toLowerCase()
}
