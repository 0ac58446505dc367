import Type, { type Static } from 'typebox'
import type { Context } from '../../context.ts'
import type { CustomerIdentity } from '../../domain/conversation.ts'
import { type ChannelOpening, openOnChannel } from '../../messaging/channel-open.ts'
import { findMeeting } from '../../messaging/video-meetings.ts'
import { around } from '../conversations/around.ts'
import { presentConversation } from '../conversations/present.ts'
import { GenericConversation } from '../conversations/schema.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'

const path = '/api/signalbox/conversations'
const permission = 'signalbox:conversations:edit'
const reply = { status: 201, schema: GenericConversation } as const
const Text = Type.String({ minLength: 1, maxLength: 200 })

/** Who the customer is and where it goes; to the organization's only queue unless said. */
const opening = {
  customerId: Text,
  customerName: Type.Optional(Text),
  queueId: Type.Optional(Id),
  userId: Type.Optional(Id),
  attributes: Type.Optional(
    Type.Record(Type.String(), Type.String({ maxLength: 32_000 }), { maxProperties: 500 }),
  ),
}

const Opening = Type.Object(opening)

async function opened(
  body: Static<typeof Opening>,
  on: Pick<ChannelOpening, 'channel' | 'facts'>,
  { store, messaging }: Context,
) {
  const { customerId: id, customerName: nickname, queueId, userId, attributes = {} } = body
  const customer: CustomerIdentity = {
    id,
    idType: 'Opaque',
    ...(nickname === undefined ? {} : { nickname }),
  }
  const wish = { ...on, customer, queueId, userId, attributes }
  const conversation = await openOnChannel(store, wish, messaging)
  return presentConversation(conversation, await around(store, conversation))
}

export const signalboxOpenCobrowse = operation({
  id: 'signalboxOpenCobrowse',
  method: 'POST',
  path: `${path}/cobrowsesessions`,
  summary:
    'Opens a cobrowse conversation, whose pages another system shows, and routes it to a queue or a user.',
  permission,
  input: {
    body: Type.Object({
      ...opening,
      sessionId: Type.Optional(Text),
      viewerUrl: Type.Optional(Type.String({ pattern: '^https?://', maxLength: 2000 })),
    }),
  },
  reply,
  examples: [{ title: 'A page to look at', input: { body: { customerId: 'visitor-1' } } }],
  handle({ body }, context) {
    const { sessionId = context.outside.ids.uuid(), viewerUrl } = body
    const cobrowse = { sessionId, ...(viewerUrl === undefined ? {} : { viewerUrl }) }
    return opened(body, { channel: 'cobrowse', facts: { cobrowse } }, context)
  },
})

export const signalboxOpenSocial = operation({
  id: 'signalboxOpenSocial',
  method: 'POST',
  path: `${path}/socials`,
  summary: 'Opens a conversation about a social post, and routes it to a queue or a user.',
  permission,
  input: {
    body: Type.Object({
      ...opening,
      socialMediaId: Text,
      socialMediaHub: Text,
      socialUserName: Text,
      previewText: Type.String({ maxLength: 2000 }),
    }),
  },
  reply,
  examples: [
    {
      title: 'A public complaint',
      input: {
        body: {
          customerId: 'jo',
          socialMediaId: 'post-1',
          socialMediaHub: 'example',
          socialUserName: '@jo',
          previewText: 'Nobody answers the phone.',
        },
      },
    },
  ],
  handle({ body }, context) {
    const { socialMediaId, socialMediaHub, socialUserName, previewText } = body
    const social = {
      mediaId: socialMediaId,
      hub: socialMediaHub,
      userName: socialUserName,
      previewText,
    }
    return opened(body, { channel: 'social', facts: { social } }, context)
  },
})

export const signalboxOpenVideo = operation({
  id: 'signalboxOpenVideo',
  method: 'POST',
  path: `${path}/videos`,
  summary:
    'Opens a video conversation in a conference, named by itself or by a meeting id, and routes it to a queue or a user.',
  permission,
  input: {
    body: Type.Object({
      ...opening,
      conferenceId: Type.Optional(Text),
      meetingId: Type.Optional(Id),
    }),
  },
  reply,
  examples: [{ title: 'A call with a new conference', input: { body: { customerId: 'jo' } } }],
  async handle({ body }, context) {
    const { store, messaging, outside } = context
    const meeting =
      body.meetingId === undefined ? undefined : await findMeeting(store, body.meetingId, messaging)
    const conferenceId = meeting?.conferenceId ?? body.conferenceId ?? outside.ids.uuid()
    return opened(body, { channel: 'video', facts: { video: { conferenceId } } }, context)
  },
})
