import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import platformClient from 'purecloud-platform-client-v2'
import { aMail, type MailHouse, ours, startMailHouse } from '../mail-house.ts'
import { onBothStores } from '../stores.ts'

const { ArchitectApi, RoutingApi } = platformClient

const source = `
inboundEmail:
  name: Mail orders
  states:
    - state:
        name: Start
        actions:
          - setParticipantData: { attributes: { about: '{{Message.subject}}' } }
          - match:
              cases:
                - contains: refund
                  actions: [{ transferToAcd: { targetQueue: Support, acdSkills: [Refunds], priority: 5 } }]
              otherwise:
                actions:
                  - sendAutoReply: { messageBody: 'Thank you for {{Message.subject}}.' }
                  - disconnect: {}
`

onBothStores('a routing application for mails', (database) => {
  let mail: MailHouse
  let flowId: string
  before(async () => {
    mail = await startMailHouse(await database())
    flowId = (await call('POST', '/api/signalbox/flows', { source })).id
    await call('POST', '/api/v2/routing/skills', { name: 'Refunds' })
    const route = { pattern: 'help', fromName: 'Example Support', flow: { id: flowId } }
    await call('PUT', `${routes}/${mail.routeId}`, route)
  })
  after(() => mail.house.close())

  const routes = '/api/v2/routing/email/domains/support.example.com/routes'

  async function call(method: string, path: string, body?: unknown) {
    const answer = await mail.house.call(method, path, body === undefined ? {} : { body })
    assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  test('answers a mail by itself, marked as written by a machine, and ends', async () => {
    const id = await mail.post(aMail({ from: 'alice@example.net', id: '<a1@example.net>' }))
    const { raw } = await mail.captured('alice@example.net')
    assert.match(raw, /^Auto-Submitted: auto-replied\r?$/m)
    assert.match(raw, /^In-Reply-To: <a1@example\.net>\r?$/m)
    assert.match(raw, /Thank you for My order/)
    const conversation = await call('GET', `/api/v2/conversations/emails/${id}`)
    const [customer, flow] = conversation.participants
    assert.equal(customer.attributes.about, 'My order')
    assert.deepEqual([flow.purpose, flow.state], ['workflow', 'disconnected'])
    assert.equal((await call('GET', `/api/signalbox/conversations/${id}/flow`)).status, 'over')
  })

  test('hands a mail over to a queue with skills and priority, which the participant shows', async () => {
    const text = 'I want a refund, please.'
    const id = await mail.post(aMail({ from: 'bob@example.net', id: '<b1@example.net>', text }))
    const { participants } = await call('GET', `/api/v2/conversations/emails/${id}`)
    const [, flow, acd] = participants
    assert.deepEqual([flow.purpose, flow.disconnectType], ['workflow', 'transfer'])
    const { conversationRoutingData: asked } = acd
    assert.equal(asked.priority, 5)
    assert.equal(asked.skills.length, 1)
  })

  test('gives machines no answer, and says so', async () => {
    const raw = aMail({ from: 'robot@example.net', id: '<r1@example.net>' })
    const id = await mail.post(`Auto-Submitted: auto-replied\n${raw}`)
    const run = await call('GET', `/api/signalbox/conversations/${id}/flow`)
    assert.match(run.problem, /machine/)
    const { total } = await call('GET', `/api/v2/conversations/emails/${id}/messages`)
    assert.equal(total, 1)
  })

  test('ends a talk with a machine that does not say what it is', async () => {
    let id = ''
    for (let turn = 0; turn < 12; turn += 1) {
      const answer = { from: 'loop@example.net', id: `<l${turn}@example.net>` }
      const before = turn === 0 ? {} : { inReplyTo: `<l${turn - 1}@example.net>` }
      id = await mail.post(aMail({ ...answer, ...before }))
    }
    const { total } = await call('GET', `/api/v2/conversations/emails/${id}/messages`)
    assert.equal(total, 12 + 10)
    const run = await call('GET', `/api/signalbox/conversations/${id}/flow`)
    assert.match(run.problem, /10 automatic answers/)
  })

  test('takes mails that another system has, and cannot answer those', async () => {
    const opened = await mail.admin.postConversationsEmails({
      flowId,
      provider: 'Our own mail',
      fromAddress: 'dan@example.net',
      subject: 'refund',
      textBody: 'About my refund',
      attributes: { order: '7' },
    })
    assert.deepEqual(opened.participants?.map(({ purpose }) => purpose).slice(0, 3), [
      'customer',
      'workflow',
      'acd',
    ])
    await mail.admin.postConversationDisconnect(opened.id ?? '')
    const again = await mail.admin.postConversationsEmailInboundmessages(opened.id ?? '', {
      flowId,
      provider: 'Our own mail',
      subject: 'One more',
    })
    const run = await call('GET', `/api/signalbox/conversations/${again.id}/flow`)
    assert.match(run.problem, /another system/)
    assert.equal(run.variables['Message.subject'], 'One more')
  })

  test('is tried without a mail, its subject given beside the text', async () => {
    const body = { source, texts: ['Where is it?'], subject: 'Order 7' }
    const { steps } = await call('POST', '/api/signalbox/flows/dryrun', body)
    assert.equal(steps[0].effects[1].text, 'Thank you for Order 7.')
  })

  test('is named only where its kind of message comes', async () => {
    const recipient = mail.house.credentials.integration.id
    const put = await mail.house.call('PUT', `/api/v2/routing/message/recipients/${recipient}`, {
      body: { flow: { id: flowId } },
    })
    assert.equal(put.status, 400)
    const text = source.replace('inboundEmail', 'inboundShortMessage')
    const wrong = await mail.house.call('POST', '/api/signalbox/flows', { body: { source: text } })
    assert.match(wrong.body.message, /sendResponse/)
    const unknown = await mail.house.call('PUT', `${routes}/${mail.routeId}`, {
      body: { pattern: 'help', flow: { id: 'no-such-flow' } },
    })
    assert.equal(unknown.status, 400)
    const used = await mail.house.call('DELETE', `/api/signalbox/flows/${flowId}`)
    assert.equal(used.status, 409)
  })

  test('is shown as the vendor shows it', async () => {
    const client = await mail.house.sdk()
    const { entities = [] } = await new ArchitectApi(client).getFlows({ type: ['inboundemail'] })
    assert.deepEqual(
      entities.map(({ id, type }) => [id, type]),
      [[flowId, 'INBOUNDEMAIL']],
    )
    const routing = new RoutingApi(client)
    const route = await routing.getRoutingEmailDomainRoute('support.example.com', mail.routeId)
    assert.equal(route.flow?.id, flowId)
  })
})

onBothStores('an e-mail conversation that asks for skills', (database) => {
  let mail: MailHouse
  before(async () => {
    mail = await startMailHouse(await database())
  })
  after(() => mail.house.close())

  test('waits for an agent who has them, and the language', async () => {
    const routing = new RoutingApi(await mail.house.sdk())
    const skill = await routing.postRoutingSkills({ name: 'Lamps' })
    const language = await routing.postRoutingLanguages({ name: 'Dutch' })
    const opened = await mail.admin.postConversationsEmails({
      queueId: mail.house.credentials.queue.id,
      provider: 'Our own mail',
      skillIds: [skill.id ?? ''],
      languageId: language.id ?? '',
      priority: 4,
      toAddress: ours,
    })
    const asked = opened.participants?.[1]?.conversationRoutingData
    assert.deepEqual(
      [asked?.priority, asked?.skills?.[0]?.id, asked?.language?.id],
      [4, skill.id, language.id],
    )
    assert.equal(opened.participants?.length, 2)
    const who = `/api/v2/users/${mail.agentId}`
    const post = (path: string, body: unknown) => mail.house.call('POST', `${who}${path}`, { body })
    assert.equal((await post('/routingskills', { id: skill.id, proficiency: 3 })).status, 200)
    assert.equal((await post('/routinglanguages', { id: language.id, proficiency: 3 })).status, 200)
    for (const status of ['OFF_QUEUE', 'IDLE'])
      await mail.house.call('PUT', `${who}/routingstatus`, { body: { status } })
    const { participants } = await mail.admin.getConversationsEmail(opened.id ?? '')
    assert.equal(participants?.at(-1)?.user?.id, mail.agentId)
    const refused = await mail.house.call('POST', '/api/v2/conversations/emails', {
      body: { queueId: mail.house.credentials.queue.id, provider: 'X', skillIds: ['none'] },
    })
    assert.equal(refused.status, 400)
  })
})
