import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { catalog, pathParams } from '../../src/mcp/catalog/catalog.ts'
import type { Param, ToolSpec } from '../../src/mcp/catalog/tool-spec.ts'
import { type House, startHouse } from '../house.ts'
import { onBothStores } from '../stores.ts'
import { agentOf, type ToolAgent, type ToolAnswer } from './agent.ts'

interface Paths {
  readonly near: House
  readonly far: House
  /** Tools on the far server itself. */
  readonly embedded: ToolAgent
  /** The same tools through the near server's connection to it. */
  readonly remote: ToolAgent
}

const plain = { name: 'Plain', plainText: true, rules: { '*': 'allow' } }

async function open(database: string | undefined): Promise<Paths> {
  const far = await startHouse(database === undefined ? {} : { database })
  const near = await startHouse()
  const { id, secret } = far.credentials.client
  const connection = await near.call('POST', '/api/signalbox/accounts', {
    body: {
      name: 'Far',
      connector: 'genesys-cloud',
      allowPrivateNetwork: true,
      settings: {
        baseUrl: far.url,
        loginUrl: far.url,
        clientId: id,
        clientSecret: secret,
      },
    },
  })
  assert.equal(connection.status, 201, JSON.stringify(connection.body))
  for (const house of [near, far]) {
    const made = await house.call('POST', '/api/signalbox/tool-policies', { body: plain })
    assert.equal(made.status, 201, JSON.stringify(made.body))
  }
  return {
    near,
    far,
    embedded: agentOf({ url: far.url, token: far.adminToken }),
    remote: agentOf({
      url: near.url,
      token: near.adminToken,
      path: `/mcp?pcid=${connection.body.id}`,
    }),
  }
}

function valueFor(param: Param): unknown {
  const words: unknown = param['enum']
  if (Array.isArray(words)) return words[0]
  const samples: Record<string, unknown> = { integer: 1, boolean: true, array: [], object: {} }
  return samples[String(param['type'])] ?? 'x'
}

/** Arguments that name nothing which exists, with what the catalogue demands. */
function argumentsFor(tool: ToolSpec): object {
  const ids = pathParams(tool).map((name) => [name, '0190a000-0000-7000-8000-00000000000f'])
  const body = (tool.required ?? []).map((name) => [name, valueFor(tool.body?.[name] ?? {})])
  return Object.fromEntries([...ids, ...body])
}

/** What two answers have to share: not the ids and moments of the call itself. */
function comparable({ answer, isError, text }: ToolAnswer): unknown {
  assert.deepEqual(JSON.parse(text), answer, 'text and structure say the same')
  const { contextId: _, retryAfterSeconds: __, ...rest } = answer
  return JSON.parse(
    JSON.stringify({ isError, rest })
      .replace(/[0-9a-f]{8}-?[0-9a-f]{4}-?7[0-9a-f-]+/g, 'id')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time'),
  )
}

onBothStores('the tools answer the same', (database) => {
  describe('on this server and through a connection', () => {
    let opened: Paths | undefined
    const paths = (): Paths => {
      assert.ok(opened !== undefined)
      return opened
    }
    before(async () => {
      opened = await open(await database())
    })
    after(async () => {
      await opened?.near.close()
      await opened?.far.close()
    })

    for (const tool of catalog) {
      test(tool.name, async () => {
        const args = argumentsFor(tool)
        const here = await paths().embedded.call(tool.name, args)
        const there = await paths().remote.call(tool.name, args)
        if (here.answer.code === 'not.implemented') {
          assert.equal(there.isError, true)
          assert.ok(String(here.answer.message).includes(tool.operationId))
          return
        }
        assert.deepEqual(comparable(there), comparable(here))
      })
    }

    test('a write does its work there', async () => {
      const sent = await paths().remote.call('post_messages_agentless', {
        fromAddress: paths().far.credentials.sender.address,
        toAddress: '+12025550111',
        toAddressMessengerType: 'sms',
        textBody: 'Over the connection.',
      })
      assert.equal(sent.isError, false, sent.text)
      const { body } = await paths().far.call(
        'GET',
        `/api/v2/conversations/messages/${sent.answer.id}/details`,
      )
      assert.equal(body.textBody, 'Over the connection.')
    })

    test('with several connections a call has to say which', async () => {
      const agent = agentOf({ url: paths().near.url, token: paths().near.adminToken })
      const { answer, isError } = await agent.call('get_messaging_integrations')
      assert.equal(isError, true)
      assert.equal(answer.allowed.PCID.length, 2)
      const { answer: listed } = await agent.call('list_connections')
      assert.deepEqual(
        listed.connections.map((one: { kind: string }) => one.kind),
        ['embedded', 'remote'],
      )
    })

    test('who may not use connections does not get through one', async () => {
      const agent = agentOf({
        url: paths().near.url,
        token: await paths().near.userToken(0),
      })
      const { answer: listed } = await agent.call('list_connections')
      const PCID = listed.connections[1].id
      const { answer } = await agent.call('get_messaging_integrations', { PCID })
      assert.equal(answer.code, 'missing.permissions')
    })
  })
})
