import {
  fillIn,
  placesOf,
  type Template,
  type TemplateButton,
  type TemplateValue,
} from '../../../src/domain/template.ts'
import type { FilledTemplate } from './template-words.tsx'

/** The parts of a template that have places of their own: the same name in two of them is two places. */
type Part = 'header' | 'body' | 'button'

/** One place of a template that is filled in before it is sent. */
export interface Place {
  /** Tells it from all others of its template. */
  readonly key: string
  readonly name: string
  readonly part: Part
  /** Of a place on a card of a carousel: the card, from 0 on. */
  readonly card?: number
}

/** What stands in the fields, by the keys of the places. */
export type Filled = Readonly<Record<string, string>>

/** The places of a template in the order in which they are read. */
export function templatePlaces({ header, body, buttons, cards = [] }: Template): readonly Place[] {
  return [
    ...placesIn('header', [header?.text ?? '']),
    ...placesIn('body', [body]),
    ...placesIn('button', addresses(buttons)),
    ...cards.flatMap((card, index) => [
      ...placesIn('body', [card.body ?? ''], index),
      ...placesIn('button', addresses(card.buttons), index),
    ]),
  ]
}

function placesIn(part: Part, texts: readonly string[], card?: number): readonly Place[] {
  return [...new Set(texts.flatMap(placesOf))].map((name) => ({
    key: `${card ?? ''}.${part}.${name}`,
    name,
    part,
    ...(card === undefined ? {} : { card }),
  }))
}

function addresses(buttons: readonly TemplateButton[]): readonly string[] {
  return buttons.flatMap(({ type, content }) => (type === 'Url' ? [content ?? ''] : []))
}

/** What fills in one part, on one card or outside them. */
function valuesOf(
  places: readonly Place[],
  filled: Filled,
  of: { readonly part: Part; readonly card?: number | undefined },
): readonly TemplateValue[] {
  return places
    .filter(({ part, card }) => part === of.part && card === of.card)
    .map(({ key, name }) => ({ name, text: filled[key] ?? '' }))
}

/** The request that sends a template (vendor model `SendMessagingTemplateRequest`). */
export function templateRequest(template: Template, filled: Filled) {
  const places = templatePlaces(template)
  const parameters = (part: Part, card?: number) =>
    valuesOf(places, filled, { part, card }).map(({ name, text }) => ({ id: name, value: text }))
  return {
    responseId: template.id,
    headerParameters: parameters('header'),
    bodyParameters: parameters('body'),
    buttonUrlParameters: parameters('button'),
    ...(template.cards === undefined
      ? {}
      : {
          carouselParameters: {
            cardParameters: template.cards.map((_card, index) => ({
              index,
              bodyParameters: parameters('body', index),
              buttonUrlParameters: parameters('button', index),
            })),
          },
        }),
  }
}

/** What the customer will read, as far as it is filled in: a place without a value stays as it is written. */
export function templatePreview(template: Template, filled: Filled): FilledTemplate {
  const places = templatePlaces(template)
  const words = (text: string, part: Part, card?: number) =>
    fillIn(
      text,
      valuesOf(places, filled, { part, card }).filter((value) => value.text !== ''),
    )
  const { header, body, footer, buttons, cards = [] } = template
  return {
    header: header === undefined ? '' : words(header.text, 'header'),
    body: words(body, 'body'),
    footer: footer ?? '',
    buttons: buttons.map(({ text, content = '' }) => text ?? words(content, 'button')),
    cards: cards.map((card, index) => ({
      header: card.header.text,
      body: words(card.body ?? '', 'body', index),
      buttons: card.buttons.map(
        ({ text, content = '' }) => text ?? words(content, 'button', index),
      ),
    })),
  }
}
