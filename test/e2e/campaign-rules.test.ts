import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import platformClient from 'purecloud-platform-client-v2'
import { eventually, type House, startHouse } from '../house.ts'
import { onBothStores } from '../stores.ts'

const allWeek = [1, 2, 3, 4, 5, 6, 7]

onBothStores('a campaign with rules', (database) => {
  let house: House
  let outbound: InstanceType<typeof platformClient.OutboundApi>
  let listId: string
  before(async () => {
    const url = await database()
    house = await startHouse(url === undefined ? {} : { database: url })
    outbound = new platformClient.OutboundApi(await house.sdk())
    const list = await outbound.postOutboundContactlists({
      name: 'Customers',
      columnNames: ['phone', 'text', 'age'],
      phoneColumns: [{ columnName: 'phone', type: 'cell' }],
    })
    listId = String(list.id)
    const row = (phone: string, age: string) => ({
      contactListId: listId,
      data: { phone, age, text: `Hello ${age}` },
    })
    await outbound.postOutboundContactlistContacts(listId, [
      row('+12125550150', '17'),
      row('+12125550151', '18'),
      row('+12125550152', '65'),
      row('+493012345678', '30'),
    ])
  })
  after(() => house.close())

  const campaignOf = (more: object) => ({
    name: 'Ruled',
    contactList: { id: listId },
    messagesPerMinute: 100_000,
    smsConfig: {
      messageColumn: 'text',
      phoneColumn: 'phone',
      senderSmsPhoneNumber: { phoneNumber: house.credentials.sender.address },
    },
    ...more,
  })

  async function counts(id: string): Promise<Record<string, number>> {
    const path = `/api/v2/outbound/messagingcampaigns/${id}/progress`
    return (await house.call('GET', path)).body.counts
  }

  const adults = () => ({
    name: 'Adults',
    contactList: { id: listId },
    clauses: [
      {
        predicates: [
          { column: 'age', columnType: 'numeric', operator: 'BETWEEN', range: { min: '18' } },
        ],
      },
    ],
  })

  test('writes only to those whom its filter lets through, in the hours of their time zone', async () => {
    const filter = await outbound.postOutboundContactlistfilters(adults())
    const preview = await outbound.postOutboundContactlistfiltersPreview(adults())
    assert.deepEqual([preview.filteredContacts, preview.totalContacts], [3, 4])
    const closed = { timeZoneId: 'America/New_York', timeSlots: [] }
    const times = await outbound.postOutboundCallabletimesets({
      name: 'East',
      // A minute a week, a day and a half from now, so that nobody is written to today.
      callableTimes: [{ ...closed, timeSlots: [slot(new Date().getUTCDay() + 3, '03:00:00')] }],
    })
    const timesId = String(times.id)
    const { id: campaignId = '', ...campaign } = await outbound.postOutboundMessagingcampaigns(
      campaignOf({
        callableTimeSet: { id: timesId },
        contactListFilters: [{ id: String(filter.id) }],
      }),
    )
    assert.equal(campaign.callableTimeSet?.id, timesId)
    assert.equal(campaign.contactListFilters?.[0]?.id, filter.id)
    await outbound.postOutboundMessagingcampaignStart(campaignId)
    await eventually('all have been looked at', async () => {
      const { waiting = 0, skipped = 0 } = await counts(campaignId)
      return waiting === 2 && skipped === 2
    })
    await assert.rejects(outbound.deleteOutboundCallabletimeset(timesId))
    await assert.rejects(outbound.deleteOutboundContactlistfilter(String(filter.id)))
    await outbound.putOutboundCallabletimeset(timesId, {
      name: 'East',
      version: times.version ?? 1,
      callableTimes: [{ ...closed, timeSlots: allWeek.map((day) => slot(day, '23:59:59')) }],
    })
    await eventually('the two are written to', async () => {
      const { delivered = 0 } = await counts(campaignId)
      return delivered === 2
    })
    const results = await fetch(
      `${house.url}/api/signalbox/messagingcampaigns/${campaignId}/results`,
      { headers: { authorization: `Bearer ${house.adminToken}` } },
    )
    const lines = (await results.text()).trim().split('\n')
    assert.match(lines[1] ?? '', /The filter Adults leaves it out/)
    assert.match(lines[4] ?? '', /Its time zone has no callable times/)
  })

  test('refuses what it could not hold to', async () => {
    const post = async (path: string, body: unknown) => {
      const answer = await house.call('POST', `/api/v2/outbound/${path}`, { body })
      return [answer.status, answer.body.details?.[0]?.fieldName]
    }
    const noColumn = {
      ...adults(),
      clauses: [{ predicates: [{ column: 'gone', operator: 'EQUALS', value: '1' }] }],
    }
    assert.deepEqual(await post('contactlistfilters', noColumn), [
      400,
      'clauses[0].predicates[0].column',
    ])
    const nowhere = [{ timeZoneId: 'Mars/Olympus', timeSlots: [] }]
    assert.deepEqual(await post('callabletimesets', { name: 'X', callableTimes: nowhere }), [
      400,
      'callableTimes[0].timeZoneId',
    ])
    const backwards = [
      { timeZoneId: 'UTC', timeSlots: [{ day: 1, startTime: '17:00:00', stopTime: '09:00:00' }] },
    ]
    assert.deepEqual(await post('callabletimesets', { name: 'X', callableTimes: backwards }), [
      400,
      'callableTimes[0].timeSlots[0].stopTime',
    ])
    const campaign = campaignOf({ callableTimeSet: { id: 'none' } })
    assert.deepEqual(await post('messagingcampaigns', campaign), [400, 'callableTimeSet'])
    const listed = campaignOf({ dncLists: [{ id: 'blocked' }] })
    assert.deepEqual(await post('messagingcampaigns', listed), [501, 'dncLists'])
  })
})

/** From the day's beginning to a time; for 03:00:00 the minute before it, so that tests at no hour meet it. */
function slot(day: number, stopTime: string) {
  const startTime = stopTime === '03:00:00' ? '02:59:00' : '00:00:00'
  return { day: ((day - 1) % 7) + 1, startTime, stopTime }
}
