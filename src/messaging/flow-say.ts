import { currentLeg } from '../domain/conversation.ts'
import { isMessenger } from '../domain/message.ts'
import { smsCharactersMax } from '../domain/sms.ts'
import type { Store } from '../store/store.ts'
import { type AutoReply, answerByMail } from './flow-mail.ts'
import type { Messaging } from './messaging.ts'
import { fromAddress, openCharactersMax, sendMessage } from './send.ts'

/** Sends what a routing application says, by the way the customer came; why it was not sent, where it was not. */
export async function say(
  store: Store,
  reply: AutoReply,
  messaging: Messaging,
): Promise<string | undefined> {
  const { conversation, participantId, text } = reply
  if (conversation.channel === 'email') return answerByMail(store, reply, messaging)
  if (!isMessenger(conversation.channel) || text.trim() === '') return undefined
  const from = await fromAddress(store, conversation.channel, conversation.platformAddress)
  const charactersMax = from.type === 'sms' ? smsCharactersMax : openCharactersMax
  const participant = conversation.participants.find(({ id }) => id === participantId)
  const leg = participant === undefined ? undefined : currentLeg(participant)
  await sendMessage(
    store,
    {
      from,
      conversation,
      communicationId: leg?.id ?? '',
      originatingEntity: 'Bot',
      purpose: 'agent',
      // What a flow makes of variables may be longer than the channel takes; the customer still gets the beginning.
      text: text.slice(0, charactersMax),
      content: [],
    },
    messaging,
  )
  return undefined
}
