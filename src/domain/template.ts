import type { MessageContent } from './message.ts'

/** A value for one place of a template. */
export interface TemplateValue {
  readonly name: string
  readonly text: string
}

/** A template as it is written: texts with places such as `{{name}}`. */
export interface Template {
  readonly id: string
  readonly language?: string
  readonly header?: { readonly type: 'Text' | 'Media'; readonly text: string }
  readonly body: string
  readonly buttons: readonly TemplateButton[]
  readonly footer?: string
  /** Cards of a carousel, in order; absent where there is none. */
  readonly cards?: readonly TemplateCard[]
}

/** One card of a carousel (vendor model `CarouselCard`). */
export interface TemplateCard {
  readonly header: { readonly type: 'Text' | 'Media'; readonly text: string }
  readonly body?: string
  readonly buttons: readonly TemplateButton[]
}

export interface TemplateButton {
  readonly type: 'QuickReply' | 'PhoneNumber' | 'Url'
  readonly text?: string
  /** The number, the address or the payload, by type. */
  readonly content?: string
}

/** What is filled in, by part; a name stands for a place in every text of its part. */
export interface TemplateValues {
  readonly header: readonly TemplateValue[]
  readonly body: readonly TemplateValue[]
  readonly buttonUrl: readonly TemplateValue[]
  /** By the card's place, from 0 on. */
  readonly cards?: readonly CardValues[]
}

/** What is filled in on one card. */
export type CardValues = Pick<TemplateValues, 'body' | 'buttonUrl'>

const noValues: CardValues = { body: [], buttonUrl: [] }

/** The names of a text's places, each once, in order. */
export function placesOf(text: string): readonly string[] {
  return [...new Set([...text.matchAll(place)].map(([, name]) => name ?? ''))]
}

/** The text with its places filled in; a place without a value stays as it is. */
export function fillIn(text: string, values: readonly TemplateValue[]): string {
  return text.replace(place, (whole, name: string) => {
    return values.find((value) => value.name === name)?.text ?? whole
  })
}

const place = /\{\{\s*([^{}]*?)\s*\}\}/g

/** The places of a template that no value is there for. */
export function missingValues(template: Template, values: TemplateValues): readonly string[] {
  return [
    ...lacking(template.header?.text ?? '', values.header),
    ...lacking(template.body, values.body),
    ...missingInButtons(template.buttons, values.buttonUrl),
    ...(template.cards ?? []).flatMap((card, index) => {
      const own = values.cards?.[index] ?? noValues
      const names = [
        ...lacking(card.body ?? '', own.body),
        ...missingInButtons(card.buttons, own.buttonUrl),
      ]
      return names.map((name) => `cards[${index}].${name}`)
    }),
  ]
}

function lacking(text: string, given: readonly TemplateValue[]): readonly string[] {
  return placesOf(text).filter((name) => !given.some((value) => value.name === name))
}

function missingInButtons(
  buttons: readonly TemplateButton[],
  given: readonly TemplateValue[],
): readonly string[] {
  return buttons.flatMap(({ type, content }) =>
    type === 'Url' ? lacking(content ?? '', given) : [],
  )
}

/**
 * A template as a webhook gets it (vendor: a Structured message with `Notification` content): the body as it is
 * written with its parameters beside it, and the whole filled in as the message's text.
 */
export function renderTemplate(
  template: Template,
  values: TemplateValues,
): { readonly text: string; readonly content: readonly MessageContent[] } {
  const { id, language, header, body, buttons, footer, cards } = template
  return {
    text: fillIn(body, values.body),
    content: [
      {
        contentType: 'Notification',
        template: {
          id,
          ...(language === undefined ? {} : { language }),
          ...(header === undefined ? {} : { header: headerOf(header, values.header) }),
          body: { text: body, parameters: used(body, values.body) },
          ...(buttons.length === 0 ? {} : { buttons: buttonsOf(buttons, values.buttonUrl) }),
          ...(cards === undefined
            ? {}
            : {
                carousel: {
                  cards: cards.map((card, index) => cardOf(card, values.cards?.[index])),
                },
              }),
          ...(footer === undefined ? {} : { footer: { text: footer } }),
        },
      },
    ],
  }
}

/** The parameters of those places that a text has. */
function used(text: string, given: readonly TemplateValue[]): readonly TemplateValue[] {
  return given.filter(({ name }) => placesOf(text).includes(name))
}

/** A card (vendor model `ConversationNotificationTemplateCard`). */
function cardOf({ header, body, buttons }: TemplateCard, values: CardValues = noValues) {
  return {
    header: headerOf(header, []),
    ...(body === undefined ? {} : { body: { text: body, parameters: used(body, values.body) } }),
    buttons: buttonsOf(buttons, values.buttonUrl),
  }
}

function buttonsOf(buttons: readonly TemplateButton[], values: readonly TemplateValue[]) {
  return buttons.map((one, index) => buttonOf(one, index, values))
}

function headerOf(
  { type, text }: NonNullable<Template['header']>,
  values: readonly TemplateValue[],
) {
  if (type === 'Media') return { type, media: { mediaType: 'File', url: fillIn(text, values) } }
  return { type, text, parameters: used(text, values) }
}

function buttonOf(button: TemplateButton, index: number, values: readonly TemplateValue[]) {
  const { type, text, content = '' } = button
  const base = { type, index, ...(text === undefined ? {} : { text }) }
  if (type === 'PhoneNumber') return { ...base, phoneNumber: content }
  if (type === 'QuickReply') return { ...base, payload: content }
  return { ...base, url: content, parameters: used(content, values) }
}
