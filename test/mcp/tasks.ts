import assert from 'node:assert/strict'
import { eventually } from '../house.ts'
import { ours } from '../mail-house.ts'
import type { Seat, TaskBed } from './task-bed.ts'

/** What an agent is asked to do, done tool by tool, with the end state looked at from outside. */
export interface Task {
  readonly title: string
  run(bed: TaskBed): Promise<void>
}

async function conversationOf(bed: TaskBed, { conversationId }: Pick<Seat, 'conversationId'>) {
  const { body } = await bed.mail.house.call('GET', `/api/v2/conversations/${conversationId}`)
  return body
}

async function participantOf(bed: TaskBed, seat: Seat) {
  const conversation = await conversationOf(bed, seat)
  return conversation.participants.find((one: { id: string }) => one.id === seat.participantId)
}

function has(words: unknown, part: string): void {
  assert.ok(JSON.stringify(words).includes(part), `${part} is not in ${JSON.stringify(words)}`)
}

const reply = (bed: TaskBed, { conversationId, communicationId }: Seat, more: object) =>
  bed.agent.done('post_message_communication_messages', {
    conversationId,
    communicationId,
    ...more,
  })

const leave = (bed: TaskBed, { conversationId, participantId }: Seat) =>
  bed.agent.done('patch_message_participant', {
    conversationId,
    participantId,
    state: 'disconnected',
  })

