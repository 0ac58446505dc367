import Type, { type Static } from 'typebox'
import { isoTime } from '../../clock.ts'
import { AppError } from '../../errors.ts'
import { numberReader } from '../../messaging/national-numbers.ts'
import { fromAddress } from '../../messaging/send.ts'
import type { MessagingCampaign } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed, newRecord } from '../record-change.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { checkVersion } from '../signalbox/records.ts'
import { CampaignSchema, Name, Ref } from './schema.ts'

const path = '/api/v2/outbound/messagingcampaigns'
const scopes = ['outbound']
const readScopes = ['outbound', 'outbound:readonly']

const Body = Type.Object({
  name: Name,
  contactList: Ref,
  messagesPerMinute: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  alwaysRunning: Type.Optional(Type.Boolean()),
  campaignStatus: Type.Optional(Type.String()),
  callableTimeSet: Type.Optional(Ref),
  contactListFilters: Type.Optional(Type.Array(Ref, { maxItems: 10 })),
  /** Of these only none: texts would go out in spite of what they say. */
  dncLists: Type.Optional(Type.Array(Ref)),
  ruleSets: Type.Optional(Type.Array(Ref)),
  smsConfig: Type.Object({
    messageColumn: Type.Optional(Type.String({ maxLength: 128 })),
    phoneColumn: Type.String({ minLength: 1, maxLength: 128 }),
    senderSmsPhoneNumber: Type.Object({
      phoneNumber: Type.String({ minLength: 1, maxLength: 40 }),
    }),
    contentTemplate: Type.Optional(Ref),
  }),
  version: Type.Optional(Type.Integer()),
})

const CampaignPath = Type.Object({ messagingCampaignId: Id })

export const getOutboundMessagingcampaigns = operation({
  id: 'getOutboundMessagingcampaigns',
  method: 'GET',
  path,
  summary: 'Lists the messaging campaigns.',
  scopes: readScopes,
  permission: 'outbound:messagingCampaign:view',
  input: { query: Type.Object({ ...Paging, name: Type.Optional(Type.String()) }) },
  reply: { status: 200, schema: Listing(CampaignSchema) },
  examples: [{ title: 'all', input: {} }],
  async handle({ query }, { store }) {
    const page = pageOf(query)
    const filter = query.name === undefined ? {} : { name: query.name }
    const found = await store.records.list('messagingCampaign', page, filter)
    return listing(found, page, path, presentCampaign)
  },
})

export const getOutboundMessagingcampaign = operation({
  id: 'getOutboundMessagingcampaign',
  method: 'GET',
  path: `${path}/{messagingCampaignId}`,
  summary: 'Reads a messaging campaign.',
  scopes: readScopes,
  permission: 'outbound:messagingCampaign:view',
  input: { path: CampaignPath },
  reply: { status: 200, schema: CampaignSchema },
  async handle({ path: { messagingCampaignId } }, { store }) {
    return presentCampaign(await findRecord(store, 'messagingCampaign', messagingCampaignId))
  },
})

export const postOutboundMessagingcampaigns = operation({
  id: 'postOutboundMessagingcampaigns',
  method: 'POST',
  path,
  summary: 'Makes a messaging campaign; it does nothing until it is started.',
  scopes,
  permission: 'outbound:messagingCampaign:add',
  input: { body: Body },
  reply: { status: 200, schema: CampaignSchema },
  handle: ({ body }, context) =>
    context.store.transaction(async (store) => {
      const made: MessagingCampaign = {
        ...newRecord(body.name, context),
        status: 'off',
        ...(await contentOf(store, body)),
      }
      await store.records.add('messagingCampaign', made)
      return presentCampaign(made)
    }),
})

export const putOutboundMessagingcampaign = operation({
  id: 'putOutboundMessagingcampaign',
  method: 'PUT',
  path: `${path}/{messagingCampaignId}`,
  summary:
    'Changes a messaging campaign that is not under way; starts and stops are calls of their own.',
  scopes,
  permission: 'outbound:messagingCampaign:edit',
  input: { path: CampaignPath, body: Body },
  reply: { status: 200, schema: CampaignSchema },
  handle: ({ path: { messagingCampaignId }, body }, context) =>
    context.store.transaction(async (store) => {
      const campaign = await findRecord(store, 'messagingCampaign', messagingCampaignId)
      checkVersion(campaign, body.version)
      refuseRunning(campaign)
      const content = await contentOf(store, body)
      const { callableTimeSetId: _, contactListFilterIds: _before, ...rest } = campaign
      const saved = changed<MessagingCampaign>(rest, { name: body.name, ...content }, context)
      await store.records.save('messagingCampaign', saved)
      return presentCampaign(saved)
    }),
})

export const deleteOutboundMessagingcampaign = operation({
  id: 'deleteOutboundMessagingcampaign',
  method: 'DELETE',
  path: `${path}/{messagingCampaignId}`,
  summary: 'Removes a messaging campaign that is not under way, with its results. Texts stay.',
  scopes,
  permission: 'outbound:messagingCampaign:delete',
  input: { path: CampaignPath },
  reply: { status: 200, schema: CampaignSchema },
  async handle({ path: { messagingCampaignId } }, { store }) {
    const campaign = await findRecord(store, 'messagingCampaign', messagingCampaignId)
    refuseRunning(campaign)
    await store.records.remove('messagingCampaign', campaign.id)
    await forgetRun(store, campaign.id)
    return presentCampaign(campaign)
  },
})

