import { eventually } from '../test/house.ts'
import { numbers, type Stage, webhookSecret } from '../test/stage.ts'
import { isSignedBy } from '../test/webhook.ts'
import type { Narrator } from './narrator.ts'

/** The chapters of the demo, in the order in which they are told. */
export const chapters: readonly {
  readonly title: string
  readonly tell: (stage: Stage, narrator: Narrator) => Promise<void>
}[] = [
  { title: 'A text from a handset reaches an agent, and her answer the handset', tell: smsStory },
  { title: 'Open messaging: a customer writes, an agent answers', tell: openStory },
  { title: 'Agentless: by open messaging and by SMS', tell: agentlessStory },
  { title: 'The relay: “to:from” goes out through Kaleyra', tell: relayOutStory },
  {
    title: 'The relay: a text at Kaleyra reaches the agent, and her answer the handset',
    tell: relayInStory,
  },
]

async function smsStory(stage: Stage, narrator: Narrator): Promise<void> {
  const { house, ada } = stage
  const sender = house.credentials.sender.address
  const handset = numbers.customer
  narrator.say(`${handset} writes to ${sender}: “Where is my order?”`)
  const { body } = await house.call('POST', '/api/signalbox/handset/messages', {
    body: { from: handset, to: sender, text: 'Where is my order?' },
  })
  narrator.check(`the server took it once: ${body.taken}`, String(body.taken) === 'message')
  const seat = await ada.answer()
  narrator.check('Ada is alerted and answers', seat.communicationId !== '')
  const generic = await ada.conversations.getConversation(seat.conversationId)
  const customer = generic.participants.find(({ purpose }) => purpose === 'customer')
  const inboundId = customer?.messages?.[0]?.messages?.[0]?.messageId ?? ''
  const replyId = await ada.reply(seat, 'It leaves today.')
  const onHandset = await handsetText(stage, handset, 'It leaves today.')
  narrator.check(
    `her answer is on the handset, from ${onHandset.sender}`,
    onHandset.sender === sender,
  )
  await settled(stage, replyId, narrator)
  await ada.leave(seat)
  await narrator.timeline(house, inboundId)
  await narrator.timeline(house, replyId)
}

async function openStory(stage: Stage, narrator: Narrator): Promise<void> {
  const { ada, program, webhook, ownIntegrationId, house } = stage
  const customer = { id: 'alice@example.net', idType: 'Email', firstName: 'Alice' }
  const posted = await program.postConversationsMessageInboundOpenMessage(
    ownIntegrationId,
    {
      channel: { messageId: 'demo-1', from: customer, time: new Date().toISOString() },
      text: 'Do you ship abroad?',
    },
    { prefetchConversationId: true },
  )
  narrator.say(`alice@example.net writes; conversation ${posted.conversationId}`)
  const seat = await ada.answer(posted.conversationId)
  const replyId = await ada.reply(seat, 'Yes, “everywhere” ✓')
  const hooked = await eventually('the answer reaches the webhook', async () =>
    webhook.about(replyId).at(0),
  )
  narrator.check('the webhook got the answer', hooked.body['text'] === 'Yes, “everywhere” ✓')
  narrator.check('its signature fits its bytes', isSignedBy(webhookSecret, hooked))
  narrator.check('the customer’s message was confirmed', webhook.about('demo-1').length === 1)
  await program.postConversationsMessageInboundOpenReceipt(ownIntegrationId, {
    id: replyId,
    channel: { to: { id: customer.id }, time: new Date().toISOString() },
    status: 'Delivered',
    isFinalReceipt: true,
  } as Parameters<typeof program.postConversationsMessageInboundOpenReceipt>[1])
  await settled(stage, replyId, narrator)
  await ada.leave(seat)
  await narrator.timeline(house, posted.id ?? '')
  await narrator.timeline(house, replyId)
}

