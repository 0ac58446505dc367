import {
  type CardValues,
  missingValues,
  renderTemplate,
  type Template,
  type TemplateCard,
  type TemplateValue,
} from '../domain/template.ts'
import { templateOf } from '../domain/template-form.ts'
import { AppError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import type { Said } from './send.ts'

/** A prepared template with what fills it in (vendor model `SendMessagingTemplateRequest`). */
export interface TemplateWish {
  readonly responseId: string
  readonly header: readonly TemplateValue[]
  readonly body: readonly TemplateValue[]
  readonly buttonUrl: readonly TemplateValue[]
  /** For cards of a carousel, by their places from 0 on (GUESS: the vendor does not say where it begins). */
  readonly cards?: readonly (CardValues & { readonly index: number })[]
}

/**
 * What a template says once it is filled in. Places without a value get their substitution's default; `bad.request`
 * names those that have neither (GUESS: what the vendor does with those is not documented). By SMS only the text goes
 * (GUESS: the vendor's SMS templates are texts).
 */
export async function saidByTemplate(
  store: Store,
  wish: TemplateWish,
  messengerType: 'open' | 'sms',
): Promise<Said> {
  const response = await store.records.get('preparedResponse', wish.responseId)
  if (response === undefined) {
    throw new AppError('bad.request', 'There is no response {id} to make a message of.', {
      params: { id: wish.responseId },
      details: [{ errorCode: 'bad.request', fieldName: 'messagingTemplate.responseId' }],
    })
  }
  const template = templateOf(response)
  const defaults = response.substitutions.flatMap(({ id, defaultValue }) =>
    defaultValue === undefined ? [] : [{ name: id, text: defaultValue }],
  )
  const values = {
    header: [...wish.header, ...defaults],
    body: [...wish.body, ...defaults],
    buttonUrl: [...wish.buttonUrl, ...defaults],
  }
  const filled = {
    ...firstOfEach(values),
    ...(template.cards === undefined ? {} : { cards: cardsOf(template.cards, wish, defaults) }),
  }
  refuseSpareCards(template, wish)
  const missing = missingValues(template, filled)
  if (missing.length > 0) {
    throw new AppError('bad.request', 'The template has no value for {names}.', {
      params: { names: missing.join(', ') },
      details: [{ errorCode: 'bad.request', fieldName: 'messagingTemplate.bodyParameters' }],
    })
  }
  const said = renderTemplate(template, filled)
  return messengerType === 'sms' ? { text: said.text, content: [] } : said
}

/** Of several values for a place the first one counts: what was given comes before a default. */
function firstOfEach<Parts extends Readonly<Record<string, readonly TemplateValue[]>>>(
  parts: Parts,
) {
  const first = (values: readonly TemplateValue[]) =>
    values.filter(({ name }, index) => values.findIndex((one) => one.name === name) === index)
  return {
    header: first(parts['header'] ?? []),
    body: first(parts['body'] ?? []),
    buttonUrl: first(parts['buttonUrl'] ?? []),
  }
}

function cardsOf(
  cards: readonly TemplateCard[],
  wish: TemplateWish,
  defaults: readonly TemplateValue[],
): readonly CardValues[] {
  return cards.map((_card, place) => {
    const own = (wish.cards ?? []).filter(({ index }) => index === place)
    const { body, buttonUrl } = firstOfEach({
      body: [...own.flatMap((values) => values.body), ...defaults],
      buttonUrl: [...own.flatMap((values) => values.buttonUrl), ...defaults],
    })
    return { body, buttonUrl }
  })
}

function refuseSpareCards({ cards = [] }: Template, wish: TemplateWish): void {
  const spare = wish.cards?.find(({ index }) => index >= cards.length)
  if (spare === undefined) return
  throw new AppError('bad.request', 'The template has no card {index}: it has {count}.', {
    params: { index: String(spare.index), count: String(cards.length) },
    details: [{ errorCode: 'bad.request', fieldName: 'messagingTemplate.carouselParameters' }],
  })
}
