import Type from 'typebox'
import { isoTime } from '../../clock.ts'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { newProgress, previewText, setStatus } from '../../messaging/campaigns.ts'
import type { MessagingCampaign } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { forgetRun, refuseRunning } from './campaigns.ts'
import { ProgressSchema } from './schema.ts'

const path = '/api/v2/outbound/messagingcampaigns'
const schedulePath = '/api/v2/outbound/schedules/messagingcampaigns/{messagingCampaignId}'
const scopes = ['outbound']
const CampaignPath = Type.Object({ messagingCampaignId: Id })

export const postOutboundMessagingcampaignStart = operation({
  id: 'postOutboundMessagingcampaignStart',
  method: 'POST',
  path: `${path}/{messagingCampaignId}/start`,
  summary: 'Starts a campaign, or goes on where it was stopped.',
  scopes,
  permission: 'outbound:messagingCampaign:edit',
  input: { path: CampaignPath },
  reply: { status: 204 },
  handle: ({ path: { messagingCampaignId } }, context) => move(context, messagingCampaignId, 'on'),
})

export const postOutboundMessagingcampaignStop = operation({
  id: 'postOutboundMessagingcampaignStop',
  method: 'POST',
  path: `${path}/{messagingCampaignId}/stop`,
  summary: 'Stops a campaign: no further contact is texted until it is started again.',
  scopes,
  permission: 'outbound:messagingCampaign:edit',
  input: { path: CampaignPath },
  reply: { status: 204 },
  handle: ({ path: { messagingCampaignId } }, context) => move(context, messagingCampaignId, 'off'),
})

async function move(
  { store, messaging }: Context,
  id: string,
  status: MessagingCampaign['status'],
): Promise<void> {
  await store.transaction(async (store) => {
    const campaign = await findRecord(store, 'messagingCampaign', id)
    if (campaign.status === status) return
    if (campaign.status === 'complete' && status === 'off') return
    await setStatus(store, { campaign, status }, messaging)
  })
}

export const getOutboundMessagingcampaignProgress = operation({
  id: 'getOutboundMessagingcampaignProgress',
  method: 'GET',
  path: `${path}/{messagingCampaignId}/progress`,
  summary: 'Tells how far a campaign has come, and what became of its texts so far.',
  scopes: ['outbound', 'outbound:readonly'],
  permission: 'outbound:messagingCampaign:view',
  input: { path: CampaignPath },
  reply: { status: 200, schema: ProgressSchema },
  async handle({ path: { messagingCampaignId } }, { store }) {
    const campaign = await findRecord(store, 'messagingCampaign', messagingCampaignId)
    return progressOf(store, campaign)
  },
})

export const postOutboundMessagingcampaignsProgress = operation({
  id: 'postOutboundMessagingcampaignsProgress',
  method: 'POST',
  path: `${path}/progress`,
  summary: 'Tells how far several campaigns have come.',
  scopes: ['outbound', 'outbound:readonly'],
  permission: 'outbound:messagingCampaign:view',
  input: { body: Type.Array(Id, { maxItems: 100 }) },
  reply: { status: 200, schema: Type.Array(ProgressSchema) },
  examples: [{ title: 'none', input: { body: [] } }],
  async handle({ body }, { store }) {
    const campaigns = await Promise.all(
      body.map((id) => store.records.get('messagingCampaign', id)),
    )
    const there = campaigns.filter((campaign) => campaign !== undefined)
    return Promise.all(there.map((campaign) => progressOf(store, campaign)))
  },
})

export const deleteOutboundMessagingcampaignProgress = operation({
  id: 'deleteOutboundMessagingcampaignProgress',
  method: 'DELETE',
  path: `${path}/{messagingCampaignId}/progress`,
  summary: 'Resets a campaign that is not under way: started again, it texts every contact again.',
  scopes,
  permission: 'outbound:messagingCampaign:edit',
  input: { path: CampaignPath },
  reply: { status: 204 },
  async handle({ path: { messagingCampaignId } }, { store, messaging }) {
    const campaign = await findRecord(store, 'messagingCampaign', messagingCampaignId)
    refuseRunning(campaign)
    await forgetRun(store, campaign.id)
    if (campaign.status !== 'off') await setStatus(store, { campaign, status: 'off' }, messaging)
  },
})

async function progressOf(store: Store, campaign: MessagingCampaign) {
  const { counts } = (await store.campaigns.progress(campaign.id)) ?? newProgress(campaign.id)
  const total = await store.campaigns.countContacts(campaign.contactListId)
  const { waiting, skipped, queued, ...over } = counts
  const messaged = queued + over.sent + over.delivered + over.failed + over['opted-out']
  const done = messaged + skipped
  return {
    campaign: { id: campaign.id, selfUri: `${path}/${campaign.id}` },
    contactList: { id: campaign.contactListId },
    numberOfContactsMessaged: messaged,
    totalNumberOfContacts: total,
    percentage: total === 0 ? 0 : Math.min(100, Math.floor((100 * done) / total)),
    numberOfContactsSkipped: { skipped, waiting },
    counts,
  }
}

