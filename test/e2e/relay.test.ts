import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { hubSignature } from '../../src/connectors/http.ts'
import { type Answer, eventually } from '../house.ts'
import { numbers, openStage, type Stage, webhookSecret } from '../stage.ts'
import { onBothStores } from '../stores.ts'

const handset = '+12025550101'
const [defaultSender, second, third] = ['+12025550160', '+12025550161', '+12025550162'] as const

/** What a platform posts to the relay; id and text are the same, so that the text can be found at Kaleyra. */
function aDocument(id: string, to: string) {
  return {
    id,
    channel: {
      id: 'integration',
      platform: 'Open',
      type: 'Private',
      messageId: id,
      to: { id: to, idType: 'Opaque' },
      from: { id: 'integration', idType: 'Opaque' },
      time: '2026-01-05T10:00:00.000Z',
    },
    type: 'Text',
    text: id,
    originatingEntity: 'Bot',
    direction: 'Outbound',
  }
}

onBothStores('the relay', (database) => {
  let stage: Stage

  before(async () => {
    const url = await database()
    stage = await openStage(url === undefined ? {} : { database: url })
    const senders = [numbers.kaleyraSender, second, third]
    await changeRelay({ defaultSender, senders })
  })
  after(async () => {
    assert.deepEqual(stage.kaleyra.complaints, [])
    await stage.close()
  })

  async function changeRelay(body: object): Promise<void> {
    const path = `/api/signalbox/relays/${stage.relayId}`
    const { status } = await stage.house.call('PUT', path, { body })
    assert.equal(status, 200)
  }

  function post(
    document: string,
    given: { signature?: string; query?: string; from?: string } = {},
  ): Promise<Answer> {
    const { signature = hubSignature(webhookSecret, Buffer.from(document)), from } = given
    const { organization } = stage.house.credentials
    return stage.house.call(
      'POST',
      `/relays/${organization.id}/${stage.relayId}${given.query ?? ''}`,
      {
        body: document,
        headers: {
          ...(signature === '' ? {} : { 'x-hub-signature-256': signature }),
          ...(from === undefined ? {} : { 'x-from': from }),
        },
      },
    )
  }

  const atKaleyra = (text: string) =>
    eventually(`Kaleyra takes “${text}”`, async () =>
      stage.kaleyra.sent.find(({ body }) => body === text),
    )

  /** Sends by the platform, agentless; gives back the message's id there. */
  async function agentless(toAddress: string, textBody: string): Promise<string> {
    const sent = await stage.program.postConversationsMessagesAgentless({
      fromAddress: stage.relayIntegrationId,
      toAddress,
      toAddressMessengerType: 'open',
      textBody,
    })
    return sent.id ?? ''
  }

  /** Waits until the platform has a message in that status. */
  const platformSays = (id: string, status: string) =>
    eventually(`the platform says ${status}`, async () => {
      const path = `/api/v2/conversations/messages/${id}/details`
      const { body } = await stage.house.call('GET', path)
      return body.status === status && body
    })

  /** What a refused call must leave as it was. */
  async function traces(): Promise<readonly number[]> {
    const status = await stage.house.call('GET', '/api/signalbox/status')
    const exchanges = await stage.house.call('GET', '/api/signalbox/exchanges?limit=500')
    const deliveries = await stage.house.call('GET', '/api/signalbox/deliveries')
    return [status.body.feedHead, exchanges.body.entities.length, deliveries.body.total]
  }

  /** Kaleyra brings always the same text. */
  const bringText = (token: string) =>
    stage.house.call('POST', `${new URL(stage.callback.url).pathname}/message`, {
      body: {
        id: 'mo-1',
        source: '+12025550190',
        recipient: third,
        message: 'Twice',
        timestamp: '2026-01-05T10:00:00Z',
      },
      headers: { 'x-callback-token': token },
    })

  test('refuses calls without a valid signature, and keeps nothing of them', async () => {
    const document = JSON.stringify(aDocument('forged', handset))
    const before = await traces()
    const signed = hubSignature(webhookSecret, Buffer.from(document))
    const hex = Buffer.from(signed.slice(7), 'base64').toString('hex')
    const forged = [
      '',
      'sha256=',
      hubSignature('another-secret-of-some-length', Buffer.from(document)),
      hubSignature(webhookSecret, Buffer.from(`${document} `)),
      `sha256=${hex}`,
      signed.slice('sha256='.length),
    ]
    for (const signature of forged) {
      const { status, body } = await post(document, { signature })
      assert.deepEqual([status, body.code], [401, 'invalid.signature'], signature)
      assert.match(body.message, /Base64/)
    }
    assert.deepEqual(await traces(), before)
    assert.deepEqual(stage.kaleyra.sent, [])
  })

  test('refuses texts without the account’s secret, and keeps nothing of them', async () => {
    const before = await traces()
    for (const token of ['', 'a-guess', stage.callback.token.slice(1)]) {
      const { status, body } = await bringText(token)
      assert.deepEqual([status, body.code], [401, 'invalid.signature'])
    }
    assert.deepEqual(await traces(), before)
  })

  test('takes the sender from the address, else the query, else the header, else its own', async () => {
    const query = `?from=${encodeURIComponent(second)}`
    const cases = [
      { id: 'by-address', to: `${handset}:${numbers.kaleyraSender}`, query, from: third },
      { id: 'by-query', to: handset, query, from: third },
      { id: 'by-header', to: handset, from: third },
      { id: 'by-default', to: handset },
    ]
    for (const { id, to, ...hints } of cases) {
      const { status } = await post(JSON.stringify(aDocument(id, to)), hints)
      assert.equal(status, 200)
    }
    const senders = []
    for (const { id } of cases) senders.push((await atKaleyra(id)).sender)
    assert.deepEqual(senders, [numbers.kaleyraSender, second, third, defaultSender])
  })

  test('sends a document that is posted twice only once', async () => {
    const document = JSON.stringify(aDocument('twice', handset))
    const answers = await Promise.all(Array.from({ length: 5 }, () => post(document)))
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200])
    await atKaleyra('twice')
    await post(JSON.stringify(aDocument('after-twice', handset)))
    await atKaleyra('after-twice') // the same lane: a second one would have left before it
    assert.equal(stage.kaleyra.sent.filter(({ body }) => body === 'twice').length, 1)
  })

  test('answers a sender that is not its own with a Failed receipt, MessageNotAllowed', async () => {
    const details = await platformSays(
      await agentless(`${handset}:+12025550199`, 'not ours'),
      'delivery-failed',
    )
    assert.equal(details.errorInfo.code, 'MessageNotAllowed')
    assert.match(details.errorInfo.message, /not one of the senders/)
    await changeRelay({ defaultSender: null })
    const nobody = await platformSays(await agentless(handset, 'of nobody'), 'delivery-failed')
    assert.equal(nobody.errorInfo.code, 'MessageNotAllowed')
    assert.match(nobody.errorInfo.message, /No sender is named/)
    await changeRelay({ defaultSender })
    assert.ok(!stage.kaleyra.sent.some(({ body }) => body === 'not ours' || body === 'of nobody'))
  })

  test('answers an address that is no number with a Failed receipt, InvalidDestination', async () => {
    const details = await platformSays(
      await agentless('alice@example.net', 'nowhere'),
      'delivery-failed',
    )
    assert.equal(details.errorInfo.code, 'InvalidDestination')
  })

  test('brings what Kaleyra reports to the platform', async () => {
    const address = `${handset}:${numbers.kaleyraSender}`
    const delivered = await agentless(address, 'will arrive')
    const sent = await atKaleyra('will arrive')
    await platformSays(delivered, 'sent')
    await stage.kaleyra.reportSent(sent.ref)
    await stage.kaleyra.reportDelivered(sent.ref)
    await platformSays(delivered, 'delivery-success')
    // The opt-out comes last: the consent ledger believes it, and nothing more leaves for that handset.
    for (const [trace, code] of [
      ['ABSENT-SUB', 'GeneralError'],
      ['INV-NUMBER', 'InvalidDestination'],
      ['SPAM', 'DataFiltered'],
      ['DND-NUMB', 'MessageNotAllowed'],
      ['EXPIRED', 'MessageExpired'],
      ['OPT-OUT', 'RecipientOptedOut'],
    ] as const) {
      const id = await agentless(address, `fails with ${trace}`)
      const { ref } = await atKaleyra(`fails with ${trace}`)
      assert.equal(await stage.kaleyra.reportUndelivered(ref, trace), 200)
      const details = await platformSays(id, 'delivery-failed')
      assert.equal(details.errorInfo.code, code, trace)
    }
    const held = await platformSays(await agentless(address, 'is held back'), 'delivery-failed')
    assert.equal(held.errorInfo.code, 'RecipientOptedOut')
    const start = { sender: numbers.kaleyraSender, handset, status: 'opted-in' }
    const { status } = await stage.house.call('POST', '/api/signalbox/consents', { body: start })
    assert.equal(status, 201)
  })

  test('does not send again what Kaleyra may have taken; its report settles it', async () => {
    stage.kaleyra.failNext('cut')
    const id = await agentless(`${handset}:${numbers.kaleyraSender}`, 'answer lost')
    const { ref } = await atKaleyra('answer lost')
    await eventually('the delivery is uncertain', async () => {
      const { body } = await stage.house.call('GET', '/api/signalbox/deliveries?state=uncertain')
      return body.total === 1
    })
    await stage.kaleyra.reportDelivered(ref)
    await platformSays(id, 'delivery-success')
    assert.equal(stage.kaleyra.sent.filter(({ body }) => body === 'answer lost').length, 1)
  })

  test('sends again what Kaleyra had no room for, when it asks to', async () => {
    stage.kaleyra.failNext('throttle')
    const startedMs = Date.now()
    await agentless(`${handset}:${numbers.kaleyraSender}`, 'throttled')
    await atKaleyra('throttled')
    assert.ok(Date.now() - startedMs >= 1000)
  })

  /** A customer writes to `to` at Kaleyra, and Ada answers: who the customer was, and how the answer left. */
  async function conversation(from: string, to: string) {
    const status = await stage.kaleyra.sendMessage({
      ...stage.callback,
      from,
      to,
      text: `to ${to} from ${from}`,
    })
    assert.equal(status, 200)
    const seat = await stage.ada.answer()
    const { address } = await stage.ada.conversations.getConversation(seat.conversationId)
    await stage.ada.reply(seat, `answer for ${from}`)
    const answer = await atKaleyra(`answer for ${from}`)
    await stage.ada.leave(seat)
    return { address, to: answer.to, sender: answer.sender }
  }

  test('brings a handset’s text to an agent, whose answer leaves from the number written to', async () => {
    await stage.ada.setRouting('IDLE')
    const from = '+12025550188'
    assert.deepEqual(await conversation(from, second), {
      address: `${from}:${second}`,
      to: from,
      sender: second,
    })
  })

  test('without composite addresses the customer is the number, and answers leave from its own', async () => {
    await changeRelay({ compositeFrom: false })
    const from = '+12025550189'
    assert.deepEqual(await conversation(from, second), {
      address: from,
      to: from,
      sender: defaultSender,
    })
  })

  test('takes a text that Kaleyra brings twice once', async () => {
    assert.equal((await bringText(stage.callback.token)).status, 200)
    assert.equal((await bringText(stage.callback.token)).status, 200)
    const seat = await stage.ada.answer()
    const { participants } = await stage.ada.conversations.getConversation(seat.conversationId)
    const customer = participants.find(({ purpose }) => purpose === 'customer')
    assert.equal(customer?.messages?.[0]?.messages?.length, 1)
    await stage.ada.leave(seat)
  })
})
