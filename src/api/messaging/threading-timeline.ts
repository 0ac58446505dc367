import Type from 'typebox'
import { AppError } from '../../errors.ts'
import { threadingMinutesDefault } from '../../messaging/ingest.ts'
import type { ThreadingTimeline } from '../../store/records.ts'
import { operation } from '../operation.ts'
import { changed, newRecord } from '../record-change.ts'

const path = '/api/v2/conversations/messaging/threadingtimeline'

/** The id of the organization's only timeline. */
export const timelineId = 'default'

const messengerTypes = [
  'sms',
  'facebook',
  'twitter',
  'whatsapp',
  'webmessaging',
  'instagram',
  'open',
  'apple',
] as const

const Settings = Type.Array(
  Type.Object({
    messengerType: Type.Enum(messengerTypes),
    timeoutInMinutes: Type.Integer({ minimum: 0, maximum: threadingMinutesDefault }),
  }),
)

const Timeline = Type.Object({ settings: Settings, defaultTimeoutMinutes: Type.Integer() })

export const getThreadingTimeline = operation({
  id: 'getConversationsMessagingThreadingtimeline',
  method: 'GET',
  path,
  summary: 'Reads for how long after its end a conversation is taken up again by the next message.',
  scopes: ['conversations', 'conversations:readonly'],
  permission: 'conversation:threadingTimeline:view',
  reply: { status: 200, schema: Timeline },
  examples: [{ title: 'The windows in force', input: {} }],
  async handle(_input, { store }) {
    const timeline = await store.records.get('threadingTimeline', timelineId)
    return present(timeline?.minutesByType ?? {})
  },
})

/** 0 begins a new conversation each time (vendor help on the messaging threading timeline). */
export const putThreadingTimeline = operation({
  id: 'putConversationsMessagingThreadingtimeline',
  method: 'PUT',
  path,
  summary:
    'Replaces all threading windows; a messenger type that is left out gets the default of 72 hours.',
  scopes: ['conversations'],
  permission: 'conversation:threadingTimeline:edit',
  input: { body: Type.Object({ settings: Settings }) },
  reply: { status: 200, schema: Timeline },
  examples: [
    {
      title: 'A day for open messaging',
      input: { body: { settings: [{ messengerType: 'open', timeoutInMinutes: 1440 }] } },
    },
  ],
  async handle({ body: { settings } }, context) {
    const minutesByType = Object.fromEntries(
      settings.map(({ messengerType, timeoutInMinutes }) => [messengerType, timeoutInMinutes]),
    )
    if (Object.keys(minutesByType).length < settings.length) {
      throw new AppError('bad.request', 'Each messenger type can stand in settings only once.', {
        details: [{ errorCode: 'bad.request', fieldName: 'settings' }],
      })
    }
    await context.store.transaction(async (store) => {
      const before = await store.records.get('threadingTimeline', timelineId)
      if (before === undefined) {
        const timeline: ThreadingTimeline = {
          ...newRecord('Threading timeline', context),
          id: timelineId,
          minutesByType,
        }
        await store.records.add('threadingTimeline', timeline)
      } else {
        await store.records.save('threadingTimeline', changed(before, { minutesByType }, context))
      }
    })
    return present(minutesByType)
  },
})

function present(minutesByType: Readonly<Record<string, number>>) {
  return {
    id: timelineId,
    settings: messengerTypes.flatMap((messengerType) => {
      const timeoutInMinutes = minutesByType[messengerType]
      return timeoutInMinutes === undefined ? [] : [{ messengerType, timeoutInMinutes }]
    }),
    defaultTimeoutMinutes: threadingMinutesDefault,
  }
}