/** Texts, open messages and templates. */
export const messageTasks: readonly Task[] = [
  {
    title: 'find the waiting customer',
    async run(bed) {
      const { conversationId } = await bed.customer()
      const { entities } = await bed.agent.done('get_messages', { fields: ['id'] })
      has(entities, conversationId)
    },
  },
  {
    title: 'answer the waiting customer',
    async run(bed) {
      const seat = await bed.seated()
      assert.equal((await participantOf(bed, seat)).messages.at(-1).state, 'connected')
      await leave(bed, seat)
    },
  },
  {
    title: 'read what the customer wrote',
    async run(bed) {
      const seat = await bed.seated('My kettle leaks.')
      const uri = `signalbox://conversations/${seat.conversationId}/transcript`
      const { result } = await bed.agent.rpc('resources/read', { uri })
      has(result.contents[0].text, 'My kettle leaks.')
      await leave(bed, seat)
    },
  },
  {
    title: 'show that somebody types',
    async run(bed) {
      const seat = await bed.seated()
      const { conversationId, communicationId } = seat
      const typing = { type: 'On' }
      const args = { conversationId, communicationId, typing }
      await bed.agent.done('post_message_communication_typing', args)
      await leave(bed, seat)
    },
  },
  {
    title: 'reply to the customer',
    async run(bed) {
      const seat = await bed.seated()
      const sent = await reply(bed, seat, { textBody: 'It left on Friday.' })
      const path = `/api/v2/conversations/messages/${seat.conversationId}/messages/${sent.id}`
      const { body } = await bed.mail.house.call('GET', path)
      assert.equal(body.textBody, 'It left on Friday.')
      await leave(bed, seat)
    },
  },
  {
    title: 'reply with a prepared answer',
    async run(bed) {
      const seat = await bed.seated()
      const messagingTemplate = {
        responseId: bed.responseId,
        parameters: [{ id: 'number', value: '4711' }],
      }
      const sent = await reply(bed, seat, { messagingTemplate, textBody: '' })
      has(sent, '4711')
      await leave(bed, seat)
    },
  },
  {
    title: 'get an address to upload a file to',
    async run(bed) {
      const seat = await bed.seated()
      const { conversationId, communicationId } = seat
      const args = { conversationId, communicationId, fileName: 'a.png', contentLengthBytes: 10 }
      const upload = await bed.agent.done('post_message_communication_messages_media_uploads', args)
      has(upload, 'http')
      const { entities } = await bed.agent.done('get_message_communication_messages_media', {
        conversationId,
        communicationId,
      })
      assert.ok(Array.isArray(entities))
      await leave(bed, seat)
    },
  },
  {
    title: 'note something about the customer',
    async run(bed) {
      const seat = await bed.seated()
      const { conversationId, participantId } = seat
      const attributes = { order: '4711' }
      await bed.agent.done('patch_message_participant_attributes', {
        conversationId,
        participantId,
        attributes,
      })
      assert.equal((await participantOf(bed, seat)).attributes.order, '4711')
      await leave(bed, seat)
    },
  },
  {
    title: 'park a conversation and take it back',
    async run(bed) {
      const seat = await bed.seated()
      const { conversationId, participantId } = seat
      for (const state of ['parked', 'connected']) {
        await bed.agent.done('patch_message_participant', { conversationId, participantId, state })
        assert.equal((await participantOf(bed, seat)).messages.at(-1).state, state)
      }
      await leave(bed, seat)
    },
  },
  {
    title: 'list the wrap-up codes',
    async run(bed) {
      const { conversationId, participantId, ...seat } = await bed.seated()
      const { entities } = await bed.agent.done('get_message_participant_wrapupcodes', {
        conversationId,
        participantId,
      })
      has(entities, bed.wrapupCodeId)
      await leave(bed, { conversationId, participantId, ...seat })
    },
  },
  {
    title: 'end the conversation and wrap it up',
    async run(bed) {
      const seat = await bed.seated()
      await leave(bed, seat)
      const { conversationId, participantId, communicationId } = seat
      await bed.agent.done('post_message_participant_communication_wrapup', {
        ...{ conversationId, participantId, communicationId },
        code: bed.wrapupCodeId,
        notes: 'Done by tools.',
      })
      const kept = await bed.agent.done('get_message_participant_wrapup', {
        conversationId,
        participantId,
      })
      has(kept, 'Done by tools.')
    },
  },
  {
    title: 'transfer to the queue with a wrap-up',
    async run(bed) {
      const seat = await bed.seated()
      const { conversationId, participantId, communicationId } = seat
      const args = { conversationId, participantId, queueId: bed.queueId }
      await bed.agent.done('post_message_participant_replace', args)
      await bed.agent.done('post_message_participant_communication_wrapup', {
        ...{ conversationId, participantId, communicationId },
        code: bed.wrapupCodeId,
      })
      const { participants } = await conversationOf(bed, seat)
      const queues = participants.filter((one: { purpose: string }) => one.purpose === 'acd')
      assert.equal(queues.length, 2)
    },
  },
  {
    title: 'transfer to a colleague',
    async run(bed) {
      const seat = await bed.seated()
      const { conversationId, participantId } = seat
      const args = { conversationId, participantId, userId: bed.otherUserId }
      await bed.agent.done('post_message_participant_replace', args)
      has((await conversationOf(bed, seat)).participants, bed.otherUserId)
    },
  },
  {
    title: 'end the whole conversation',
    async run(bed) {
      const seat = await bed.seated()
      const { conversationId } = seat
      const args = { conversationId, state: 'disconnected', participants: [], startTime: '' }
      await bed.agent.done('patch_message', args)
      assert.ok((await conversationOf(bed, seat)).endTime !== undefined)
    },
  },
  {
    title: 'send a text without an agent',
    async run(bed) {
      const sent = await bed.agent.done('post_messages_agentless', {
        fromAddress: '+12025550142',
        toAddress: '+12025550111',
        toAddressMessengerType: 'sms',
        textBody: 'Your parcel is here.',
      })
      has(sent, 'Your parcel is here.')
    },
  },
  {
    title: 'send a template without an agent',
    async run(bed) {
      const sent = await bed.agent.done('post_messages_agentless', {
        fromAddress: '+12025550142',
        toAddress: '+12025550112',
        toAddressMessengerType: 'sms',
        messagingTemplate: {
          responseId: bed.responseId,
          parameters: [{ id: 'number', value: '42' }],
        },
      })
      assert.ok(sent.id)
    },
  },
  {
    title: 'send once however often it is asked for',
    async run(bed) {
      const args = {
        fromAddress: '+12025550142',
        toAddress: '+12025550113',
        toAddressMessengerType: 'sms',
        textBody: 'Only once.',
        idempotencyKey: crypto.randomUUID(),
      }
      const first = await bed.agent.done('post_messages_agentless', args)
      const second = await bed.agent.done('post_messages_agentless', args)
      assert.equal(first.id, second.id)
    },
  },
  {
    title: 'look before sending',
    async run(bed) {
      const before = await bed.mail.house.call('GET', '/api/signalbox/deliveries')
      const { answer } = await bed.agent.call('post_messages_agentless', {
        fromAddress: '+12025550142',
        toAddress: '+12025550114',
        toAddressMessengerType: 'sms',
        textBody: 'Not yet.',
        dryRun: true,
      })
      assert.equal(answer.request.body.textBody, 'Not yet.')
      const after = await bed.mail.house.call('GET', '/api/signalbox/deliveries')
      assert.equal(after.body.total, before.body.total)
    },
  },
  {
    title: 'take a message in from an open platform',
    async run(bed) {
      const taken = await bed.client.done('post_message_inbound_open_message', {
        integrationId: bed.mail.house.credentials.integration.id,
        prefetchConversationId: true,
        channel: openChannel('tool-1'),
        text: 'Taken in by a tool.',
      })
      const { body } = await bed.mail.house.call(
        'GET',
        `/api/v2/conversations/${taken.conversationId}`,
      )
      assert.equal(body.participants[0].purpose, 'customer')
    },
  },
  {
    title: 'find the integration to write from',
    async run(bed) {
      const { entities } = await bed.client.done('get_messaging_integrations', {
        fields: ['id', 'name'],
        pageSize: 5,
      })
      assert.deepEqual(Object.keys(entities[0]), ['id', 'name'])
    },
  },
]

