import { segmentSms, smsCharactersMax } from '../../../src/domain/sms.ts'
import { count } from '../ui/words.ts'
import type { Interaction } from './interaction.ts'

const openCharactersMax = 4000

interface LimitView {
  readonly words: string
  readonly isOver: boolean
  /** Said beside it where something about the text costs more than it seems. */
  readonly warning?: string
}

/** What the channel makes of a text: its length, for SMS also its segments and encoding. */
export function limitOf(channel: Interaction['channel'], text: string): LimitView {
  if (channel !== 'sms') {
    return {
      words: `${text.length} of ${openCharactersMax}`,
      isOver: text.length > openCharactersMax,
    }
  }
  const { segments, encoding, unicodeCharacters, unitsLeft } = segmentSms(text)
  return {
    words: `${text.length} of ${smsCharactersMax} · ${count(segments.length, 'segment')} · ${encoding} · ${unitsLeft} left`,
    isOver: text.length > smsCharactersMax,
    ...(unicodeCharacters.length === 0
      ? {}
      : {
          warning: `${unicodeCharacters.slice(0, 5).join(' ')} ${unicodeCharacters.length === 1 ? 'makes' : 'make'} every segment hold 70 characters instead of 160`,
        }),
  }
}

/** How long a text is, in words, and what about it costs more than it seems. */
export function Limit({ limit, id }: { readonly limit: LimitView; readonly id?: string }) {
  return (
    <span id={id} className={`xs ${limit.isOver ? 'problem' : 'soft'}`}>
      {limit.words}
      {limit.isOver ? ': too long to send' : ''}
      {limit.warning === undefined ? null : <span className="warning"> · {limit.warning}</span>}
    </span>
  )
}
