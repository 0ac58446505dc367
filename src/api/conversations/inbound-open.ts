import Type, { type Static } from 'typebox'
import type { CustomerIdentity } from '../../domain/conversation.ts'
import { AppError } from '../../errors.ts'
import type { OpenInbound } from '../../messaging/ingest.ts'
import type { OpenIntegration } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'

const Attributes = Type.Record(Type.String(), Type.String())

/** The customer, as an integration names him. */
export const OpenFrom = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 1000 }),
  idType: Type.String(),
  nickname: Type.Optional(Type.String()),
  firstName: Type.Optional(Type.String()),
  lastName: Type.Optional(Type.String()),
})

/** The channel of an inbound message or event; what else it carries is let through. */
export const OpenChannel = Type.Object({
  messageId: Type.Optional(Type.String({ maxLength: 400 })),
  from: OpenFrom,
  time: Type.String(),
  metadata: Type.Optional(Type.Object({ customAttributes: Type.Optional(Attributes) })),
})

/** The body of an inbound message (vendor model `OpenInboundNormalizedMessage`). */
export const OpenInboundMessage = Type.Object({
  channel: OpenChannel,
  text: Type.Optional(Type.String({ maxLength: 64_000 })),
  content: Type.Optional(
    Type.Array(
      Type.Object({
        contentType: Type.Optional(Type.String()),
        attachment: Type.Optional(
          Type.Object({
            mediaType: Type.String(),
            url: Type.String(),
            mime: Type.String(),
            filename: Type.Optional(Type.String()),
          }),
        ),
      }),
    ),
  ),
  metadata: Type.Optional(Attributes),
})

/**
 * The most bytes that a message's attributes have as JSON; undefined for no limit. Guess: the vendor gives the figure for
 * web messaging (limit `metadata.custom.attributes.bytes.max`), and none for Open Messaging.
 */
export const customAttributesBytesMax: number | undefined = 2048

/** What the channel says of the customer, within `customAttributesBytesMax`. */
export function customAttributesOf({
  metadata,
}: Static<typeof OpenChannel>): Readonly<Record<string, string>> {
  const attributes = metadata?.customAttributes ?? {}
  const bytes = Buffer.byteLength(JSON.stringify(attributes))
  if (customAttributesBytesMax === undefined || bytes <= customAttributesBytesMax) return attributes
  throw new AppError(
    'bad.request',
    'channel.metadata.customAttributes has {bytes} bytes; {max} is the most.',
    {
      params: { bytes: String(bytes), max: String(customAttributesBytesMax) },
      details: [{ errorCode: 'bad.request', fieldName: 'channel.metadata.customAttributes' }],
    },
  )
}

/** The integration that something is posted for, or a 404. */
export async function findIntegration(store: Store, id: string): Promise<OpenIntegration> {
  const integration = await store.records.get('openIntegration', id)
  if (integration !== undefined) return integration
  throw new AppError('not.found', 'There is no Open Messaging integration {id}.', {
    params: { id },
    details: [{ errorCode: 'not.found', entityId: id, entityName: 'integration' }],
  })
}

/** An ISO-8601 time of the wire as epoch milliseconds, or the vendor's `invalid.date`. */
export function timeOf(text: string, field: string): number {
  const isIso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/.test(
    text,
  )
  const ms = isIso ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(ms)) return ms
  throw new AppError(
    'invalid.date',
    "'{value}' is no time: write {field} in ISO-8601 form, like 2026-01-05T10:00:00.000Z.",
    {
      params: { value: text.slice(0, 60), field },
      details: [{ errorCode: 'invalid.date', fieldName: field }],
    },
  )
}

/** The customer behind `channel.from`; the kind of id in any case. */
export function identityOf(from: Static<typeof OpenFrom>): CustomerIdentity {
  const kinds = { email: 'Email', phone: 'Phone', opaque: 'Opaque' } as const
  const kind = from.idType.toLowerCase()
  if (kind !== 'email' && kind !== 'phone' && kind !== 'opaque') {
    throw new AppError(
      'invalid.value',
      "'{value}' is no value of channel.from.idType: use one of Email, Phone, Opaque.",
      {
        params: { value: from.idType.slice(0, 60) },
        details: [{ errorCode: 'invalid.value', fieldName: 'channel.from.idType' }],
      },
    )
  }
  const { id, nickname, firstName, lastName } = from
  return {
    id,
    idType: kinds[kind],
    ...(nickname === undefined ? {} : { nickname }),
    ...(firstName === undefined ? {} : { firstName }),
    ...(lastName === undefined ? {} : { lastName }),
  }
}

/** The posted document as the message path takes it. Either text or content must be there; one attachment at the most. */
export function inboundOf(body: Static<typeof OpenInboundMessage>): OpenInbound {
  const { channel, text } = body
  const content = (body.content ?? []).map((one) => ({
    ...one,
    contentType: one.contentType ?? 'Attachment',
  }))
  const attachments = content.filter(({ attachment }) => attachment !== undefined)
  if ((text === undefined || text === '') && attachments.length === 0) {
    throw new AppError(
      'bad.request',
      "The body should have required property '.text', or '.content' with an attachment: should match some schema in anyOf.",
      { details: [{ errorCode: 'bad.request', fieldName: 'text' }] },
    )
  }
  if (attachments.length > 1 || content.length > attachments.length) {
    throw new AppError(
      'bad.request',
      "'.content' takes one item with an attachment, and nothing else: post answers to buttons to …/structured/response.",
      {
        details: [{ errorCode: 'bad.request', fieldName: 'content' }],
      },
    )
  }
  return {
    customer: identityOf(channel.from),
    ...(text === undefined ? {} : { text }),
    content,
    kind: 'Text',
    ...(body.metadata === undefined ? {} : { metadata: body.metadata }),
    customAttributes: customAttributesOf(channel),
    ...(channel.messageId === undefined ? {} : { providerMessageId: channel.messageId }),
    channelTimeMs: timeOf(channel.time, 'channel.time'),
  }
}
