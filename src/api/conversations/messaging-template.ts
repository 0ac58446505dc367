import Type, { type Static } from 'typebox'
import { AppError } from '../../errors.ts'
import type { TemplateWish } from '../../messaging/template.ts'

const Parameters = Type.Optional(
  Type.Array(Type.Object({ id: Type.String(), value: Type.String() }), { maxItems: 100 }),
)

/** The vendor's `SendMessagingTemplateRequest`. */
export const MessagingTemplate = Type.Object({
  responseId: Type.String(),
  headerParameters: Parameters,
  bodyParameters: Parameters,
  buttonUrlParameters: Parameters,
  /** The older name of bodyParameters. */
  parameters: Parameters,
  carouselParameters: Type.Optional(
    Type.Object({
      cardParameters: Type.Optional(
        Type.Array(
          Type.Object({
            /** From 0 on. */
            index: Type.Optional(Type.Integer({ minimum: 0 })),
            bodyParameters: Parameters,
            buttonUrlParameters: Parameters,
          }),
          { maxItems: 10 },
        ),
      ),
    }),
  ),
})

/** The request as the message path takes it. */
export function templateWish(body: Static<typeof MessagingTemplate>): TemplateWish {
  const values = (given: Static<typeof Parameters> | undefined) =>
    (given ?? []).map(({ id, value }) => ({ name: id, text: value }))
  return {
    responseId: body.responseId,
    header: values(body.headerParameters),
    body: [...values(body.bodyParameters), ...values(body.parameters)],
    buttonUrl: values(body.buttonUrlParameters),
    cards: (body.carouselParameters?.cardParameters ?? []).map((card, place) => ({
      index: card.index ?? place,
      body: values(card.bodyParameters),
      buttonUrl: values(card.buttonUrlParameters),
    })),
  }
}

/** A message is a text, or media, or a template (vendor's prose on sends); `bad.request` for more than one. */
export function requireOneKind(body: {
  readonly textBody?: string
  readonly mediaIds?: readonly string[]
  readonly messagingTemplate?: object
}): void {
  const kinds = [
    (body.textBody ?? '') !== '',
    (body.mediaIds ?? []).length > 0,
    body.messagingTemplate !== undefined,
  ].filter(Boolean)
  if (kinds.length <= 1) return
  throw new AppError('bad.request', 'Give one of textBody, mediaIds and messagingTemplate.', {
    details: [{ errorCode: 'bad.request', fieldName: 'textBody' }],
  })
}
