import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { type StandIn, startStandIn } from '../../src/connectors/stand-in.ts'
import { newSecretlessClient } from '../clients.ts'
import { type House, startHouse } from '../house.ts'
import { onBothStores } from '../stores.ts'

const code = readFileSync(
  new URL('../../src/actions/functions/script/fixtures/call-external-api.js', import.meta.url),
  'utf8',
)

/** The definition of the tutorial "Building a Custom Data Action to Call External APIs". */
const callExternalApi = {
  name: 'ExternalApiCall',
  description: 'Calls an external REST API and maps response fields to flow variables.',
  inputs: {
    apiEndpoint: { type: 'string', description: 'The URL of the external API endpoint.' },
    httpMethod: { type: 'string', description: 'The HTTP method to use.', default: 'POST' },
    requestBody: { type: 'object', description: 'The JSON body to send.' },
    headers: { type: 'object', description: 'Custom headers.' },
  },
  outputs: {
    statusCode: { type: 'integer', description: 'The HTTP status code.' },
    responseBody: { type: 'object', description: 'The parsed JSON response body.' },
    errorMessage: { type: 'string', description: 'Error message if failed.' },
  },
  execution: { type: 'javascript', code },
}

function script(text: string) {
  return { ...callExternalApi, name: 'Small', execution: { type: 'javascript', code: text } }
}

onBothStores('data actions written as scripts', (database) => {
  let house: House
  let service: StandIn
  before(async () => {
    service = await startStandIn(({ path, method, body }) =>
      path === '/teapot'
        ? { status: 418, body: 'short and stout' }
        : { status: 200, body: JSON.stringify({ method, got: JSON.parse(body.toString('utf8')) }) },
    )
    const url = await database()
    const argv = ['--allow-private-networks', '127.0.0.0/8']
    house = await startHouse(url === undefined ? { argv } : { argv, database: url })
  })
  after(async () => {
    await house.close()
    await service.close()
  })

  const create = async (body: object) => house.call('POST', '/api/v2/dataactions', { body })
  const execute = (id: string, body: object) =>
    house.call('POST', `/api/v2/dataactions/${id}/execute`, { body })

  test('call an external API as the tutorial has it', async () => {
    const created = await create(callExternalApi)
    assert.equal(created.status, 200, JSON.stringify(created.body))
    const { id, name } = created.body
    assert.equal(name, 'ExternalApiCall')

    const done = await execute(id, { apiEndpoint: service.url, requestBody: { a: [1, 2] } })
    assert.deepEqual(done.body, {
      statusCode: 200,
      responseBody: { method: 'POST', got: { a: [1, 2] } },
      errorMessage: null,
    })
    const refused = await execute(id, { apiEndpoint: `${service.url}/teapot` })
    assert.deepEqual(refused.body, {
      statusCode: 418,
      responseBody: 'short and stout',
      errorMessage: 'HTTP Error: 418',
    })
    const nothing = await execute(id, {})
    assert.deepEqual(nothing.body, { statusCode: 400, errorMessage: 'apiEndpoint is required.' })
  })

  test('are made by the calls of the tutorial’s script: a token by form, then the definition', async () => {
    const { client } = house.credentials
    const granted = await fetch(`${house.url}/oauth/token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: '*/*' },
      body: `grant_type=client_credentials&client_id=${client.id}&client_secret=${client.secret}`,
    })
    assert.equal(granted.status, 200)
    const { access_token: token } = Object(await granted.json())
    const created = await fetch(`${house.url}/api/v2/dataactions`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(callExternalApi),
    })
    assert.equal(created.status, 200)
    const { id, name } = Object(await created.json())
    assert.deepEqual([typeof id, name], ['string', 'ExternalApiCall'])
  })

  test('are listed, read, and found among the data actions of integrations', async () => {
    const { id } = (await create(callExternalApi)).body
    const read = await house.call('GET', `/api/v2/dataactions/${id}`)
    assert.equal(read.body.execution.code, code)
    const list = await house.call('GET', '/api/v2/dataactions?name=externalapi&pageSize=100')
    assert.ok(list.body.entities.some((one: { id: string }) => one.id === id))
    const tested = await house.call('POST', `/api/v2/integrations/actions/${id}/test`, {
      body: { apiEndpoint: 'nowhere' },
    })
    assert.equal(tested.body.success, true, JSON.stringify(tested.body.error))
    assert.equal(tested.body.finalResult.errorMessage, 'Invalid API endpoint URL.')
  })

  test('are refused with 400 when the definition or the code is malformed', async () => {
    const { outputs: _, ...half } = callExternalApi
    const lacking = await create(half)
    assert.equal(lacking.status, 400)
    assert.equal(lacking.body.details[0].fieldName, 'outputs')
    const broken = await create(script('function execute(context, callback) {\n  const = 1\n}'))
    assert.equal(broken.status, 400)
    assert.match(broken.body.message, /line 2: Unexpected token/)
    assert.equal(broken.body.details[0].fieldName, 'execution.code')
    const python = await create({ ...callExternalApi, execution: { type: 'python', code: 'x' } })
    assert.equal(python.status, 400)
  })

  test('are refused with 401 without a token and with 403 without the scope', async () => {
    const anonymous = await house.call('POST', '/api/v2/dataactions', {
      token: 'no-token',
      body: callExternalApi,
    })
    assert.equal(anonymous.status, 401)
    const token = await newSecretlessClient(house)
    const powerless = await house.call('POST', '/api/v2/dataactions', {
      token,
      body: callExternalApi,
    })
    assert.equal(powerless.status, 403)
    assert.match(powerless.body.message, /dataactions:write/)
  })

  test('answer 500 with the reason when the code throws or the output is off its schema', async () => {
    const { id } = (await create(script('function execute() { throw new Error("no luck") }'))).body
    const thrown = await execute(id, {})
    assert.equal(thrown.status, 500)
    assert.deepEqual(thrown.body.details, [{ errorCode: 'ACTION.REMOTE_ENDPOINT' }])
    assert.match(thrown.body.errors[0].message, /no luck/)
    const off = (await create(script('function execute(c, done) { done({ statusCode: "x" }) }')))
      .body
    const answer = await execute(off.id, {})
    assert.equal(answer.status, 400)
    assert.match(answer.body.message, /statusCode|instance type \(string\)/)
  })
})
