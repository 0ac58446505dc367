import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import platformClient from 'purecloud-platform-client-v2'
import { eventually, type House, startHouse } from '../house.ts'
import { onBothStores } from '../stores.ts'

const { ArchitectApi, RoutingApi } = platformClient

const source = `
inboundShortMessage:
  name: Orders
  states:
    - state:
        name: Start
        actions:
          - askForText:
              question: 'Which order, {{Customer.id}}?'
              variable: order
              timeoutSeconds: 2
              noAnswer: { actions: [{ sendResponse: { messageBody: 'Good bye.' } }, { disconnect: {} }] }
          - match:
              text: '{{Flow.order}}'
              cases:
                - contains: agent
                  actions: [{ transferToAcd: { targetQueue: Support, priority: 3 } }]
                - digits: { min: 3, variable: orderNumber }
                  actions:
                    - callData:
                        timeout: { lit: { seconds: 2 } }
                        category:
                          Shop:
                            dataAction:
                              Get order:
                                inputs: { ORDER: '{{Flow.orderNumber}}' }
                                successOutputs: { status: { var: Flow.status } }
                                failureOutputs: { errorCode: { var: Flow.why } }
                        outputs:
                          success:
                            actions:
                              - setParticipantData: { attributes: { order: '{{Flow.orderNumber}}' } }
                              - sendResponse: { messageBody: 'Order {{Flow.orderNumber}} is {{Flow.status}}.' }
                              - disconnect: {}
                          failure:
                            actions:
                              - sendResponse: { messageBody: 'Sorry ({{Flow.why}}).' }
                              - transferToAcd: { targetQueue: No such queue }
                          timeout:
                            actions:
                              - sendResponse: { messageBody: 'That took too long.' }
                              - disconnect: {}
              otherwise: { actions: [{ changeState: { targetState: Start } }] }
`

