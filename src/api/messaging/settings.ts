import Type, { type Static } from 'typebox'
import { AppError } from '../../errors.ts'
import type { MessagingSetting } from '../../store/records.ts'
import { everything, pageWithin } from '../everything.ts'
import { operation } from '../operation.ts'
import { changed, newRecord } from '../record-change.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { defaultSettingId, findSetting, presentSetting, saveSetting } from './setting.ts'

const path = '/api/v2/conversations/messaging/settings'
const byId = `${path}/{messageSettingId}`
const reading = {
  scopes: ['messaging', 'messaging:readonly'],
  permission: 'messaging:setting:view',
}

const Switch = Type.Optional(Type.Enum(['Enabled', 'Disabled']))
const Typing = Type.Object({
  on: Type.Optional(Type.Object({ inbound: Switch, outbound: Switch })),
})
const Event = Type.Optional(Type.Object({ typing: Type.Optional(Typing) }))
const Name = Type.String({ minLength: 1, maxLength: 256 })

const Setting = Type.Object({
  id: Type.String(),
  name: Type.String(),
  version: Type.String(),
  event: Type.Object({ typing: Typing }),
  selfUri: Type.String(),
})

export const getMessagingSettings = operation({
  ...reading,
  id: 'getConversationsMessagingSettings',
  method: 'GET',
  path,
  summary: 'Lists the messaging settings, the default one first.',
  input: { query: Type.Object(Paging) },
  reply: { status: 200, schema: Listing(Setting) },
  examples: [{ title: 'All settings', input: {} }],
  async handle({ query }, { store }) {
    const own = (await everything(store, 'messagingSetting')).filter(
      ({ id }) => id !== defaultSettingId,
    )
    const all = [await findSetting(store, defaultSettingId), ...own]
    const page = pageOf(query)
    return listing(pageWithin(all, page), page, path, presentSetting)
  },
})

export const getMessagingSettingDefault = operation({
  ...reading,
  id: 'getConversationsMessagingSettingsDefault',
  method: 'GET',
  path: `${path}/default`,
  summary: 'Reads the messaging setting that applies where an integration names none.',
  reply: { status: 200, schema: Setting },
  examples: [{ title: 'The default setting', input: {} }],
  async handle(_input, { store }) {
    return presentSetting(await findSetting(store, defaultSettingId))
  },
})

export const getMessagingSetting = operation({
  ...reading,
  id: 'getConversationsMessagingSetting',
  method: 'GET',
  path: byId,
  summary: 'Reads one messaging setting.',
  input: { path: Type.Object({ messageSettingId: Id }) },
  reply: { status: 200, schema: Setting },
  async handle({ path }, { store }) {
    return presentSetting(await findSetting(store, path.messageSettingId))
  },
})

export const postMessagingSettings = operation({
  id: 'postConversationsMessagingSettings',
  method: 'POST',
  path,
  summary: 'Creates a messaging setting: whether typing is passed on, in each direction.',
  scopes: ['messaging'],
  permission: 'messaging:setting:add',
  input: { body: Type.Object({ name: Name, event: Event }) },
  reply: { status: 200, schema: Setting },
  examples: [
    {
      title: 'Pass typing on in both directions',
      input: {
        body: {
          name: 'With typing',
          event: { typing: { on: { inbound: 'Enabled', outbound: 'Enabled' } } },
        },
      },
    },
  ],
  async handle({ body }, context) {
    const setting: MessagingSetting = {
      ...newRecord(body.name, context),
      typingInbound: false,
      typingOutbound: false,
      isDefault: false,
      ...typingOf(body.event),
    }
    await saveSetting(context.store, setting)
    return presentSetting(setting)
  },
})

export const patchMessagingSetting = operation({
  id: 'patchConversationsMessagingSetting',
  method: 'PATCH',
  path: byId,
  summary: 'Changes a messaging setting; members that are left out stay.',
  scopes: ['messaging'],
  permission: 'messaging:setting:edit',
  input: {
    path: Type.Object({ messageSettingId: Id }),
    body: Type.Object({ name: Type.Optional(Name), event: Event }),
  },
  reply: { status: 200, schema: Setting },
  async handle({ path, body }, context) {
    return context.store.transaction(async (store) => {
      const before = await findSetting(store, path.messageSettingId)
      const name = body.name ?? before.name
      const setting = changed(before, { name, ...typingOf(body.event) }, context)
      await saveSetting(store, setting)
      return presentSetting(setting)
    })
  },
})

export const putMessagingSettingDefault = operation({
  id: 'putConversationsMessagingSettingsDefault',
  method: 'PUT',
  path: `${path}/default`,
  summary: 'Makes what one messaging setting says the default.',
  scopes: ['messaging'],
  permission: 'messaging:setting:edit',
  input: { body: Type.Object({ settingId: Id }) },
  reply: { status: 200, schema: Setting },
  async handle({ body: { settingId } }, context) {
    return context.store.transaction(async (store) => {
      const { typingInbound, typingOutbound } = await findSetting(store, settingId)
      const before = await findSetting(store, defaultSettingId)
      const setting = changed(before, { typingInbound, typingOutbound }, context)
      await saveSetting(store, setting)
      return presentSetting(setting)
    })
  },
})

/** The default setting cannot go, so it is as the vendor has it from the start: typing off in both directions. */
export const deleteMessagingSettingDefault = operation({
  id: 'deleteConversationsMessagingSettingsDefault',
  method: 'DELETE',
  path: `${path}/default`,
  summary: 'Puts the default messaging setting back to typing off in both directions.',
  scopes: ['messaging'],
  permission: 'messaging:setting:edit',
  reply: { status: 204 },
  async handle(_input, context) {
    await context.store.transaction(async (store) => {
      const before = await findSetting(store, defaultSettingId)
      const off = { typingInbound: false, typingOutbound: false }
      await saveSetting(store, changed(before, off, context))
    })
  },
})

export const deleteMessagingSetting = operation({
  id: 'deleteConversationsMessagingSetting',
  method: 'DELETE',
  path: byId,
  summary: 'Deletes a messaging setting that no integration uses.',
  scopes: ['messaging'],
  permission: 'messaging:setting:delete',
  input: { path: Type.Object({ messageSettingId: Id }) },
  reply: { status: 204 },
  async handle({ path: { messageSettingId: id } }, { store }) {
    await store.transaction(async (store) => {
      await findSetting(store, id)
      const users = (await everything(store, 'openIntegration')).filter(
        ({ messagingSettingId }) => messagingSettingId === id,
      )
      if (id === defaultSettingId || users.length > 0) {
        throw new AppError(
          'conflict',
          'The messaging setting {id} is the default one or in use: choose another one for its integrations first.',
          { params: { id } },
        )
      }
      await store.records.remove('messagingSetting', id)
    })
  },
})

function typingOf(event: Static<typeof Event> | undefined) {
  const { inbound, outbound } = event?.typing?.on ?? {}
  return {
    ...(inbound === undefined ? {} : { typingInbound: inbound === 'Enabled' }),
    ...(outbound === undefined ? {} : { typingOutbound: outbound === 'Enabled' }),
  }
}
