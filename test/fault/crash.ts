import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../src/config.ts'
import { silentLog } from '../../src/log.ts'
import { start } from '../../src/server.ts'
import { hashOf, tokenText } from '../../src/tokens.ts'

/** What a run of kills found. All the lists of wrongs must be empty. */
export interface CrashReport {
  readonly kills: number
  readonly acknowledged: number
  readonly uncertain: number
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
  readonly reordered: readonly string[]
}

export interface CrashOptions {
  readonly kills: number
  /** A PostgreSQL database's URL; SQLite unless given. */
  readonly database?: string | undefined
  /** Longest time that the server lives between two kills. */
  readonly lifeMsMax?: number
  readonly random?: () => number
}

const organizationId = 'crash-test'
const token = tokenText(organizationId, 'crash')
const senders = ['+12025550101', '+12025550102', '+12025550103']
const handsets = Array.from({ length: 12 }, (_, index) => `+1202555${String(1200 + index)}`)

/** What the providers took, in the order of arrival. */
interface Taken {
  readonly lane: string
  readonly text: string
}

/** Real providers' doors: one that does not drop doubles (Kaleyra's form), one that does (an open webhook). */
async function startProviders() {
  const sms: Taken[] = []
  const open: Taken[] = []
  const server = createServer((request, response) => {
    read(request)
      .then((body) => take(request, body, response))
      .catch(() => response.destroy())
  })
  const take = (request: IncomingMessage, body: string, response: ServerResponse) => {
    if (request.url?.startsWith('/v1/') === true) {
      const form = new URLSearchParams(body)
      const text = form.get('body') ?? ''
      sms.push({ lane: `${form.get('sender')}|${form.get('to')}`, text })
      const id = `${sms.length}-${form.get('ref')}`
      response.writeHead(202, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ data: [{ message_id: id }], error: {} }))
      return
    }
    const document = JSON.parse(body)
    if (document.type === 'Text') open.push({ lane: document.channel.to.id, text: document.text })
    response.writeHead(200).end()
  }
  await listen(server)
  return { url: urlOf(server), sms, open, close: () => server.close() }
}

/**
 * Kills the real process with SIGKILL at random instants under real load, starts it again, and holds what was
 * acknowledged against what the providers took.
 */
