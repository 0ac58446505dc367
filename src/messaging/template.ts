import {
  missingValues,
  renderTemplate,
  type Template,
  type TemplateButton,
  type TemplateValue,
} from '../domain/template.ts'
import { AppError } from '../errors.ts'
import type { JsonObject, JsonValue } from '../store/json.ts'
import type { PreparedResponse } from '../store/response-records.ts'
import type { Store } from '../store/store.ts'
import type { Said } from './send.ts'

/** A prepared template with what fills it in (vendor model `SendMessagingTemplateRequest`). */
export interface TemplateWish {
  readonly responseId: string
  readonly header: readonly TemplateValue[]
  readonly body: readonly TemplateValue[]
  readonly buttonUrl: readonly TemplateValue[]
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
  const missing = missingValues(template, firstOfEach(values))
  if (missing.length > 0) {
    throw new AppError('bad.request', 'The template has no value for {names}.', {
      params: { names: missing.join(', ') },
      details: [{ errorCode: 'bad.request', fieldName: 'messagingTemplate.bodyParameters' }],
    })
  }
  const said = renderTemplate(template, firstOfEach(values))
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

/** A response as a template: its body, and the parts that the vendor keeps under `messagingTemplate.whatsApp`. */
function templateOf(response: PreparedResponse): Template {
  const body = response.texts.find(({ type }) => type === undefined || type === 'body')
  const definition = asObject(response.messagingTemplate?.['whatsApp'])
  const header = asObject(definition['header'])
  const footer = asObject(definition['messageFooter'])['content']
  const language = definition['language']
  const buttons = definition['buttons']
  const headerText = header['content']
  return {
    id: response.id,
    ...(typeof language === 'string' ? { language } : {}),
    ...(typeof headerText === 'string' && headerText !== ''
      ? { header: { type: isText(header['type']) ? 'Text' : 'Media', text: headerText } }
      : {}),
    body: body?.content ?? '',
    buttons: Array.isArray(buttons) ? buttons.map((one) => buttonOf(asObject(one))) : [],
    ...(typeof footer === 'string' ? { footer } : {}),
  }
}

function buttonOf({ type, content, contentText, payload }: JsonObject): TemplateButton {
  const word = String(type).toLowerCase()
  const value = [content, payload].find((one) => typeof one === 'string')
  return {
    type: word.includes('url') ? 'Url' : word.includes('phone') ? 'PhoneNumber' : 'QuickReply',
    ...(typeof contentText === 'string' ? { text: contentText } : {}),
    ...(typeof value === 'string' ? { content: value } : {}),
  }
}

function isText(type: JsonValue | undefined): boolean {
  return type === undefined || String(type).toLowerCase() === 'text'
}

function asObject(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !isList(value) ? value : {}
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
