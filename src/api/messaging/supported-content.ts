import Type from 'typebox'
import { pageWithin } from '../everything.ts'
import { notFound } from '../not-found.ts'
import { operation } from '../operation.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'

const path = '/api/v2/conversations/messaging/supportedcontent'

/** The id of the profile that every integration uses: the vendor's own for its default. */
export const supportedContentId = 'webMessagingDefault'

/** The vendor's default profile: any medium in, JPEG, PNG and GIF out (help page on supported content profiles). */
export const defaultSupportedContent = {
  id: supportedContentId,
  name: 'Default Supported Content',
  version: 1,
  mediaTypes: {
    allow: {
      inbound: [{ type: '*/*' }],
      outbound: [{ type: 'image/jpeg' }, { type: 'image/png' }, { type: 'image/gif' }],
    },
  },
  selfUri: `${path}/${supportedContentId}`,
} as const

const MediaTypes = Type.Array(Type.Object({ type: Type.String() }))

const SupportedContent = Type.Object({
  id: Type.String(),
  name: Type.String(),
  mediaTypes: Type.Object({
    allow: Type.Object({ inbound: MediaTypes, outbound: MediaTypes }),
  }),
})

const declared = {
  method: 'GET',
  scopes: ['messaging', 'messaging:readonly'],
  permission: 'messaging:supportedContent:view',
} as const

export const getSupportedContents = operation({
  ...declared,
  id: 'getConversationsMessagingSupportedcontent',
  path,
  summary: 'Lists the supported content profiles: the default one.',
  input: { query: Type.Object(Paging) },
  reply: { status: 200, schema: Listing(SupportedContent) },
  examples: [{ title: 'All profiles', input: {} }],
  async handle({ query }) {
    const page = pageOf(query)
    return listing(pageWithin([defaultSupportedContent], page), page, path, (profile) => profile)
  },
})

export const getSupportedContentDefault = operation({
  ...declared,
  id: 'getConversationsMessagingSupportedcontentDefault',
  path: `${path}/default`,
  summary: 'Reads the supported content profile that applies where none is chosen.',
  reply: { status: 200, schema: SupportedContent },
  examples: [{ title: 'The default profile', input: {} }],
  async handle() {
    return defaultSupportedContent
  },
})

export const getSupportedContent = operation({
  ...declared,
  id: 'getConversationsMessagingSupportedcontentSupportedContentId',
  path: `${path}/{supportedContentId}`,
  summary: 'Reads one supported content profile.',
  input: { path: Type.Object({ supportedContentId: Id }) },
  reply: { status: 200, schema: SupportedContent },
  examples: [{ title: 'The default profile by id', input: { path: { supportedContentId } } }],
  async handle({ path }) {
    if (path.supportedContentId === supportedContentId) return defaultSupportedContent
    throw notFound('supported content profile', path.supportedContentId)
  },
})