function openChannel(id: string) {
  return { from: { id, idType: 'Opaque' }, time: new Date().toISOString(), messageId: id }
}

const draftOf = (textBody: string) => ({
  from: { email: ours },
  to: [{ email: 'customer@example.org' }],
  subject: 'Re: My order',
  textBody,
})

/** E-mail: conversations, drafts, replies. */
export const emailTasks: readonly Task[] = [
  {
    title: 'find the waiting e-mail',
    async run(bed) {
      const { conversationId } = await bed.mailed()
      const { entities } = await bed.agent.done('get_emails', { fields: ['id'] })
      has(entities, conversationId)
    },
  },
  {
    title: 'read the e-mail',
    async run(bed) {
      const { conversationId } = await bed.mailed('The box was empty.')
      const { entities } = await bed.agent.done('get_email_messages', { conversationId })
      const messageId = entities[0].id
      const mail = await bed.agent.done('get_email_message', { conversationId, messageId })
      has(mail, 'The box was empty.')
    },
  },
  {
    title: 'write a draft and read it again',
    async run(bed) {
      const { conversationId } = await bed.mailed()
      await bed.agent.done('put_email_messages_draft', {
        conversationId,
        ...draftOf('We are looking into it.'),
      })
      has(await bed.agent.done('get_email_messages_draft', { conversationId }), 'looking into it')
    },
  },
  {
    title: 'begin a draft anew',
    async run(bed) {
      const { conversationId } = await bed.mailed()
      const args = { conversationId, ...draftOf('Away with this.') }
      await bed.agent.done('put_email_messages_draft', args)
      await bed.agent.done('patch_email_messages_draft', { conversationId, discard: true })
      const draft = await bed.agent.done('get_email_messages_draft', { conversationId })
      assert.ok(!JSON.stringify(draft).includes('Away with this.'))
    },
  },
  {
    title: 'send the reply',
    async run(bed) {
      const { conversationId } = await bed.mailed()
      const to = [{ email: `reader-${conversationId}@example.org` }]
      const args = { conversationId, ...draftOf('It is on its way.'), to }
      await bed.agent.done('post_email_messages', args)
      const mail = await bed.mail.captured(`reader-${conversationId}@example.org`)
      has(mail.raw, 'It is on its way.')
    },
  },
  {
    title: 'see how large an e-mail may be',
    async run(bed) {
      const { conversationId } = await bed.mailed()
      assert.ok(await bed.agent.done('get_email_settings', { conversationId }))
    },
  },
  {
    title: 'park an e-mail and take it back',
    async run(bed) {
      const seat = await bed.mailed()
      const { conversationId, participantId } = seat
      for (const state of ['parked', 'connected']) {
        const args = { conversationId, participantId, state }
        await bed.agent.done('patch_email_participant_parkingstate', args)
        await eventually(state, async () => {
          const { emails } = await participantOf(bed, seat)
          return emails.at(-1).state === state
        })
      }
    },
  },
  {
    title: 'end an e-mail and wrap it up',
    async run(bed) {
      const seat = await bed.mailed()
      const { conversationId, participantId, communicationId } = seat
      const own = { conversationId, participantId }
      await bed.agent.done('patch_email_participant', { ...own, state: 'disconnected' })
      await bed.agent.done('post_email_participant_communication_wrapup', {
        ...own,
        communicationId,
        code: bed.wrapupCodeId,
        notes: 'Closed by tools.',
      })
      has(await bed.agent.done('get_email_participant_wrapup', own), 'Closed by tools.')
    },
  },
  {
    title: 'write to a customer by e-mail without an agent',
    async run(bed) {
      await bed.agent.done('post_emails_agentless', {
        senderType: 'Outbound',
        fromAddress: { email: ours },
        toAddresses: [{ email: 'alone@example.org' }],
        subject: 'News',
        textBody: 'Your order left.',
      })
      has((await bed.mail.captured('alone@example.org')).raw, 'Your order left.')
    },
  },
  {
    title: 'transfer an e-mail to the queue',
    async run(bed) {
      const seat = await bed.mailed()
      const { conversationId, participantId } = seat
      const args = { conversationId, participantId, queueId: bed.queueId }
      await bed.agent.done('post_email_participant_replace', args)
      const { participants } = await conversationOf(bed, seat)
      const queues = participants.filter((one: { purpose: string }) => one.purpose === 'acd')
      assert.equal(queues.length, 2)
    },
  },
]

/** All of them. */
export const tasks: readonly Task[] = [...messageTasks, ...emailTasks]
