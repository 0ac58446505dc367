import type { SendFailure } from '../../errors.ts'

/** What a failed send means for the message and what follows from it, in a sentence for people. */
export function meaningOf(failure: SendFailure): string {
  return meanings[failure]
}

const meanings = {
  throttled: 'The provider asked to be called less often; the message was not taken.',
  unreachable: 'No connection to the provider was made; the message was not taken.',
  uncertain: 'The provider may or may not have taken the message: no clear answer came.',
  unavailable: 'The provider said that it cannot take messages just now.',
  rejected: 'The provider refused this message; sending it again unchanged will not help.',
  opted_out: 'The recipient does not want messages from this sender.',
  misconfigured: 'The account or the address is not set up so that this could be sent.',
} as const satisfies Record<SendFailure, string>

/** The meaning of a failure word that was read back from an attempt; undefined for none. */
export function meaningOfWord(word: string | undefined): string | undefined {
  if (word === undefined || !isFailure(word)) return undefined
  return meanings[word]
}

function isFailure(word: string): word is SendFailure {
  return Object.hasOwn(meanings, word)
}
