import Type from 'typebox'
import { isoTime } from '../../clock.ts'
import { conferenceDetails, findMeeting, makeMeeting } from '../../messaging/video-meetings.ts'
import type { VideoMeeting } from '../../store/records.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { MeetingIdRecord, readScopes } from './schema.ts'

const meetings = '/api/v2/conversations/videos/meetings'

/** The most days that a meeting id lives. Guess: ten years; the vendor documents no limit. */
const daysMax = 3650

export const postConversationsVideosMeetings = operation({
  id: 'postConversationsVideosMeetings',
  method: 'POST',
  path: meetings,
  summary: 'Makes a meeting id for a video conference; a new conference where none is named.',
  scopes: ['conversations'],
  permission: { any: ['video:video:access'] },
  tool: { name: 'genesys_conversations_digital_post_videos_meetings', effect: 'write' },
  input: {
    body: Type.Object({
      conferenceId: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
      ephemeral: Type.Boolean(),
      expireTimeDays: Type.Optional(Type.Integer({ minimum: 1, maximum: daysMax })),
    }),
  },
  reply: { status: 200, schema: MeetingIdRecord },
  examples: [
    { title: 'a meeting for a week', input: { body: { ephemeral: true, expireTimeDays: 7 } } },
  ],
  async handle({ body }, { store, messaging }) {
    return presentMeeting(await makeMeeting(store, body, messaging))
  },
})

export const getConversationsVideosMeeting = operation({
  id: 'getConversationsVideosMeeting',
  method: 'GET',
  path: `${meetings}/{meetingId}`,
  summary: 'Reads what a meeting id stands for, until its time is over.',
  scopes: readScopes,
  permission: { any: ['video:video:access'] },
  tool: { name: 'genesys_conversations_digital_get_videos_meeting', effect: 'read' },
  input: { path: Type.Object({ meetingId: Id }) },
  reply: { status: 200, schema: MeetingIdRecord },
  async handle({ path }, { store, messaging }) {
    return presentMeeting(await findMeeting(store, path.meetingId, messaging))
  },
})

export const getConversationsVideoDetails = operation({
  id: 'getConversationsVideoDetails',
  method: 'GET',
  path: '/api/v2/conversations/videos/{conferenceId}/details',
  summary: 'Tells how many take part in a video conference now, and in which conversation.',
  scopes: readScopes,
  input: { path: Type.Object({ conferenceId: Type.String({ minLength: 1, maxLength: 200 }) }) },
  reply: {
    status: 200,
    schema: Type.Object({
      conferenceId: Type.String(),
      conversationId: Type.Optional(Type.String()),
      participantInfo: Type.Object({
        activeParticipantCount: Type.Integer(),
        version: Type.Integer(),
      }),
    }),
  },
  async handle({ path }, { store }) {
    const details = await conferenceDetails(store, path.conferenceId)
    const { activeParticipantCount, version, ...rest } = details
    return { ...rest, participantInfo: { activeParticipantCount, version } }
  },
})

function presentMeeting({ id, ephemeral, conferenceId, expiresMs }: VideoMeeting) {
  return {
    id,
    ephemeral,
    conferenceId,
    ...(expiresMs === undefined ? {} : { dateExpired: isoTime(expiresMs) }),
    selfUri: `${meetings}/${id}`,
  }
}
