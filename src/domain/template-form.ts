import type { Template, TemplateButton, TemplateCard } from './template.ts'

/** What of a prepared response makes it a template (vendor model `Response`). */
export interface TemplateSource {
  readonly id: string
  readonly texts?: readonly { readonly content: string; readonly type?: string }[]
  /** The vendor's `MessagingTemplate`, as it came. */
  readonly messagingTemplate?: Readonly<Record<string, unknown>>
}

/** A response as a template: its body, and the parts that the vendor keeps under `messagingTemplate.whatsApp`. */
export function templateOf({ id, texts = [], messagingTemplate = {} }: TemplateSource): Template {
  const body = texts.find(({ type }) => type === undefined || type === 'body')
  const definition = asObject(messagingTemplate['whatsApp'])
  const footer = asObject(definition['messageFooter'])['content']
  const language = definition['language']
  const cards = asObject(definition['carousel'])['cards']
  const header = headerIn(asObject(definition['header']))
  return {
    id,
    ...(typeof language === 'string' ? { language } : {}),
    ...(header.text === '' ? {} : { header }),
    body: body?.content ?? '',
    buttons: buttonsIn(definition['buttons']),
    ...(Array.isArray(cards) ? { cards: cards.map((one) => cardIn(asObject(one))) } : {}),
    ...(typeof footer === 'string' ? { footer } : {}),
  }
}

function headerIn({ type, content }: Readonly<Record<string, unknown>>): TemplateCard['header'] {
  const text = typeof content === 'string' ? content : ''
  return { type: isText(type) ? 'Text' : 'Media', text }
}

/** A card as the vendor keeps it (model `CarouselCard`). */
function cardIn(card: Readonly<Record<string, unknown>>): TemplateCard {
  const body = asObject(card['cardBodyText'])['content']
  return {
    header: headerIn(asObject(card['header'])),
    ...(typeof body === 'string' ? { body } : {}),
    buttons: buttonsIn(card['buttons']),
  }
}

function buttonsIn(buttons: unknown): readonly TemplateButton[] {
  return Array.isArray(buttons) ? buttons.map((one) => buttonOf(asObject(one))) : []
}

function buttonOf(button: Readonly<Record<string, unknown>>): TemplateButton {
  const { type, content, contentText, payload } = button
  const word = String(type).toLowerCase()
  const value = [content, payload].find((one) => typeof one === 'string')
  return {
    type: word.includes('url') ? 'Url' : word.includes('phone') ? 'PhoneNumber' : 'QuickReply',
    ...(typeof contentText === 'string' ? { text: contentText } : {}),
    ...(typeof value === 'string' ? { content: value } : {}),
  }
}

function isText(type: unknown): boolean {
  return type === undefined || String(type).toLowerCase() === 'text'
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {}
}
