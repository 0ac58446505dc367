import Type, { type Static } from 'typebox'
import { defaultAllowedMedia } from '../../domain/media.ts'
import { AppError } from '../../errors.ts'
import type { SupportedContent } from '../../store/records.ts'
import { everything, pageWithin } from '../everything.ts'
import { operation } from '../operation.ts'
import { changed, newRecord } from '../record-change.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import {
  allProfiles,
  defaultProfile,
  findProfile,
  presentProfile,
  saveProfile,
  supportedContentId,
} from './supported-content-profile.ts'

const path = '/api/v2/conversations/messaging/supportedcontent'
const byId = `${path}/{supportedContentId}`

const MediaTypeList = Type.Array(
  Type.Object({ type: Type.String({ pattern: '^[^/\\s]+/[^/\\s]+$', maxLength: 200 }) }),
  { maxItems: 500 },
)
const MediaTypes = Type.Object({
  allow: Type.Optional(
    Type.Object({
      inbound: Type.Optional(MediaTypeList),
      outbound: Type.Optional(MediaTypeList),
    }),
  ),
})
const Name = Type.String({ minLength: 1, maxLength: 256 })
const Profile = Type.Object({
  id: Type.String(),
  name: Type.String(),
  mediaTypes: MediaTypes,
  selfUri: Type.String(),
})

const reading = {
  method: 'GET',
  scopes: ['messaging', 'messaging:readonly'],
  permission: 'messaging:supportedContent:view',
} as const

export const getSupportedContents = operation({
  ...reading,
  id: 'getConversationsMessagingSupportedcontent',
  path,
  summary: 'Lists the supported content profiles, the built-in one first.',
  input: { query: Type.Object(Paging) },
  reply: { status: 200, schema: Listing(Profile) },
  examples: [{ title: 'All profiles', input: {} }],
  async handle({ query }, { store }) {
    const page = pageOf(query)
    return listing(pageWithin(await allProfiles(store), page), page, path, presentProfile)
  },
})

export const getSupportedContentDefault = operation({
  ...reading,
  id: 'getConversationsMessagingSupportedcontentDefault',
  path: `${path}/default`,
  summary: 'Reads the supported content profile that applies where none is chosen.',
  reply: { status: 200, schema: Profile },
  examples: [{ title: 'The default profile', input: {} }],
  async handle(_input, { store }) {
    return presentProfile(await defaultProfile(store))
  },
})

export const putSupportedContentDefault = operation({
  id: 'putConversationsMessagingSupportedcontentDefault',
  method: 'PUT',
  path: `${path}/default`,
  summary: 'Chooses the supported content profile that applies where an integration names none.',
  scopes: ['messaging'],
  permission: 'messaging:supportedContent:edit',
  input: { body: Type.Object({ id: Type.String() }) },
  reply: { status: 200, schema: Profile },
  async handle({ body }, context) {
    return context.store.transaction(async (store) => {
      const chosen = await findProfile(store, body.id)
      for (const other of await everything(store, 'supportedContent')) {
        if (other.id !== chosen.id && other.isDefault)
          await saveProfile(store, changed(other, { isDefault: false }, context))
      }
      if (chosen.isDefault) return presentProfile(chosen)
      const profile = changed(chosen, { isDefault: true }, context)
      await saveProfile(store, profile)
      return presentProfile(profile)
    })
  },
})

export const getSupportedContent = operation({
  ...reading,
  id: 'getConversationsMessagingSupportedcontentSupportedContentId',
  path: byId,
  summary: 'Reads one supported content profile.',
  input: { path: Type.Object({ supportedContentId: Id }) },
  reply: { status: 200, schema: Profile },
  examples: [{ title: 'The built-in profile by id', input: { path: { supportedContentId } } }],
  async handle({ path }, { store }) {
    return presentProfile(await findProfile(store, path.supportedContentId))
  },
})

export const postSupportedContent = operation({
  id: 'postConversationsMessagingSupportedcontent',
  method: 'POST',
  path,
  summary: 'Creates a supported content profile: which media types may come in and go out.',
  scopes: ['messaging'],
  permission: 'messaging:supportedContent:add',
  input: { body: Type.Object({ name: Name, mediaTypes: Type.Optional(MediaTypes) }) },
  reply: { status: 200, schema: Profile },
  async handle({ body }, context) {
    const profile: SupportedContent = {
      ...newRecord(body.name, context),
      ...defaultAllowedMedia,
      ...allowedOf(body.mediaTypes),
      isDefault: false,
    }
    await saveProfile(context.store, profile)
    return presentProfile(profile)
  },
})

export const patchSupportedContent = operation({
  id: 'patchConversationsMessagingSupportedcontentSupportedContentId',
  method: 'PATCH',
  path: byId,
  summary: 'Changes a supported content profile; members that are left out stay.',
  scopes: ['messaging'],
  permission: 'messaging:supportedContent:edit',
  input: {
    path: Type.Object({ supportedContentId: Id }),
    body: Type.Object({ name: Type.Optional(Name), mediaTypes: Type.Optional(MediaTypes) }),
  },
  reply: { status: 200, schema: Profile },
  async handle({ path, body }, context) {
    return context.store.transaction(async (store) => {
      const before = await findProfile(store, path.supportedContentId)
      const name = body.name ?? before.name
      const profile = changed(before, { name, ...allowedOf(body.mediaTypes) }, context)
      await saveProfile(store, profile)
      return presentProfile(profile)
    })
  },
})

export const deleteSupportedContent = operation({
  id: 'deleteConversationsMessagingSupportedcontentSupportedContentId',
  method: 'DELETE',
  path: byId,
  summary:
    'Deletes a supported content profile that is not the default one and that no integration uses.',
  scopes: ['messaging'],
  permission: 'messaging:supportedContent:delete',
  input: { path: Type.Object({ supportedContentId: Id }) },
  reply: { status: 204 },
  async handle({ path: { supportedContentId: id } }, { store }) {
    await store.transaction(async (store) => {
      const { isDefault } = await findProfile(store, id)
      const used = (await everything(store, 'openIntegration')).some(
        (integration) => integration.supportedContentId === id,
      )
      if (isDefault || used || id === supportedContentId) {
        throw new AppError(
          'conflict',
          'The supported content profile {id} is built in, the default one or in use.',
          { params: { id } },
        )
      }
      await store.records.remove('supportedContent', id)
    })
  },
})

function allowedOf(mediaTypes: Static<typeof MediaTypes> | undefined) {
  const { inbound, outbound } = mediaTypes?.allow ?? {}
  return {
    ...(inbound === undefined ? {} : { inbound: inbound.map(({ type }) => type) }),
    ...(outbound === undefined ? {} : { outbound: outbound.map(({ type }) => type) }),
  }
}