export async function crash(options: CrashOptions): Promise<CrashReport> {
  const random = options.random ?? Math.random
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-crash-'))
  const providers = await startProviders()
  const port = 20_000 + Math.floor(Math.random() * 10_000)
  const argv = [
    '--data-dir',
    dataDir,
    '--port',
    String(port),
    '--no-seed-demo',
    '--node-id',
    'crash-test',
    '--log-level',
    'error',
  ]
  if (options.database !== undefined) argv.push('--database', options.database)
  try {
    await prepare(argv, providers.url)
    const acknowledged = new Map<string, string[]>()
    const load = startLoad(`http://127.0.0.1:${port}`, acknowledged)
    for (let kill = 0; kill < options.kills; kill += 1) {
      const child = await startChild(argv, port)
      load.resume()
      await sleep(50 + random() * (options.lifeMsMax ?? 600))
      await killed(child)
      load.pause()
    }
    await load.stop()
    const report = await judge(argv, { acknowledged, providers })
    return { kills: options.kills, ...report }
  } finally {
    providers.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** Makes the organization, its accounts and senders, with the server's own parts. */
async function prepare(argv: readonly string[], providerUrl: string): Promise<void> {
  const running = await start(loadConfig({ argv, env: {} }).config, { log: silentLog })
  const { database } = running
  await database.addOrganization(organizationId)
  const nowMs = Date.now()
  const base = (id: string) => ({ id, name: id, version: 1, createdMs: nowMs, modifiedMs: nowMs })
  await database.store(organizationId).transaction(async (store) => {
    await store.records.add('organization', { ...base(organizationId), defaultCountry: 'US' })
    await store.records.add('oauthClient', {
      ...base('client'),
      grantType: 'CLIENT-CREDENTIALS',
      secretHash: '',
      redirectUris: [],
      scopes: [],
      permissions: ['*'],
      tokenValiditySeconds: 86_400,
      state: 'active',
    })
    await store.tokens.add({
      hash: hashOf(token),
      kind: 'access',
      clientId: 'client',
      scopes: [],
      expiresMs: nowMs + 86_400_000,
    })
    await store.records.add('account', {
      ...base('kaleyra'),
      connector: 'kaleyra',
      settings: { baseUrl: providerUrl, sid: 'HXTEST', endpoint: 'sms', callback: 'none' },
      secrets: { apiKey: 'crash-test-key', callbackSecret: 'crash-test-secret' },
      uncertain: 'hold',
      allowPrivateNetwork: true,
    })
    for (const address of senders) {
      await store.records.add('sender', {
        ...base(address),
        address,
        accountId: 'kaleyra',
        recipientId: address,
      })
    }
    await store.records.add('openIntegration', {
      ...base('integration'),
      webhookUrl: `${providerUrl}/hook`,
      webhookHeaders: {},
      allowPrivateNetwork: true,
      secrets: { token: 'a-webhook-secret-of-length' },
    })
  })
  await running.close()
}

/** Sends without end while the server lives, and notes what was acknowledged, lane by lane, in order. */
function startLoad(url: string, acknowledged: Map<string, string[]>) {
  let running = false
  let stopped = false
  let number = 0
  const workers = handsets.map(async (handset, index) => {
    while (!stopped) {
      if (!running) {
        await sleep(5)
        continue
      }
      number += 1
      const text = `text ${String(number).padStart(8, '0')}`
      const isOpen = index % 3 === 0
      const from = isOpen ? 'integration' : (senders[index % senders.length] ?? '')
      const status = await post(`${url}/api/v2/conversations/messages/agentless`, {
        fromAddress: from,
        toAddress: handset,
        toAddressMessengerType: isOpen ? 'open' : 'sms',
        textBody: text,
      })
      if (status !== 200) continue
      const lane = isOpen ? handset : `${from}|${handset}`
      acknowledged.set(lane, [...(acknowledged.get(lane) ?? []), text])
    }
  })
  return {
    resume: () => {
      running = true
    },
    pause: () => {
      running = false
    },
    async stop() {
      stopped = true
      await Promise.all(workers)
    },
  }
}

/** Lets everything come to rest, then compares. */
async function judge(
  argv: readonly string[],
  given: {
    readonly acknowledged: ReadonlyMap<string, readonly string[]>
    readonly providers: Awaited<ReturnType<typeof startProviders>>
  },
): Promise<Omit<CrashReport, 'kills'>> {
  const running = await start(loadConfig({ argv, env: {} }).config, { log: silentLog })
  const store = running.database.store(organizationId)
  const endMs = Date.now() + 60_000
  while (Date.now() < endMs) {
    const { byState } = await store.deliveries.depth()
    if ((byState['queued'] ?? 0) + (byState['sending'] ?? 0) === 0) break
    await sleep(50)
  }
  const uncertain = new Set<string>()
  for (let number = 1; ; number += 1) {
    const page = await store.deliveries.list({ size: 500, number }, { state: 'uncertain' })
    for (const { id } of page.entities) {
      const body = JSON.stringify(await store.deliveries.body(id))
      uncertain.add(/text \d{8}/.exec(body)?.[0] ?? id)
    }
    if (page.entities.length < 500) break
  }
  await running.close()
  const { sms, open } = given.providers
  return {
    acknowledged: [...given.acknowledged.values()].reduce((sum, texts) => sum + texts.length, 0),
    uncertain: uncertain.size,
    lost: lostOf(given.acknowledged, {
      taken: new Set([...sms, ...open].map(({ text }) => text)),
      uncertain,
    }),
    doubled: sms.map(({ text }) => text).filter((text, index, all) => all.indexOf(text) !== index),
    reordered: [...reorderedIn(sms), ...reorderedIn(open)],
  }
}

function lostOf(
  acknowledged: ReadonlyMap<string, readonly string[]>,
  known: { readonly taken: ReadonlySet<string>; readonly uncertain: ReadonlySet<string> },
): readonly string[] {
  return [...acknowledged.values()]
    .flat()
    .filter((text) => !known.taken.has(text) && !known.uncertain.has(text))
}

/** Texts of a lane that a provider first took after a later one. One worker writes a lane, so its numbers grow. */
function reorderedIn(taken: readonly Taken[]): readonly string[] {
  const last = new Map<string, string>()
  const seen = new Set<string>()
  const wrong: string[] = []
  for (const { lane, text } of taken) {
    if (seen.has(text)) continue
    seen.add(text)
    if ((last.get(lane) ?? '') > text) wrong.push(`${lane}: ${text} after ${last.get(lane)}`)
    last.set(lane, text)
  }
  return wrong
}

async function startChild(argv: readonly string[], port: number): Promise<ChildProcess> {
  const program = new URL('../../bin/signalbox.js', import.meta.url).pathname
  const child = spawn(process.execPath, [program, 'serve', ...argv], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  for (let attempt = 0; attempt < 400; attempt += 1) {
    if (child.exitCode !== null)
      throw new Error(`The server ended by itself with ${child.exitCode}.`)
    if ((await get(`http://127.0.0.1:${port}/health/ready`)) === 200) return child
    await sleep(25)
  }
  throw new Error('The server was not ready within 10 seconds.')
}

function killed(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
}

async function post(url: string, body: object): Promise<number> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    await response.arrayBuffer()
    return response.status
  } catch {
    return 0 // the server was killed under the request
  }
}

async function get(url: string): Promise<number> {
  try {
    const response = await fetch(url)
    await response.arrayBuffer()
    return response.status
  } catch {
    return 0 // not listening yet
  }
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
}

function urlOf(server: Server): string {
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}`
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
