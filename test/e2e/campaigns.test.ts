import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import platformClient from 'purecloud-platform-client-v2'
import { eventually, type House, startHouse } from '../house.ts'
import { onBothStores } from '../stores.ts'

onBothStores('a campaign', (database) => {
  let house: House
  let outbound: InstanceType<typeof platformClient.OutboundApi>
  before(async () => {
    const url = await database()
    house = await startHouse(url === undefined ? {} : { database: url })
    outbound = new platformClient.OutboundApi(await house.sdk())
  })
  after(() => house.close())

  const number = (index: number) => `+1202555${String(2000 + index)}`

  async function newList(name: string): Promise<string> {
    const list = await outbound.postOutboundContactlists({
      name,
      columnNames: ['key', 'phone', 'first', 'text'],
      phoneColumns: [{ columnName: 'phone', type: 'cell' }],
    })
    return String(list.id)
  }

  async function newCampaign(listId: string, more: object = {}): Promise<string> {
    const campaign = await outbound.postOutboundMessagingcampaigns({
      name: `Campaign of ${listId}`,
      contactList: { id: listId },
      messagesPerMinute: 100_000,
      smsConfig: {
        messageColumn: 'text',
        phoneColumn: 'phone',
        senderSmsPhoneNumber: { phoneNumber: house.credentials.sender.address },
      },
      ...more,
    })
    return String(campaign.id)
  }

  const completed = (id: string) =>
    eventually(
      'the campaign is complete and all is reported',
      async () => {
        const { campaignStatus } = await outbound.getOutboundMessagingcampaign(id)
        const { body } = await house.call(
          'GET',
          `/api/v2/outbound/messagingcampaigns/${id}/progress`,
        )
        const isOpen = body.counts.queued + body.counts.sent + body.counts.waiting > 0
        return campaignStatus === 'complete' && !isOpen && body
      },
      20_000,
    )

  async function textsOf(handset: string): Promise<readonly string[]> {
    const query = `handset=${encodeURIComponent(handset)}`
    const { body } = await house.call('GET', `/api/signalbox/handset/messages?${query}`)
    return body.entities
      .filter((one: { direction: string }) => one.direction === 'to-handset')
      .map((one: { text: string }) => one.text)
  }

  test('made by the SDK texts every contact once and tells what became of each', async () => {
    const listId = await newList('Customers')
    const row = (index: number, phone: string) => ({
      contactListId: listId,
      id: `c${index}`,
      data: { phone, first: `N${index}`, text: `Hello ${index}` },
    })
    await house.call('POST', '/api/signalbox/consents', {
      body: { sender: house.credentials.sender.address, handset: number(2), status: 'opted-out' },
    })
    await outbound.postOutboundContactlistContacts(listId, [
      row(0, number(0)),
      row(1, number(1)),
      row(2, number(2)),
      row(3, 'no number'),
    ])
    const id = await newCampaign(listId)
    await outbound.postOutboundMessagingcampaignStart(id)
    const progress = await completed(id)
    assert.equal(progress.percentage, 100)
    assert.equal(progress.counts.delivered, 2)
    assert.equal(progress.counts['opted-out'], 1)
    assert.equal(progress.counts.skipped, 1)
    assert.deepEqual(await textsOf(number(0)), ['Hello 0'])
    assert.deepEqual(await textsOf(number(2)), [])
    const results = await fetch(`${house.url}/api/signalbox/messagingcampaigns/${id}/results`, {
      headers: { authorization: `Bearer ${house.adminToken}` },
    })
    const lines = (await results.text()).trim().split('\n')
    assert.equal(lines.length, 5)
    assert.match(lines[1] ?? '', /^1,c0,\+12025552000,delivered,/)
    assert.match(lines[4] ?? '', /^4,c3,no number,skipped,,phone is no number\.$/)
  })

  test('takes a file, names its bad rows, and drops what it has already', async () => {
    const listId = await newList('From a file')
    const file = [
      'key,phone,first,text',
      `a,${number(10)},Ann,"Hi, Ann"`,
      'b,,Bob,none',
      `c,${number(12)},Cy,"two`,
      'lines"',
    ].join('\n')
    const form = new FormData()
    form.set('id', listId)
    form.set('fileType', 'contactlist')
    form.set('contact-id-name', 'key')
    form.set('file', new Blob([file], { type: 'text/csv' }), 'contacts.csv')
    const upload = await fetch(`${house.url}/uploads/v2/contactlist`, {
      method: 'POST',
      body: form,
      headers: { authorization: `Bearer ${house.adminToken}` },
    })
    assert.equal(upload.status, 200, await upload.clone().text())
    const status = await outbound.getOutboundContactlistImportstatus(listId)
    assert.equal(status.state, 'COMPLETE')
    assert.equal(status.totalRecords, 3)
    assert.equal(status.completedRecords, 2)
    assert.deepEqual(Object(status).badRows, [{ line: 3, reason: 'There is no number in phone.' }])
    const again = await fetch(
      `${house.url}/api/signalbox/contactlists/${listId}/import?idColumn=key`,
      {
        method: 'POST',
        body: file,
        headers: { authorization: `Bearer ${house.adminToken}`, 'content-type': 'text/csv' },
      },
    )
    assert.equal(again.status, 200, await again.clone().text())
    const list = await outbound.getOutboundContactlist(listId, { includeSize: true })
    assert.equal(list.size, 2)
  })

  test('keeps the rows before the place where a file breaks off, and says what to send', async () => {
    const listId = await newList('Broken')
    const path = `${house.url}/api/signalbox/contactlists/${listId}/import`
    const post = (body: string, type: string) =>
      fetch(path, {
        method: 'POST',
        body,
        headers: { authorization: `Bearer ${house.adminToken}`, 'content-type': type },
      })
    const broken = await post(`phone\n${number(60)}\n${number(61)}\n"+1202`, 'text/csv')
    assert.equal(broken.status, 400)
    assert.match(await broken.text(), /Quote Not Closed/)
    const status = await outbound.getOutboundContactlistImportstatus(listId)
    assert.equal(status.state, 'FAILED')
    assert.equal(status.completedRecords, 2)
    assert.equal((await outbound.getOutboundContactlist(listId, { includeSize: true })).size, 2)
    const wrong = await post('{}', 'application/json')
    assert.equal(wrong.status, 415)
    assert.match(await wrong.text(), /text\/csv/)
  })

  test('fills in a template, keeps its pace, and goes on where it was stopped', async () => {
    const listId = await newList('Slow')
    const contacts = Array.from({ length: 6 }, (_, index) => ({
      contactListId: listId,
      data: { phone: number(20 + index), first: `N${index}`, text: '' },
    }))
    await outbound.postOutboundContactlistContacts(listId, contacts)
    const responses = new platformClient.ResponseManagementApi(await house.sdk())
    const library = await responses.postResponsemanagementLibraries({ name: 'Campaigns' })
    const response = await responses.postResponsemanagementResponses({
      name: 'Greeting',
      libraries: [{ id: String(library.id) }],
      texts: [{ content: 'Dear {{first}}, we are open.' }],
    })
    const smsConfig = {
      messageColumn: '',
      phoneColumn: 'phone',
      senderSmsPhoneNumber: { phoneNumber: house.credentials.sender.address },
      contentTemplate: { id: String(response.id) },
    }
    const id = await newCampaign(listId, { messagesPerMinute: 120, smsConfig })
    const preview = await house.call('GET', `/api/signalbox/messagingcampaigns/${id}/preview`)
    assert.equal(preview.body.entities[0].text, 'Dear N0, we are open.')
    const startMs = Date.now()
    await outbound.postOutboundMessagingcampaignStart(id)
    await eventually('the first has its text', async () => (await textsOf(number(20))).length === 1)
    await outbound.postOutboundMessagingcampaignStop(id)
    await assert.rejects(
      outbound.putOutboundSchedulesMessagingcampaign(id, {
        messagingCampaign: { id },
        intervals: [{ start: '2026-01-02T00:00:00', end: '2026-01-01T00:00:00' }],
      }),
    )
    await outbound.postOutboundMessagingcampaignStart(id)
    await completed(id)
    assert.ok(Date.now() - startMs >= 1500, 'six texts at two a second take more than that')
    for (let index = 0; index < 6; index += 1) {
      assert.deepEqual(await textsOf(number(20 + index)), [`Dear N${index}, we are open.`])
    }
  })

  test('rests outside of its schedule', async () => {
    const listId = await newList('Later')
    await outbound.postOutboundContactlistContacts(listId, [
      { contactListId: listId, data: { phone: number(40), first: 'L', text: 'late' } },
    ])
    const id = await newCampaign(listId)
    await outbound.putOutboundSchedulesMessagingcampaign(id, {
      messagingCampaign: { id },
      intervals: [{ start: '2099-01-01T00:00:00Z', end: '2099-01-02T00:00:00Z' }],
    })
    await outbound.postOutboundMessagingcampaignStart(id)
    await new Promise((resolve) => setTimeout(resolve, 2500))
    assert.deepEqual(await textsOf(number(40)), [])
    await house.call('DELETE', `/api/v2/outbound/schedules/messagingcampaigns/${id}`)
    await completed(id)
    assert.deepEqual(await textsOf(number(40)), ['late'])
  })

  test('stops, and says why, for what would fail every contact', async () => {
    const { body: sender } = await house.call('POST', '/api/signalbox/senders', {
      body: { address: '+12025550188', accountId: house.credentials.account.id },
    })
    const listId = await newList('In vain')
    await outbound.postOutboundContactlistContacts(listId, [
      { contactListId: listId, data: { phone: number(50), first: 'V', text: 'never' } },
    ])
    const smsConfig = {
      messageColumn: 'text',
      phoneColumn: 'phone',
      senderSmsPhoneNumber: { phoneNumber: '+12025550188' },
    }
    const id = await newCampaign(listId, { smsConfig })
    await house.call('DELETE', `/api/signalbox/senders/${sender.id}`)
    await outbound.postOutboundMessagingcampaignStart(id)
    const stopped = await eventually('it stops', async () => {
      const campaign = await outbound.getOutboundMessagingcampaign(id)
      return campaign.campaignStatus === 'off' && campaign
    })
    assert.match(String(stopped.errors?.[0]?.details), /12025550188 is not provisioned/)
  })
})