onBothStores('a routing application', (database) => {
  let house: House
  let shop: Server
  let calls = 0
  before(async () => {
    shop = createServer((request, response) => {
      calls += 1
      const order = request.url?.split('/').at(-1)
      if (order === '404') response.writeHead(404).end('{}')
      else if (order !== '999') response.writeHead(200).end('{"status": "on its way"}')
    })
    await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
    const url = await database()
    const argv = ['--allow-private-networks', '127.0.0.0/8']
    house = await startHouse(url === undefined ? { argv } : { argv, database: url })
    await prepare()
  })
  after(async () => {
    await house.close()
    shop.closeAllConnections()
    shop.close()
  })

  async function call(method: string, path: string, body?: unknown) {
    const answer = await house.call(method, path, body === undefined ? {} : { body })
    assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  async function prepare(): Promise<void> {
    const { port } = shop.address() as AddressInfo
    const integration = await call('POST', '/api/v2/integrations', {
      name: 'Shop',
      integrationType: { id: 'custom-rest-actions' },
    })
    await call('PUT', `/api/v2/integrations/${integration.id}/config/current`, {
      version: 1,
      properties: { allowPlainHttp: true },
    })
    await call('PATCH', `/api/v2/integrations/${integration.id}`, { intendedState: 'ENABLED' })
    await call('POST', '/api/v2/integrations/actions', {
      name: 'Get order',
      integrationId: integration.id,
      category: 'Shop',
      contract: {
        input: {
          inputSchema: { type: 'object', properties: { ORDER: { type: 'integer' } } },
        },
        output: {
          successSchema: { type: 'object', properties: { status: { type: 'string' } } },
        },
      },
      config: {
        request: {
          requestUrlTemplate: `http://127.0.0.1:${port}/orders/\${input.ORDER}`,
          requestType: 'GET',
          requestTemplate: `\${input.rawRequest}`,
          headers: {},
        },
        response: {
          translationMap: {},
          successTemplate: `\${rawResult}`,
          translationMapDefaults: {},
        },
      },
    })
    const flow = await call('POST', '/api/signalbox/flows', { source })
    const senders = await call('GET', '/api/signalbox/senders')
    await call('PUT', `/api/v2/routing/message/recipients/${senders.entities[0].recipientId}`, {
      flow: { id: flow.id },
    })
  }

  const write = (from: string, text: string) =>
    call('POST', '/api/signalbox/handset/messages', {
      from,
      to: house.credentials.sender.address,
      text,
    })

  async function textsOf(handset: string): Promise<readonly string[]> {
    const query = `handset=${encodeURIComponent(handset)}`
    const body = await call('GET', `/api/signalbox/handset/messages?${query}`)
    return body.entities
      .filter((one: { direction: string }) => one.direction === 'to-handset')
      .map((one: { text: string }) => one.text)
  }

  const says = (handset: string, texts: readonly string[]) =>
    eventually(`the flow says ${texts.at(-1)}`, async () => {
      const all = await textsOf(handset)
      return all.length >= texts.length && assert.deepEqual(all, texts) === undefined
    })

  /** The conversation that waits in a queue, as the feed tells of it. */
  async function waitingConversation(): Promise<string | undefined> {
    const { body } = await house.call('GET', '/api/signalbox/feed?after=0&limit=1000', {
      headers: { accept: 'application/json' },
    })
    const events: { type: string; queueIds?: string[]; conversationId: string }[] =
      body.entities.map(({ event }: { event: unknown }) => event)
    return events.findLast(({ queueIds = [] }) => queueIds.length > 0)?.conversationId
  }

  test('asks, calls a data action, answers with its result, and ends', async () => {
    const handset = '+12025550191'
    await write(handset, 'hello')
    await says(handset, [`Which order, ${handset}?`])
    const before = calls
    await write(handset, 'It is 12345')
    await says(handset, [`Which order, ${handset}?`, 'Order 12345 is on its way.'])
    assert.equal(calls, before + 1)
    await write(handset, 'thanks')
    await eventually(
      'the next conversation begins anew',
      async () => (await textsOf(handset)).length === 3,
    )
  })

  test('takes the branch of a failed action and hands over, and says what was wrong with it', async () => {
    const handset = '+12025550192'
    await write(handset, 'hello')
    await write(handset, '404')
    await says(handset, [`Which order, ${handset}?`, 'Sorry (not.found).'])
    const conversationId = await eventually('it waits in a queue', waitingConversation)
    const conversation = await call('GET', `/api/v2/conversations/messages/${conversationId}`)
    const purposes = conversation.participants.map((one: { purpose: string }) => one.purpose)
    assert.deepEqual(purposes, ['customer', 'workflow', 'acd'])
    assert.ok(conversation.participants[1].endTime, 'the flow has left')
    const run = await call('GET', `/api/signalbox/conversations/${conversationId}/flow`)
    assert.equal(run.status, 'over')
    assert.match(run.problem, /no queue "No such queue"/)
    assert.equal(run.variables['Flow.order'], '404')
  })

  test('takes the branch of an action that answers too late', async () => {
    const handset = '+12025550193'
    await write(handset, 'hello')
    await write(handset, '999')
    await says(handset, [`Which order, ${handset}?`, 'That took too long.'])
  })

  test('goes on without an answer, and keeps its place over repeats of a text', async () => {
    const handset = '+12025550194'
    await write(handset, 'hello')
    await says(handset, [`Which order, ${handset}?`, 'Good bye.'])
  })

  test('an SDK user finds the flow that a recipient can name', async () => {
    const client = await house.sdk()
    const architect = new ArchitectApi(client)
    const { entities = [], total } = await architect.getFlows({
      name: 'orders',
      type: ['inboundshortmessage'],
    })
    const [flow] = entities
    assert.deepEqual([total, flow?.name, flow?.type], [1, 'Orders', 'INBOUNDSHORTMESSAGE'])
    assert.equal((await architect.getFlows({ type: ['inboundcall'] })).total, 0)
    assert.equal((await architect.getFlow(flow?.id ?? '')).name, 'Orders')
    const routing = new RoutingApi(client)
    const { entities: recipients = [] } = await routing.getRoutingMessageRecipients()
    const named = recipients.find((recipient) => recipient.flow?.id === flow?.id)
    assert.equal(named?.flow?.selfUri, flow?.selfUri)
  })

  test('a flow that is changed while it has a conversation hands that over, and says why', async () => {
    const handset = '+12025550195'
    await write(handset, 'hello')
    await says(handset, [`Which order, ${handset}?`])
    const before = await waitingConversation()
    await call('POST', '/api/signalbox/flows', { source: `# another version\n${source}` })
    await write(handset, '12345')
    const conversationId = await eventually('it waits in a queue', async () => {
      const found = await waitingConversation()
      return found !== before && found
    })
    const run = await call('GET', `/api/signalbox/conversations/${conversationId}/flow`)
    assert.match(run.problem, /changed or removed/)
    assert.deepEqual(await textsOf(handset), [`Which order, ${handset}?`])
  })

  test('a wrong file is refused with its place, and a dry run sends nothing', async () => {
    const wrong = await house.call('POST', '/api/signalbox/flows', {
      body: {
        source:
          'inboundShortMessage:\n  name: X\n  states: [{state: {name: a, actions: [{fly: {}}]}}]',
      },
    })
    assert.equal(wrong.status, 400)
    assert.match(wrong.body.message, /states\[0\]\.actions\[0\]\.fly/)
    const dry = await call('POST', '/api/signalbox/flows/dryrun', {
      source,
      texts: ['hello', '12345'],
      results: [{ outcome: 'success', outputs: { status: 'packed' } }],
    })
    assert.equal(dry.ended, true)
    assert.equal(dry.steps.at(-1).effects[1].text, 'Order 12345 is packed.')
  })
})
