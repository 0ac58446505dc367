import { isLive, videoThreadKey } from '../domain/conversation.ts'
import { AppError } from '../errors.ts'
import type { VideoMeeting } from '../store/records.ts'
import type { Store, Timer } from '../store/store.ts'
import type { Messaging } from './messaging.ts'

const dayMs = 86_400_000

/** Days that an ephemeral meeting id lives where nothing else is asked. Guess: the vendor documents no default. */
const ephemeralDays = 1

/** What a meeting id is asked for with (vendor model `GenerateMeetingIdRequest`). */
export interface MeetingRequest {
  readonly conferenceId?: string | undefined
  readonly ephemeral: boolean
  readonly expireTimeDays?: number | undefined
}

/**
 * Makes a meeting id for a video conference, and a conference id where none is given. It ends after the days asked
 * for; an ephemeral one after a day, another one never, unless days are asked for (Guess: no default is documented).
 */
export async function makeMeeting(
  store: Store,
  request: MeetingRequest,
  { outside }: Messaging,
): Promise<VideoMeeting> {
  const nowMs = outside.clock.now()
  const days = request.expireTimeDays ?? (request.ephemeral ? ephemeralDays : undefined)
  const id = outside.ids.uuid()
  const meeting: VideoMeeting = {
    id,
    name: id,
    version: 1,
    createdMs: nowMs,
    modifiedMs: nowMs,
    conferenceId: request.conferenceId ?? outside.ids.uuid(),
    ephemeral: request.ephemeral,
    ...(days === undefined ? {} : { expiresMs: nowMs + days * dayMs }),
  }
  await store.transaction(async (store) => {
    await store.records.add('videoMeeting', meeting)
    if (meeting.expiresMs === undefined) return
    await store.timers.set({
      id: `meeting:${id}`,
      dueMs: meeting.expiresMs,
      kind: 'meeting',
      body: { meetingId: id },
    })
  })
  return meeting
}

/** The meeting of that id; `not.found` when there is none or its time is over (Guess: the vendor's answer is not documented). */
export async function findMeeting(
  store: Store,
  id: string,
  { outside }: Messaging,
): Promise<VideoMeeting> {
  const meeting = await store.records.get('videoMeeting', id)
  const isOver = (meeting?.expiresMs ?? Number.POSITIVE_INFINITY) <= outside.clock.now()
  if (meeting !== undefined && !isOver) return meeting
  throw new AppError('not.found', 'There is no meeting {id}, or its time is over.', {
    params: { id },
    details: [{ errorCode: 'not.found', entityId: id, entityName: 'meeting' }],
  })
}

/** A meeting's time is over: its record goes. */
export async function meetingRanOut(store: Store, timer: Timer): Promise<void> {
  await store.records.remove('videoMeeting', String(timer.body['meetingId']))
}

/** A conference and who is in it now (vendor model `VideoConferenceDetails`). */
export interface ConferenceDetails {
  readonly conferenceId: string
  readonly conversationId?: string
  readonly activeParticipantCount: number
  /** Grows with every change of the conversation. */
  readonly version: number
}

/** Who is in a conference now: its customer and its agents that are connected. `not.found` when it was never held. */
export async function conferenceDetails(
  store: Store,
  conferenceId: string,
): Promise<ConferenceDetails> {
  const conversation = await store.conversations.byThread(videoThreadKey(conferenceId))
  if (conversation !== undefined) {
    const inside = conversation.participants.filter(
      (one) =>
        isLive(one) && one.purpose !== 'acd' && one.communications.at(-1)?.state !== 'alerting',
    )
    return {
      conferenceId,
      conversationId: conversation.id,
      activeParticipantCount: inside.length,
      version: conversation.version,
    }
  }
  throw new AppError('not.found', 'There is no video conference {id}.', {
    params: { id: conferenceId },
    details: [{ errorCode: 'not.found', entityId: conferenceId, entityName: 'conference' }],
  })
}
