import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Client } from 'pg'
import { migrations } from '../../src/store/migrations/migrate.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import type { Database } from '../../src/store/store.ts'
import { openVault } from '../../src/vault.ts'
import { eventually } from '../house.ts'
import { startPostgres } from '../postgres.ts'
import { handsets, organizationId, prepareGround, senders, token } from './ground.ts'
import { assertNothingWrong, judge } from './judge.ts'
import { send, sleep, startLoad } from './load.ts'
import { likelyFreePort, type ServerProcess, startServerProcess } from './process.ts'
import { type Providers, startProviders } from './providers.ts'

const key = randomBytes(32)

describe('several nodes on one PostgreSQL', () => {
  let postgres: Awaited<ReturnType<typeof startPostgres>>
  let url = ''
  let database: Database
  let providers: Providers
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-nodes-'))
  const nodes = new Map<string, ServerProcess>()

  /** The key and the URL come by the environment, so that every node has the same. */
  async function startNode(name: string): Promise<ServerProcess> {
    const argv = ['--data-dir', join(folder, name), '--node-id', name]
    argv.push('--no-seed-demo', '--log-level', 'error')
    const node = await startServerProcess(argv, likelyFreePort(), {
      env: { SIGNALBOX_DATABASE: url, SIGNALBOX_KEY: key.toString('base64') },
    })
    nodes.set(name, node)
    return node
  }

  function node(name: string): ServerProcess {
    const found = nodes.get(name)
    if (found === undefined) throw new Error(`The node ${name} was not started.`)
    return found
  }

  /** Waits until the last two nodes have half of the buckets each. */
  async function shared(): Promise<void> {
    await eventually(
      'both have their share of the buckets',
      async () => {
        const owners = (await database.leases('bucket:')).map(({ owner }) => owner)
        return ['d', 'e'].every((name) => owners.filter((owner) => owner === name).length === 32)
      },
      30_000,
    )
  }

  before(async () => {
    postgres = await startPostgres({ fsync: true })
    url = await postgres.url('nodes')
    providers = await startProviders()
  })
  after(async () => {
    for (const node of nodes.values()) await node.end('SIGKILL')
    await database.close()
    providers.close()
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('three that start at once on an empty database bring it up to date once', async () => {
    await Promise.all(['a', 'b', 'c'].map((name) => startNode(name)))
    const client = new Client({ connectionString: url })
    await client.connect()
    const { rows } = await client.query('select number from migrations order by number')
    await client.end()
    assert.deepEqual(
      rows.map(({ number }) => Number(number)),
      migrations.map(({ number }) => number),
    )
    await node('c').end('SIGTERM')
    database = await openPostgres({ url, vault: openVault(key) })
    await prepareGround(database, providers.url)
  })

  test('a rolling restart under load loses, doubles and reorders nothing, and no caller sees a 5xx', async (t) => {
    const up = [node('a'), node('b')]
    const load = startLoad((caller) => up[caller % up.length]?.url)
    t.after(() => load.stop())
    load.resume()
    for (const [place, name] of ['d', 'e'].entries()) {
      await sleep(1500)
      const closing = up[place]
      const next = await startNode(name)
      up[place] = next
      assert.equal(await closing?.end('SIGTERM'), 0)
    }
    await sleep(1500)
    await load.stop()
    // 0 is a connection that the closing node cut before it took the request.
    const statuses = new Set(load.refused.map(({ status }) => status))
    assert.deepEqual(
      [...statuses].filter((status) => status !== 0),
      [],
      'no caller is refused',
    )
    const store = database.store(organizationId)
    const verdict = await judge(store, { acknowledged: load.acknowledged, providers })
    t.diagnostic(JSON.stringify({ ...verdict, cut: load.refused.length }))
    assertNothingWrong(verdict, 48)
    assert.equal(verdict.uncertain, 0, 'what was under way ended in order')
  })

  test('what one node does is heard by a client of another', async () => {
    const [one, other] = [node('d'), node('e')]
    const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' }
    const stream = await fetch(`${other.url}/api/signalbox/feed`, { headers })
    assert.equal(stream.status, 200)
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
    const text = 'heard elsewhere'
    const startMs = performance.now()
    const told = await send(one.url, { from: senders[0], to: handsets[0] ?? '', text })
    assert.equal(told.status, 200)
    let heard = ''
    while (!heard.includes('"type":"message"')) heard += (await reader?.read())?.value ?? ''
    assert.ok(performance.now() - startMs < 5000)
    await reader?.cancel()
    await eventually('it is sent', async () => providers.sms.some((one) => one.text === text))
  })

  test('what one node accepts for a sender of another leaves at once, not with the next look', async (t) => {
    await shared()
    const tookMs: number[] = []
    for (let number = 0; number < 12; number += 1) {
      const from = senders[number % senders.length] ?? ''
      const text = `text ${80_000_000 + number}`
      const startMs = performance.now()
      const by = node(number % 2 === 0 ? 'd' : 'e')
      assert.equal((await send(by.url, { from, to: handsets[0] ?? '', text })).status, 200)
      await eventually('it is sent', async () => providers.sms.some((one) => one.text === text))
      tookMs.push(performance.now() - startMs)
    }
    const median = tookMs.toSorted((a, b) => a - b)[6] ?? 0
    t.diagnostic(`accepted to sent: median ${Math.round(median)} ms`)
    assert.ok(median < 400, `${median} ms`)
  })

  test('a node that is killed hands its senders over within ten seconds', async (t) => {
    const [lives, dies] = [node('d'), node('e')]
    const store = database.store(organizationId)
    await shared()
    await dies.end('SIGKILL')
    const killedMs = performance.now()
    const texts = senders.flatMap((from, index) =>
      handsets.map((to, at) => ({ from, to, text: `text ${90_000_000 + index * 100 + at}` })),
    )
    for (const one of texts) assert.equal((await send(lives.url, one)).status, 200)
    await eventually(
      'all is sent',
      async () => {
        const taken = new Set(providers.sms.map(({ text }) => text))
        return texts.every(({ text }) => taken.has(text))
      },
      20_000,
    )
    const tookMs = performance.now() - killedMs
    t.diagnostic(`handed over and sent after ${Math.round(tookMs)} ms`)
    assert.ok(tookMs < 10_000, `${tookMs} ms`)
    const { byState } = await store.deliveries.depth()
    assert.equal(byState['uncertain'] ?? 0, 0, 'nothing was under way on the dead node')
  })
})