const ScheduleBody = Type.Object({
  intervals: Type.Array(
    Type.Object({ start: Type.String({ maxLength: 40 }), end: Type.String({ maxLength: 40 }) }),
    { maxItems: 100 },
  ),
  timeZone: Type.Optional(Type.String({ maxLength: 60 })),
})

export const getOutboundSchedulesMessagingcampaign = operation({
  id: 'getOutboundSchedulesMessagingcampaign',
  method: 'GET',
  path: schedulePath,
  summary: 'Reads when a campaign may work.',
  scopes: ['outbound', 'outbound:readonly'],
  permission: 'outbound:schedule:view',
  input: { path: CampaignPath },
  reply: { status: 200, schema: ScheduleBody },
  async handle({ path: { messagingCampaignId } }, { store }) {
    const campaign = await findRecord(store, 'messagingCampaign', messagingCampaignId)
    if (campaign.intervals === undefined) {
      throw new AppError('not.found', 'The campaign has no schedule: it may work at any time.')
    }
    return presentSchedule(campaign)
  },
})

export const putOutboundSchedulesMessagingcampaign = operation({
  id: 'putOutboundSchedulesMessagingcampaign',
  method: 'PUT',
  path: schedulePath,
  summary: 'Says when a campaign may work, in intervals of UTC times; it rests between them.',
  scopes,
  permission: 'outbound:schedule:edit',
  input: { path: CampaignPath, body: ScheduleBody },
  reply: { status: 200, schema: ScheduleBody },
  handle: ({ path: { messagingCampaignId }, body }, { store, messaging }) =>
    store.transaction(async (store) => {
      const campaign = await findRecord(store, 'messagingCampaign', messagingCampaignId)
      const intervals = body.intervals.map(({ start, end }, index) => {
        const interval = { startMs: utcOf(start), endMs: utcOf(end) }
        if (interval.startMs < interval.endMs) return interval
        throw new AppError(
          'invalid.date',
          'intervals[{index}] must have a start and a later end, as UTC times such as 2026-01-31T09:00:00Z.',
          {
            params: { index: String(index) },
            details: [{ errorCode: 'invalid.date', fieldName: `intervals[${index}]` }],
          },
        )
      })
      const saved = { ...campaign, intervals }
      return presentSchedule(
        await setStatus(store, { campaign: saved, status: campaign.status }, messaging),
      )
    }),
})

export const deleteOutboundSchedulesMessagingcampaign = operation({
  id: 'deleteOutboundSchedulesMessagingcampaign',
  method: 'DELETE',
  path: schedulePath,
  summary: 'Removes the schedule of a campaign: it may work at any time.',
  scopes,
  permission: 'outbound:schedule:delete',
  input: { path: CampaignPath },
  reply: { status: 204 },
  async handle({ path: { messagingCampaignId } }, { store, messaging }) {
    await store.transaction(async (store) => {
      const campaign = await findRecord(store, 'messagingCampaign', messagingCampaignId)
      const { intervals: _, ...rest } = campaign
      await setStatus(store, { campaign: rest, status: campaign.status }, messaging)
    })
  },
})

/** The vendor's times carry no zone where the schedule names one; ours are UTC, with or without `Z`. */
function utcOf(time: string): number {
  return Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(time) ? time : `${time}Z`)
}

function presentSchedule({ id, name, version, intervals }: MessagingCampaign) {
  return {
    id,
    name,
    version,
    intervals: (intervals ?? []).map(({ startMs, endMs }) => ({
      start: isoTime(startMs),
      end: isoTime(endMs),
    })),
    timeZone: 'UTC',
    messagingCampaign: { id, name },
    selfUri: `/api/v2/outbound/schedules/messagingcampaigns/${id}`,
  }
}

export const signalboxPreviewCampaign = operation({
  id: 'signalboxPreviewCampaign',
  method: 'GET',
  path: '/api/signalbox/messagingcampaigns/{messagingCampaignId}/preview',
  summary: 'Shows what the first contacts of a campaign would be sent, with the segments of each.',
  permission: 'outbound:messagingCampaign:view',
  input: { path: CampaignPath },
  reply: {
    status: 200,
    schema: Type.Object({
      entities: Type.Array(
        Type.Object({
          contactId: Type.String(),
          text: Type.Optional(Type.String()),
          segments: Type.Optional(Type.Integer()),
          problem: Type.Optional(Type.String()),
        }),
      ),
    }),
  },
  async handle({ path: { messagingCampaignId } }, { store }) {
    const campaign = await findRecord(store, 'messagingCampaign', messagingCampaignId)
    const contacts = await store.campaigns.contacts(campaign.contactListId, 0, 10)
    const entities = []
    for (const contact of contacts) {
      try {
        entities.push({ contactId: contact.id, ...(await previewText(store, campaign, contact)) })
      } catch (cause) {
        if (!(cause instanceof AppError)) throw cause
        entities.push({ contactId: contact.id, problem: cause.message })
      }
    }
    return { entities }
  },
})
