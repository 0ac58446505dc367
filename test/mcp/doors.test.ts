import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { operations } from '../../src/api/index.ts'
import { catalog, seedPrefix } from '../../src/mcp/catalog/catalog.ts'
import { customerWrites } from '../customer.ts'
import { type House, startHouse } from '../house.ts'
import { agentOf } from './agent.ts'
import { logIn } from './log-in.ts'
import { schemaFaults } from './schema-lint.ts'

const modern = '2026-07-28'
const meta = {
  'io.modelcontextprotocol/protocolVersion': modern,
  'io.modelcontextprotocol/clientCapabilities': { elicitation: {} },
}

describe('the doors of the tools', () => {
  let opened: House | undefined
  const house = (): House => {
    assert.ok(opened !== undefined)
    return opened
  }
  before(async () => {
    opened = await startHouse()
  })
  after(() => opened?.close())

  /** One request of the stateless revision, by a client that can ask its user. */
  const ask = async (method: string, params: object, accept = 'application/json') => {
    const named = 'name' in params ? { 'mcp-name': String(params.name) } : {}
    const response = await fetch(`${house().url}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${house().adminToken}`,
        'content-type': 'application/json',
        accept,
        'mcp-protocol-version': modern,
        'mcp-method': method,
        ...named,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } }),
    })
    return response
  }

  const sms = {
    fromAddress: '+12025550142',
    toAddress: '+12025550111',
    toAddressMessengerType: 'sms',
    textBody: 'By elicitation.',
  }

  test('the catalogue’s path lists the 63 names that callers know, the other five finders', async () => {
    const at = (path: string) => agentOf({ url: house().url, token: house().adminToken, path })
    const all = (await at('/genesys-conversations-digital').rpc('tools/list')).result.tools
    assert.deepEqual(
      all.map(({ name }: { name: string }) => name),
      catalog.map(({ name }) => `${seedPrefix}${name}`),
    )
    assert.equal(all.length, 63)
    const short = (await at('/genesys-conversations-digital?names=short').rpc('tools/list')).result
    assert.deepEqual(short.tools.flatMap(schemaFaults), [])
    assert.equal((await at('/mcp').rpc('tools/list')).result.tools.length, 5)
    const fax = (await at('/mcp/fax').rpc('tools/list')).result.tools
    assert.deepEqual(
      fax.map(({ name }: { name: string }) => name),
      ['post_faxes'],
    )
  })

  test('what operations say of their tools is what the catalogue has', () => {
    for (const { id, tool, method, path } of operations) {
      if (tool === undefined) continue
      const found = catalog.find((one) => `${seedPrefix}${one.name}` === tool.name)
      assert.equal(found?.operationId, id)
      assert.equal(found?.method, method)
      assert.equal(`/api/v2/conversations${found?.path}`, path)
      assert.equal(found?.effect === 'read', tool.effect === 'read')
    }
  })

  test('what a request leaves out cannot be called either', async () => {
    const agent = agentOf({
      url: house().url,
      token: house().adminToken,
      path: '/mcp/readonly',
      headers: { 'x-mcp-toolsets': 'message' },
    })
    for (const name of ['post_messages_agentless', 'get_emails']) {
      assert.equal((await agent.call(name, {})).answer.code, 'not.authorized', name)
    }
    const unknown = await fetch(`${house().url}/mcp/nothing`, { method: 'POST', body: '{}' })
    assert.equal(unknown.status, 400)
  })

  test('the official client connects and calls', async () => {
    const client = new Client({ name: 'test', version: '1' })
    const url = new URL(`${house().url}/mcp?toolsets=message`)
    const headers = { authorization: `Bearer ${house().adminToken}` }
    await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }))
    const { tools } = await client.listTools()
    assert.equal(tools.length, catalog.filter(({ channel }) => channel === 'message').length)
    const { structuredContent } = await client.callTool({
      name: 'get_messaging_integrations',
      arguments: { fields: ['id'] },
    })
    assert.ok(JSON.stringify(structuredContent).includes(house().credentials.integration.id))
    await client.close()
  })

  test('a client that can ask its user has the call confirmed there', async () => {
    const call = { name: 'post_messages_agentless', arguments: sms }
    const first = Object(await (await ask('tools/call', call)).json()).result
    assert.equal(first.resultType, 'input_required')
    assert.match(first.inputRequests.confirm.params.message, /By elicitation/)
    const { requestState } = first
    const again = async (confirm: boolean, args: object = sms) => {
      const content = { confirm }
      const inputResponses = { confirm: { action: 'accept', content } }
      const params = { ...call, arguments: args, inputResponses, requestState }
      return Object(await (await ask('tools/call', params)).json()).result.structuredContent
    }
    const other = await again(true, { ...sms, textBody: 'Something else.' })
    assert.equal(other.code, 'confirmation.invalid')
    assert.equal((await again(true)).textBody, 'By elicitation.')
    assert.equal((await again(true)).code, 'confirmation.used')
  })

  test('a person who does not agree is the last word', async () => {
    const call = { name: 'post_messages_agentless', arguments: sms }
    const first = Object(await (await ask('tools/call', call)).json()).result
    const inputResponses = { confirm: { action: 'decline' } }
    const params = { ...call, inputResponses, requestState: first.requestState }
    const { result } = Object(await (await ask('tools/call', params)).json())
    assert.equal(result.structuredContent.code, 'confirmation.declined')
  })

  test('new messages of a followed conversation are told', async () => {
    const { conversationId } = await customerWrites(house(), { customer: 'followed' })
    const uri = `signalbox://conversations/${conversationId}/transcript`
    const notifications = {
      resourceSubscriptions: [uri, 'signalbox://conversations/no/transcript'],
    }
    const response = await ask('subscriptions/listen', { notifications }, 'text/event-stream')
    const reader = (response.body ?? new ReadableStream()).getReader()
    const decoder = new TextDecoder()
    let text = ''
    const until = async (wanted: string) => {
      while (!text.includes(wanted)) {
        const { value, done } = await reader.read()
        if (done) throw new Error(`The stream ended without ${wanted}: ${text}`)
        text += decoder.decode(value)
      }
    }
    await until('notifications/subscriptions/acknowledged')
    assert.ok(!text.includes('conversations/no/'))
    await customerWrites(house(), { customer: 'followed', text: 'More' })
    await until('notifications/resources/updated')
    await reader.cancel()
  })

  test('who comes without a token is led to the login', async () => {
    const refused = await fetch(`${house().url}/genesys-conversations-digital`, { method: 'POST' })
    assert.equal(refused.status, 401)
    const challenge = refused.headers.get('www-authenticate') ?? ''
    const metadataUrl = /resource_metadata="([^"]+)"/.exec(challenge)?.[1] ?? ''
    const resource = Object(await (await fetch(metadataUrl)).json())
    assert.equal(resource.resource, `${house().url}/genesys-conversations-digital`)
    const serverUrl = `${resource.authorization_servers[0]}/.well-known/oauth-authorization-server`
    const server = Object(await (await fetch(serverUrl)).json())
    assert.deepEqual(server.code_challenge_methods_supported, ['S256'])
    const token = await logIn(house(), server)
    const agent = agentOf({ url: house().url, token })
    assert.equal((await agent.call('get_messages')).isError, false)
    const asked = {
      ref: { type: 'ref/resource', uri: 'signalbox://queues/{queueId}' },
      argument: { name: 'queueId', value: '' },
    }
    const valuesFor = async (token: string) => {
      const told = await agentOf({ url: house().url, token }).rpc('completion/complete', asked)
      return told.result.completion.values
    }
    assert.ok((await valuesFor(house().adminToken)).includes(house().credentials.queue.id))
    assert.deepEqual(await valuesFor(token), [], 'queues are not in the scope conversations')
  })

  test('a token that was asked for with a resource is good there only', async () => {
    const base = house().url
    const metadata = `${base}/.well-known/oauth-authorization-server`
    const server = Object(await (await fetch(metadata)).json())
    const token = await logIn(house(), server, `${base}/mcp`)
    const ping = (path: string) =>
      fetch(`${base}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
      })
    assert.equal((await ping('/mcp')).status, 200)
    assert.equal((await ping('/mcp/email/readonly')).status, 200)
    const refused = await ping('/genesys-conversations-digital')
    assert.equal(refused.status, 401)
    const challenge = refused.headers.get('www-authenticate') ?? ''
    assert.match(challenge, /error="invalid_token"/)
    assert.match(challenge, /oauth-protected-resource\/genesys-conversations-digital"/)
    const { status } = await house().call('GET', '/api/v2/conversations/messages', { token })
    assert.equal(status, 401, 'no policy looks at calls of the Platform API')
  })

  test('a token without the scope is told which one it would need', async () => {
    const server = `${house().url}/.well-known/oauth-authorization-server`
    const metadata = Object(await (await fetch(server)).json())
    const token = await logIn(house(), { ...metadata, scope: 'conversations:readonly' })
    const response = await fetch(`${house().url}/mcp`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'post_messages_agentless', arguments: sms },
      }),
    })
    assert.equal(response.status, 403)
    assert.match(
      response.headers.get('www-authenticate') ?? '',
      /resource_metadata="[^"]+\/mcp", error="insufficient_scope", scope="conversations"/,
    )
  })

  test('a page elsewhere and a foreign name are refused', async () => {
    const post = (headers: Record<string, string>) =>
      fetch(`${house().url}/mcp`, { method: 'POST', headers, body: '{}' })
    assert.equal((await post({ origin: 'https://evil.example' })).status, 403)
    assert.equal((await post({ origin: 'http://localhost:6274' })).status, 401)
  })

  test('a client that starts a program speaks over its pipes', async () => {
    const program = fileURLToPath(new URL('../../bin/signalbox.js', import.meta.url))
    const argv = [program, 'mcp', '--data-dir', house().dataDir]
    const child = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'inherit'] })
    const lines = createInterface({ input: child.stdout })
    const say = async (message: object) => {
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
      const [line] = await once(lines, 'line')
      return JSON.parse(String(line))
    }
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x' } }
    const begun = await say({ id: 1, method: 'initialize', params })
    assert.equal(begun.result.protocolVersion, '2025-06-18')
    const listed = await say({ id: 2, method: 'tools/list' })
    assert.equal(listed.result.tools.length, 5)
    const stateless = await say({ id: 3, method: 'server/discover', params: { _meta: meta } })
    assert.deepEqual(stateless.result.supportedVersions, [modern])
    child.stdin.end()
    const [code] = await once(child, 'exit')
    assert.equal(code, 0)
  })
})
