import { fillIn, type TemplateValue } from '../../../src/domain/template.ts'
import type { MessageContent } from '../wire.ts'

/** A template with its places filled in: what stands above and below its text, its buttons, and its cards. */
export interface FilledTemplate {
  readonly header: string
  readonly body: string
  readonly footer: string
  readonly buttons: readonly string[]
  readonly cards: readonly Pick<FilledTemplate, 'header' | 'body' | 'buttons'>[]
}

/** A filled template as the customer's app may draw it. */
export function TemplateWords({ header, body, footer, buttons, cards }: FilledTemplate) {
  return (
    <>
      <Part header={header} body={body} buttons={[]} />
      {footer === '' ? null : <p className="text xs soft">{footer}</p>}
      <Buttons names={buttons} />
      {cards.map((card, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a card is known by its place
        <div key={index} className="template-card">
          <Part {...card} />
        </div>
      ))}
    </>
  )
}

function Part({ header, body, buttons }: FilledTemplate['cards'][number]) {
  return (
    <>
      {header === '' ? null : <strong className="text">{header}</strong>}
      {body === '' ? null : <p className="text">{body}</p>}
      <Buttons names={buttons} />
    </>
  )
}

function Buttons({ names }: { readonly names: readonly string[] }) {
  if (names.length === 0) return null
  return (
    <div className="structured">
      {names.map((name, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two buttons may say the same
        <span key={`${name}-${index}`} className="chip">
          {name}
        </span>
      ))}
    </div>
  )
}

interface WireText {
  readonly text?: string
  readonly parameters?: readonly TemplateValue[]
  readonly media?: { readonly url?: string }
}

interface WireCard {
  readonly header?: WireText
  readonly body?: WireText
  readonly buttons?: readonly (WireText & { readonly url?: string })[]
}

/** The template that a message was made of, beside what it says; undefined when it was made of none. */
export function templateIn(
  content: readonly MessageContent[],
  said: string,
): FilledTemplate | undefined {
  const found = content.find(({ contentType }) => contentType === 'Notification')
  if (found === undefined) return undefined
  const template = (found['template'] ?? {}) as WireCard & {
    readonly footer?: WireText
    readonly carousel?: { readonly cards?: readonly WireCard[] }
  }
  return {
    header: wordsOf(template.header),
    body: said,
    footer: template.footer?.text ?? '',
    buttons: buttonsOf(template),
    cards: (template.carousel?.cards ?? []).map((card) => ({
      header: wordsOf(card.header),
      body: wordsOf(card.body),
      buttons: buttonsOf(card),
    })),
  }
}

function wordsOf({ text, parameters = [], media }: WireText = {}): string {
  return text === undefined ? (media?.url ?? '') : fillIn(text, parameters)
}

function buttonsOf({ buttons = [] }: WireCard): readonly string[] {
  return buttons.flatMap(({ text, url }) => text ?? url ?? [])
}
