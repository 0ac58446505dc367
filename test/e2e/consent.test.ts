import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually, type House, startHouse } from '../house.ts'
import { onBothStores } from '../stores.ts'

onBothStores('consent', (database) => {
  let house: House
  before(async () => {
    const url = await database()
    house = await startHouse(url === undefined ? {} : { database: url })
  })
  after(() => house.close())

  const sender = () => house.credentials.sender.address
  const send = async (textBody: string, handset: string) => {
    const answer = await house.call('POST', '/api/v2/conversations/messages/agentless', {
      body: {
        fromAddress: sender(),
        toAddress: handset,
        toAddressMessengerType: 'sms',
        textBody,
      },
    })
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    return String(answer.body.id)
  }
  const write = (text: string, handset: string) =>
    house.call('POST', '/api/signalbox/handset/messages', {
      body: { from: handset, to: sender(), text },
    })
  const shown = async (handset: string): Promise<readonly string[]> => {
    const query = `handset=${encodeURIComponent(handset)}`
    const { body } = await house.call('GET', `/api/signalbox/handset/messages?${query}`)
    return body.entities
      .filter((one: { direction: string }) => one.direction === 'to-handset')
      .map((one: { text: string }) => one.text)
  }
  const fateOf = (messageId: string) =>
    eventually('the text is over', async () => {
      const path = `/api/v2/conversations/messages/${messageId}/details`
      const { body } = await house.call('GET', path)
      return body.status === 'delivery-failed' || body.status === 'delivery-success' ? body : false
    })

  test('STOP is answered, holds back every text, and START lifts it', async () => {
    const handset = '+12025550171'
    await fateOf(await send('before', handset))
    assert.equal((await write('Stop!', handset)).status, 200)
    await eventually('the answer arrives', async () =>
      (await shown(handset)).some((text) => text.includes('unsubscribed')),
    )
    const blocked = await send('while opted out', handset)
    const fate = await fateOf(blocked)
    assert.equal(fate.status, 'delivery-failed')
    assert.equal(fate.errorInfo.code, 'RecipientOptedOut')
    const timeline = await house.call('GET', `/api/signalbox/messages/${blocked}/timeline`)
    assert.match(JSON.stringify(timeline.body), /opted out of texts from this sender/)
    assert.doesNotMatch(JSON.stringify(timeline.body), /handed to|Taken by/, 'nothing left')
    await write('START', handset)
    await eventually('the second answer arrives', async () => (await shown(handset)).length === 3)
    assert.equal((await fateOf(await send('after', handset))).status, 'delivery-success')
    assert.ok(!(await shown(handset)).includes('while opted out'))
  })

  test('the ledger says who said what, and a repeat of the same text says nothing new', async () => {
    const handset = '+12025550172'
    const text = { from: handset, to: sender(), text: 'STOP', id: 'carrier-id-1' }
    for (let times = 0; times < 2; times += 1)
      await house.call('POST', '/api/signalbox/handset/messages', { body: text })
    const query = `handset=${encodeURIComponent(handset)}`
    const { body } = await house.call('GET', `/api/signalbox/consents/entries?${query}`)
    assert.equal(body.total, 1)
    const [entry] = body.entities
    assert.equal(entry.kind, 'opt-out')
    assert.equal(entry.source, 'keyword')
    assert.equal(entry.text, 'STOP')
    assert.equal(entry.reference, 'carrier-id-1')
    assert.equal(entry.applied, true)
  })

  test('a carrier that says the handset opted out is believed', async () => {
    const handset = '+12025550173'
    const account = house.credentials.account.id
    const carrier = '/api/signalbox/handset/carrier'
    const set = await house.call('PUT', carrier, {
      body: { accountId: account, report: 'failed', code: 'RecipientOptedOut' },
    })
    assert.equal(set.status, 200, JSON.stringify(set.body))
    await fateOf(await send('the carrier refuses', handset))
    const query = `handset=${encodeURIComponent(handset)}`
    const { body } = await house.call('GET', `/api/signalbox/consents?${query}`)
    assert.equal(body.entities[0]?.status, 'opted-out')
    await house.call('PUT', carrier, { body: { accountId: account, report: 'delivered' } })
    assert.equal(
      (await fateOf(await send('held back', handset))).errorInfo.code,
      'RecipientOptedOut',
    )
    assert.deepEqual(await shown(handset), ['the carrier refuses'])
  })

  test('an ordinary yes opts in only who had opted out, however it is written', async () => {
    const handset = '+12025550177'
    for (const text of ['Yes!', 'yes', 'YES.']) await write(text, handset)
    const query = `handset=${encodeURIComponent(handset)}`
    const said = async () =>
      (await house.call('GET', `/api/signalbox/consents/entries?${query}`)).body
    assert.equal((await said()).total, 0)
    assert.deepEqual(await shown(handset), [])
    await write('STOP', handset)
    await write('Yes!', handset)
    assert.equal((await said()).entities[0].kind, 'opt-in')
  })

  test('an import brings a ledger over, and older lines undo nothing', async () => {
    const handset = '+12025550174'
    const said = (status: string, date: string) => ({ sender: sender(), handset, status, date })
    const { status, body } = await house.call('POST', '/api/signalbox/consents/import', {
      body: {
        entries: [
          said('opted-out', '2026-02-01T00:00:00Z'),
          said('opted-in', '2026-01-01T00:00:00Z'),
        ],
      },
    })
    assert.equal(status, 200, JSON.stringify(body))
    assert.deepEqual(body, { recorded: 2, applied: 1 })
    assert.equal((await fateOf(await send('no', handset))).errorInfo.code, 'RecipientOptedOut')
    const wrong = await house.call('POST', '/api/signalbox/consents/import', {
      body: { entries: [said('opted-out', 'yesterday')] },
    })
    assert.equal(wrong.status, 400)
    assert.match(wrong.body.message, /entries\[0\]\.date/)
  })

  test('a policy of the sender sets words, answers, caps and quiet hours', async () => {
    const handset = '+12025550175'
    const path = `/api/signalbox/consentpolicies/${encodeURIComponent(sender())}`
    const put = (body: object) => house.call('PUT', path, { body })
    const set = await put({
      optOutWords: ['basta'],
      answers: { 'opt-out': 'Va bene.' },
      cap: { textsMax: 1, withinHours: 24 },
    })
    assert.equal(set.status, 200, JSON.stringify(set.body))
    assert.equal((await fateOf(await send('first', handset))).status, 'delivery-success')
    const second = await fateOf(await send('second', handset))
    assert.equal(second.errorInfo.code, 'MessageNotAllowed')
    await write('¡Basta!', handset)
    await eventually('its answer arrives', async () => (await shown(handset)).includes('Va bene.'))
    const never = { window: { fromMinute: 0, toMinute: 0 }, stateRules: false }
    assert.equal((await put({ quietHours: never })).status, 200)
    const quiet = await fateOf(await send('at night', '+12025550176'))
    assert.equal(quiet.errorInfo.code, 'MessageNotAllowed')
    assert.equal((await house.call('DELETE', path)).status, 204)
    assert.equal((await fateOf(await send('by day', '+12025550176'))).status, 'delivery-success')
  })
})
