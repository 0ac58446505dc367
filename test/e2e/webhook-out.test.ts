import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import platformClient from 'purecloud-platform-client-v2'
import type { StandInAnswer } from '../../src/connectors/stand-in.ts'
import { hurriedOutside } from '../clocks.ts'
import { type Desk, deskOf } from '../desk.ts'
import { eventually, type House, startHouse } from '../house.ts'
import { onBothStores } from '../stores.ts'
import { type Hooked, isSignedBy, startWebhook, type Webhook } from '../webhook.ts'

const secret = 'a-secret-of-some-length'

/** Texts that say how the webhook treats them: `<answer> x<times>`, and from then on 200. */
const script = /^(cut|hang|\d{3}) x(\d+)$/

/** Answers each text as it asks for, by how often it has come. */
function scripted(): (hooked: Hooked) => StandInAnswer {
  const seen = new Map<string, number>()
  return ({ body }) => {
    const [text, how = '', times = '0'] = script.exec(String(body['text'])) ?? []
    if (text === undefined) return { status: 200 }
    const count = (seen.get(text) ?? 0) + 1
    seen.set(text, count)
    if (count > Number(times)) return { status: 200 }
    return how === 'cut' || how === 'hang' ? how : { status: Number(how), body: 'No.' }
  }
}