async function agentlessStory(stage: Stage, narrator: Narrator): Promise<void> {
  const { house, program, webhook, ownIntegrationId } = stage
  const open = await program.postConversationsMessagesAgentless({
    fromAddress: ownIntegrationId,
    toAddress: 'bob@example.net',
    toAddressMessengerType: 'open',
    textBody: 'Your parcel is here',
  })
  const hooked = await eventually('the message reaches the webhook', async () =>
    webhook.about(open.id).at(0),
  )
  narrator.check('the webhook got the open message', isSignedBy(webhookSecret, hooked))
  const sms = await program.postConversationsMessagesAgentless({
    fromAddress: house.credentials.sender.address,
    toAddress: '+12025550177',
    toAddressMessengerType: 'sms',
    textBody: 'Your code is 1234',
  })
  const text = await handsetText(stage, '+12025550177', 'Your code is 1234')
  narrator.check('the handset got the SMS', text.sender === house.credentials.sender.address)
  await settled(stage, sms.id ?? '', narrator)
  await narrator.timeline(house, open.id ?? '')
  await narrator.timeline(house, sms.id ?? '')
}

async function relayOutStory(stage: Stage, narrator: Narrator): Promise<void> {
  const { house, program, kaleyra, relayIntegrationId } = stage
  const toAddress = `${numbers.customer}:${numbers.kaleyraSender}`
  narrator.say(`agentless open message to ${toAddress}`)
  const sent = await program.postConversationsMessagesAgentless({
    fromAddress: relayIntegrationId,
    toAddress,
    toAddressMessengerType: 'open',
    textBody: 'Grüße by Kaleyra ✓',
  })
  const taken = await eventually('Kaleyra takes the text', async () =>
    kaleyra.sent.find(({ body }) => body === 'Grüße by Kaleyra ✓'),
  )
  narrator.check(`Kaleyra got it for ${taken.to}`, taken.to === numbers.customer)
  narrator.check(`from ${taken.sender}`, taken.sender === numbers.kaleyraSender)
  const status = await kaleyra.reportDelivered(taken.ref)
  narrator.check(`Kaleyra’s delivery report is answered ${status}`, status === 200)
  await settled(stage, sent.id ?? '', narrator)
  await narrator.timeline(house, sent.id ?? '')
}

async function relayInStory(stage: Stage, narrator: Narrator): Promise<void> {
  const { house, ada, kaleyra, callback } = stage
  const status = await kaleyra.sendMessage({
    ...callback,
    from: '+12025550188',
    to: numbers.kaleyraSender,
    text: 'Is anybody there?',
  })
  narrator.check(`Kaleyra’s callback is answered ${status}`, status === 200)
  const seat = await ada.answer()
  narrator.check('Ada is alerted and answers', seat.communicationId !== '')
  const replyId = await ada.reply(seat, 'Always.')
  const taken = await eventually('Kaleyra takes the answer', async () =>
    kaleyra.sent.find(({ body }) => body === 'Always.'),
  )
  narrator.check(`the answer goes to ${taken.to}`, taken.to === '+12025550188')
  narrator.check(`and from the number he wrote to`, taken.sender === numbers.kaleyraSender)
  await kaleyra.reportSent(taken.ref)
  await kaleyra.reportDelivered(taken.ref)
  await settled(stage, replyId, narrator)
  await ada.leave(seat)
  await narrator.timeline(house, replyId)
}

/** Waits for a text of ours on a handset. */
async function handsetText(
  { house }: Stage,
  handset: string,
  text: string,
): Promise<{ readonly sender: string }> {
  const path = `/api/signalbox/handset/messages?handset=${encodeURIComponent(handset)}`
  return eventually(`“${text}” is on the handset`, async () => {
    const { body } = await house.call('GET', path)
    const texts: readonly { direction: string; sender: string; text: string }[] = body.entities
    return texts.find((one) => one.direction === 'to-handset' && one.text === text)
  })
}

/** Waits for the last receipt of a message at the platform. */
async function settled({ program }: Stage, id: string, narrator: Narrator): Promise<void> {
  const status = await eventually('the receipt is at the platform', async () => {
    const details = await program.getConversationsMessageDetails(id)
    return details.status === 'delivery-success' && details.status
  })
  narrator.check(`the platform says ${status}`, status === 'delivery-success')
}