/** Forgets what a campaign has done, in steps; it begins at the head of its list again. */
export async function forgetRun(store: Store, campaignId: string): Promise<void> {
  await store.campaigns.removeProgress(campaignId)
  while (await store.campaigns.clearTexts(campaignId, 1000)) {
    // In steps, so that nothing else waits for a million rows.
  }
}

/** A campaign at work is stopped first. */
export function refuseRunning(campaign: MessagingCampaign): void {
  if (campaign.status !== 'on') return
  throw new AppError('conflict', 'The campaign {name} is under way: stop it first.', {
    params: { name: campaign.name },
    details: [{ errorCode: 'conflict', entityId: campaign.id, entityName: 'messagingCampaign' }],
  })
}

async function contentOf(store: Store, body: Static<typeof Body>) {
  refuseUnheeded(body)
  const list = await store.records.get('contactList', body.contactList.id)
  if (list === undefined)
    throw refused('contactList.id must be the id of a contact list.', 'contactList')
  const { phoneColumn, messageColumn = '', contentTemplate, senderSmsPhoneNumber } = body.smsConfig
  if (!list.columnNames.includes(phoneColumn)) {
    throw refused('phoneColumn must be a column of the contact list.', 'smsConfig.phoneColumn')
  }
  if (contentTemplate === undefined && !list.columnNames.includes(messageColumn)) {
    throw refused(
      'Give a contentTemplate, or a messageColumn of the contact list that has the texts.',
      'smsConfig.messageColumn',
    )
  }
  if (
    contentTemplate !== undefined &&
    (await store.records.get('preparedResponse', contentTemplate.id)) === undefined
  ) {
    throw refused('contentTemplate.id must be the id of a response.', 'smsConfig.contentTemplate')
  }
  const written = senderSmsPhoneNumber.phoneNumber
  const senderAddress = (await numberReader(store))(written) ?? written
  await fromAddress(store, 'sms', senderAddress)
  return {
    contactListId: list.id,
    ...(await rulesOf(store, body)),
    messagesPerMinute: body.messagesPerMinute,
    alwaysRunning: body.alwaysRunning ?? false,
    smsConfig: {
      messageColumn,
      phoneColumn,
      senderAddress,
      ...(contentTemplate === undefined ? {} : { contentTemplateId: contentTemplate.id }),
    },
  }
}

function refuseUnheeded(body: Static<typeof Body>): void {
  for (const fieldName of ['dncLists', 'ruleSets'] as const) {
    if ((body[fieldName] ?? []).length === 0) continue
    throw new AppError(
      'not.implemented',
      '{fieldName} of campaigns are not built: put opt-outs into the consent ledger, and choose contacts by filters.',
      { params: { fieldName }, details: [{ errorCode: 'not.implemented', fieldName }] },
    )
  }
}

/** The callable time set and the filters that the campaign names, when they are there and fit its list. */
async function rulesOf(store: Store, body: Static<typeof Body>) {
  const { callableTimeSet, contactListFilters = [], contactList } = body
  if (
    callableTimeSet !== undefined &&
    (await store.records.get('callableTimeSet', callableTimeSet.id)) === undefined
  ) {
    throw refused('callableTimeSet.id must be the id of one.', 'callableTimeSet')
  }
  for (const { id } of contactListFilters) {
    const filter = await store.records.get('contactListFilter', id)
    if (filter?.contactListId !== contactList.id)
      throw refused('Each filter must be one of the contact list.', 'contactListFilters')
  }
  return {
    ...(callableTimeSet === undefined ? {} : { callableTimeSetId: callableTimeSet.id }),
    ...(contactListFilters.length === 0
      ? {}
      : { contactListFilterIds: contactListFilters.map(({ id }) => id) }),
  }
}

function refused(message: string, fieldName: string): AppError {
  return new AppError('bad.request', message, {
    details: [{ errorCode: 'bad.request', fieldName }],
  })
}

/** A campaign on the wire (vendor model `MessagingCampaign`). */
export function presentCampaign(campaign: MessagingCampaign) {
  const { senderAddress, contentTemplateId, ...sms } = campaign.smsConfig
  return {
    id: campaign.id,
    name: campaign.name,
    version: campaign.version,
    dateCreated: isoTime(campaign.createdMs),
    dateModified: isoTime(campaign.modifiedMs),
    campaignStatus: campaign.status,
    contactList: {
      id: campaign.contactListId,
      selfUri: `/api/v2/outbound/contactlists/${campaign.contactListId}`,
    },
    ...(campaign.callableTimeSetId === undefined
      ? {}
      : {
          callableTimeSet: {
            id: campaign.callableTimeSetId,
            selfUri: `/api/v2/outbound/callabletimesets/${campaign.callableTimeSetId}`,
          },
        }),
    contactListFilters: (campaign.contactListFilterIds ?? []).map((id) => ({
      id,
      selfUri: `/api/v2/outbound/contactlistfilters/${id}`,
    })),
    messagesPerMinute: campaign.messagesPerMinute,
    alwaysRunning: campaign.alwaysRunning,
    smsConfig: {
      ...sms,
      senderSmsPhoneNumber: { phoneNumber: senderAddress },
      ...(contentTemplateId === undefined ? {} : { contentTemplate: { id: contentTemplateId } }),
    },
    ...(campaign.problem === undefined
      ? {}
      : { errors: [{ error: 'stopped', details: campaign.problem }] }),
    selfUri: `${path}/${campaign.id}`,
  }
}