onBothStores('the outbound webhook', (database) => {
  let house: House
  let webhook: Webhook
  let ada: Desk
  let program: Desk['conversations']
  let integrationId = ''
  let hangingId = ''

  before(async () => {
    webhook = await startWebhook(scripted())
    const url = await database()
    house = await startHouse({
      argv: ['--allow-private-networks', '127.0.0.0/8'],
      outside: hurriedOutside(20),
      ...(url === undefined ? {} : { database: url }),
    })
    program = new platformClient.ConversationsApi(await house.sdk())
    ada = await deskOf(house, 0)
    const setting = await house.call('POST', '/api/v2/conversations/messaging/settings', {
      body: { name: 'Typing', event: { typing: { on: { outbound: 'Enabled' } } } },
    })
    const made = await house.call('POST', '/api/v2/conversations/messaging/integrations/open', {
      body: {
        name: 'Scripted',
        outboundNotificationWebhookUrl: webhook.url,
        outboundNotificationWebhookSignatureSecretToken: secret,
        webhookHeaders: { 'X-Tenant': 'blue', 'X-Hub-Signature-256': 'forged' },
        messagingSetting: { id: setting.body.id },
      },
    })
    integrationId = made.body.id
    hangingId = await agentless('hang x1')
  })
  after(async () => {
    await house.close()
    await webhook.close()
  })

  /** Sends to a customer of its own, so that nothing waits for anything else. */
  async function agentless(textBody: string): Promise<string> {
    const sent = await program.postConversationsMessagesAgentless({
      fromAddress: integrationId,
      toAddress: `${textBody.replaceAll(' ', '-')}@example.net`,
      toAddressMessengerType: 'open',
      textBody,
    })
    return sent.id ?? ''
  }

  const statusOf = (id: string, wanted: string, timeoutMs = 15_000) =>
    eventually(
      `${id} is ${wanted}`,
      async () => {
        const path = `/api/v2/conversations/messages/${id}/details`
        const { body } = await house.call('GET', path)
        return body.status === wanted && body
      },
      timeoutMs,
    )

  async function attemptsOf(messageId: string) {
    const { body } = await house.call('GET', '/api/signalbox/deliveries?pageSize=100')
    const rows: readonly { id: string; messageId?: string }[] = body.entities
    const id = rows.find((row) => row.messageId === messageId)?.id
    const delivery = await house.call('GET', `/api/signalbox/deliveries/${id}`)
    const attempts: readonly { dateStarted: string; dateEnded: string; outcome: string }[] =
      delivery.body.attempts
    return attempts
  }

  async function seatWith(customer: string) {
    const posted = await program.postConversationsMessageInboundOpenMessage(
      integrationId,
      {
        channel: {
          messageId: `from-${customer}`,
          from: { id: customer, idType: 'Email' },
          time: new Date().toISOString(),
        },
        text: 'Hello',
      },
      { prefetchConversationId: true },
    )
    await ada.setRouting('IDLE')
    return ada.answer(posted.conversationId)
  }

  test('posts texts, typing and receipts as signed JSON with the integration’s own headers', async () => {
    const seat = await seatWith('kinds@example.net')
    await ada.conversations.postConversationsMessageCommunicationTyping(
      seat.conversationId,
      seat.communicationId,
      { typing: { type: 'On', duration: 4000 } },
    )
    const id = await ada.reply(seat, 'Ünïcode “text” 🍕')
    await statusOf(id, 'sent')
    const [text] = webhook.about(id)
    const [receipt] = webhook.about('from-kinds@example.net')
    const typing = webhook.received.find(({ body }) => body['type'] === 'Event')
    for (const hooked of [text, receipt, typing]) {
      assert.ok(hooked !== undefined)
      assert.ok(isSignedBy(secret, hooked))
      assert.match(hooked.headers['content-type'] ?? '', /^application\/json/)
      assert.equal(hooked.headers['x-tenant'], 'blue')
    }
    assert.equal(text?.body['text'], 'Ünïcode “text” 🍕')
    assert.deepEqual([text?.body['type'], text?.body['direction']], ['Text', 'Outbound'])
    assert.deepEqual([receipt?.body['type'], receipt?.body['status']], ['Receipt', 'Published'])
    assert.deepEqual(typing?.body['events'], [
      { eventType: 'Typing', typing: { type: 'On', duration: 4000 } },
    ])
    await ada.leave(seat)
  })

  test('repeats after 429, 5xx and a lost connection, five seconds apart, and then succeeds', async () => {
    const texts = ['429 x1', '500 x2', '503 x1', '504 x1', 'cut x2']
    const ids = await Promise.all(texts.map((text) => agentless(text)))
    for (const [index, id] of ids.entries()) {
      await statusOf(id, 'sent')
      const times = Number(script.exec(texts[index] ?? '')?.[2])
      assert.equal(webhook.about(id).length, times + 1, texts[index])
      const bodies = new Set(webhook.about(id).map(({ raw }) => raw.toString()))
      assert.equal(bodies.size, 1, 'a repeat has the same bytes')
      const attempts = await attemptsOf(id)
      assert.equal(attempts.length, times + 1)
      for (const [number, attempt] of attempts.slice(1).entries()) {
        const pauseMs =
          Date.parse(attempt.dateStarted) - Date.parse(attempts[number]?.dateEnded ?? '')
        assert.ok(pauseMs >= 5000 && pauseMs < 15_000, `${texts[index]}: ${pauseMs} ms`)
      }
    }
  })

  test('takes any other answer as final, after one post', async () => {
    for (const text of ['400 x9', '401 x9', '404 x9', '410 x9', '302 x9']) {
      const id = await agentless(text)
      const details = await statusOf(id, 'delivery-failed')
      assert.equal(webhook.about(id).length, 1, text)
      assert.equal(details.errorInfo?.code, 'GeneralError')
      assert.match(details.errorInfo?.message ?? '', new RegExp(text.slice(0, 3)))
    }
  })

  test('gives up after five repeats, says why, and the conversation lives on', async () => {
    const seat = await seatWith('alice@example.net')
    const id = await ada.reply(seat, '500 x99')
    const details = await statusOf(id, 'delivery-failed')
    assert.equal(webhook.about(id).length, 6)
    assert.equal(details.errorInfo?.code, 'ServerError')
    const view = await ada.conversations.getConversationsMessage(seat.conversationId)
    const shown = view.participants?.flatMap(({ messages }) => messages ?? [])
    const failed = shown?.find(({ messageId }) => messageId === id)
    assert.equal(failed?.messageStatus, 'delivery-failed')
    assert.equal(failed?.errorInfo?.code, 'ServerError')
    const next = await ada.reply(seat, 'Once more')
    await statusOf(next, 'sent')
    const agent = view.participants?.find((one) => one.id === seat.participantId)
    assert.equal(agent?.state, 'connected')
    await ada.leave(seat)
  })

  test('what waits behind a failing message of the same customer leaves after it, in order', async () => {
    const seat = await seatWith('order@example.net')
    const first = await ada.reply(seat, '503 x2')
    const second = await ada.reply(seat, 'afterwards')
    await statusOf(second, 'sent')
    const order = webhook.received.map(({ body }) => body['id'])
    assert.deepEqual(
      order.filter((id) => id === first || id === second),
      [first, first, first, second],
    )
    await ada.leave(seat)
  })

  test('ends a post that nobody answers after ten seconds, and repeats it', async () => {
    await statusOf(hangingId, 'sent', 20_000)
    const [first, second] = webhook.about(hangingId)
    const waitedMs = (second?.atMs ?? 0) - (first?.atMs ?? 0)
    assert.ok(waitedMs >= 9_500 && waitedMs < 20_000, `${waitedMs} ms`)
    assert.equal(webhook.about(hangingId).length, 2)
  })
})
