import Type from 'typebox'
import { faxAddressesMax } from '../../domain/fax.ts'
import { beginFax } from '../../messaging/fax.ts'
import { linkTo } from '../conversations/present-media.ts'
import { operation } from '../operation.ts'

/**
 * Guess: the answer's `id` and `selfUri` are those of the conversation, whose messages tell what became of each number;
 * the vendor does not say what they name. The workspace is taken and not used: there is no content management here.
 */
export const postConversationsFaxes = operation({
  id: 'postConversationsFaxes',
  method: 'POST',
  path: '/api/v2/conversations/faxes',
  summary:
    'Begins a fax to some numbers: answers where its document is to be put, unless an earlier one is named.',
  scopes: ['conversations'],
  sends: true,
  tool: { name: 'genesys_conversations_digital_post_faxes', effect: 'write' },
  input: {
    body: Type.Object({
      name: Type.Optional(Type.String({ maxLength: 200 })),
      addresses: Type.Array(Type.String({ minLength: 1, maxLength: 40 }), {
        minItems: 1,
        maxItems: faxAddressesMax,
      }),
      // Clients of the vendor send null where they have none.
      documentId: Type.Optional(Type.Union([Type.String({ maxLength: 100 }), Type.Null()])),
      contentType: Type.Optional(Type.Union([Type.String({ maxLength: 200 }), Type.Null()])),
      workspace: Type.Optional(Type.Union([Type.Object({}), Type.Null()])),
      coverSheet: Type.Optional(
        Type.Object({
          notes: Type.Optional(Type.String({ maxLength: 4000 })),
          locale: Type.Optional(Type.String({ maxLength: 35 })),
        }),
      ),
      timeZoneOffsetMinutes: Type.Optional(Type.Integer({ minimum: -1440, maximum: 1440 })),
    }),
  },
  reply: {
    status: 200,
    schema: Type.Object({
      id: Type.String(),
      name: Type.Optional(Type.String()),
      uploadDestinationUri: Type.Optional(Type.String()),
      uploadMethodType: Type.Optional(Type.Enum(['SINGLE_PUT', 'MULTIPART_POST'])),
      headers: Type.Optional(Type.Record(Type.String(), Type.String())),
      selfUri: Type.String(),
    }),
  },
  examples: [
    {
      title: 'a letter to one number',
      input: {
        body: {
          addresses: ['+12025550188'],
          contentType: 'application/pdf',
          workspace: { name: 'Faxes' },
        },
      },
    },
  ],
  async handle({ body }, context) {
    const { store, messaging, principal } = context
    const { name, addresses, documentId, contentType, coverSheet, timeZoneOffsetMinutes } = body
    const { conversation, upload } = await beginFax(
      store,
      {
        addresses,
        documentId: documentId ?? undefined,
        contentType: contentType ?? undefined,
        coverSheet,
        timeZoneOffsetMinutes,
        userId: principal.userId,
      },
      messaging,
    )
    return {
      id: conversation.id,
      ...(name === undefined ? {} : { name }),
      ...(upload === undefined
        ? {}
        : {
            uploadDestinationUri: linkTo(upload, 'upload', context),
            uploadMethodType: 'SINGLE_PUT' as const,
            headers: { 'Content-Type': upload.mediaType },
          }),
      selfUri: `/api/v2/conversations/${conversation.id}`,
    }
  },
})
