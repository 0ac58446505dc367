import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Pool } from 'undici'
import { startFlags } from './bed.ts'
import type { Options } from './options.ts'

/** A server of tools under load. */
interface Subject {
  readonly name: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly pid: number
  /** A call that costs little beside the protocol. */
  readonly light: object
  /** A call that reads what customers wrote from the store, as agents do. */
  readonly read: object
}

interface Figure {
  readonly perSecond: number
  readonly cpuMicroseconds: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly failed: number
}

/** Connections as in the reference measurement: closed loop, 16 at a time. */
const connections = 16
const ticksPerSecond = 100

/** Tool calls and lists a second, and CPU for each, against the public example server in the same run. */
export async function benchMcp(options: Options): Promise<object> {
  const closers: (() => Promise<void>)[] = []
  try {
    const ours = await startOurs(options, closers)
    const theirs = await startTheirs(closers)
    const figures: Record<string, object> = {}
    for (const method of ['light call', 'reading call', 'tools/list'] as const) {
      const own: Figure[] = []
      const other: Figure[] = []
      for (let round = 0; round < options.rounds; round++) {
        own.push(await measure(ours, method, options.seconds))
        other.push(await measure(theirs, method, options.seconds))
      }
      const factor = median(own, 'perSecond') / median(other, 'perSecond')
      tell(method, { ours: own, 'server-everything': other }, factor)
      figures[method] = { ours: own, theirs: other, factor }
    }
    return figures
  } finally {
    for (const close of closers.reverse()) await close()
  }
}

function tell(
  method: string,
  by: Readonly<Record<string, readonly Figure[]>>,
  factor: number,
): void {
  console.log(`${method}: ${factor.toFixed(1)} times as many a second`)
  for (const [name, figures] of Object.entries(by)) {
    const three = (key: keyof Figure, digits = 0) => {
      const values = figures.map((figure) => figure[key]).sort((one, two) => one - two)
      const [min = 0, max = 0] = [values[0], values.at(-1)]
      return [min, median(figures, key), max].map((value) => value.toFixed(digits)).join(' / ')
    }
    console.log(
      `  ${name.padEnd(18)} ${three('perSecond')} a second, CPU ${three('cpuMicroseconds')} µs, p50 ${three('p50Ms')} ms, p99 ${three('p99Ms')} ms, failed ${three('failed')}`,
    )
  }
}

function median(figures: readonly Figure[], key: keyof Figure): number {
  const values = figures.map((figure) => figure[key]).sort((one, two) => one - two)
  return values[Math.floor(values.length / 2)] ?? 0
}

async function measure(subject: Subject, method: string, seconds: number): Promise<Figure> {
  const params = { 'light call': subject.light, 'reading call': subject.read }[method] ?? {}
  const called = method === 'tools/list' ? method : 'tools/call'
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: called, params })
  await warmUp(subject, body)
  const before = cpuSeconds(subject.pid)
  const result = await load(subject, body, seconds)
  const used = cpuSeconds(subject.pid) - before
  const latencies = result.latencies.sort((one, other) => one - other)
  const at = (part: number) => latencies[Math.floor(latencies.length * part)] ?? 0
  return {
    perSecond: latencies.length / result.seconds,
    cpuMicroseconds: (used * 1e6) / latencies.length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    failed: result.failed,
  }
}

/** Calls until the engine has compiled what a call runs through; on a busy machine a second is too short for that. */
const warmCalls = 3000
const warm = new Set<string>()

async function warmUp(subject: Subject, body: string): Promise<void> {
  const key = `${subject.name} ${body}`
  let calls = warm.has(key) ? warmCalls : 0
  while (calls < warmCalls) calls += (await load(subject, body, 1)).latencies.length || warmCalls
  warm.add(key)
}

/** Keeps one request under way on each connection. */
async function load({ url, headers }: Subject, body: string, seconds: number) {
  const { origin, pathname } = new URL(url)
  const pool = new Pool(origin, { connections, pipelining: 1 })
  const latencies: number[] = []
  let failed = 0
  const startMs = performance.now()
  const endMs = startMs + seconds * 1000
  const one = async () => {
    while (performance.now() < endMs) {
      const sentMs = performance.now()
      const reply = await pool.request({ path: pathname, method: 'POST', headers, body })
      const text = await reply.body.text()
      if (reply.statusCode !== 200 || !text.includes('"result"')) failed += 1
      else latencies.push(performance.now() - sentMs)
    }
  }
  await Promise.all(Array.from({ length: connections }, one))
  const tookSeconds = (performance.now() - startMs) / 1000
  await pool.close()
  return { latencies, failed, seconds: tookSeconds }
}

/** User and system time of a process, from the kernel's account of it. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

async function startOurs(options: Options, closers: (() => Promise<void>)[]): Promise<Subject> {
  const dataDir = mkdtempSync(join(options.dir ?? tmpdir(), 'signalbox-bench-'))
  closers.push(async () => rmSync(dataDir, { recursive: true, force: true }))
  const program = fileURLToPath(new URL('../bin/signalbox.js', import.meta.url))
  const port = await freePort()
  const { profile } = options
  const profiling = profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profile]
  const serve = [program, 'serve', '--data-dir', dataDir, '--port', String(port)]
  const child = start([...startFlags, ...profiling, ...serve], closers)
  await answers(`http://127.0.0.1:${port}/health/ready`, child)
  const admin = JSON.parse(readFileSync(join(dataDir, 'admin.json'), 'utf8'))
  const headers = {
    authorization: `Bearer ${admin.token}`,
    'content-type': 'application/json',
    accept: 'application/json',
  }
  const post = (path: string, body: object) =>
    fetch(`${admin.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  await post('/api/signalbox/tool-policies', {
    name: 'No limit',
    callsPerMinute: 100_000_000,
  })
  const credentials = JSON.parse(readFileSync(join(dataDir, 'credentials.json'), 'utf8'))
  const inbound = await post(
    `/api/v2/conversations/messages/${credentials.integration.id}/inbound/open/message?prefetchConversationId=true`,
    {
      channel: {
        from: { id: 'bench', idType: 'Opaque' },
        messageId: 'bench-1',
        time: new Date().toISOString(),
      },
      text: 'x'.repeat(64),
    },
  )
  const message: { id?: string; conversationId?: string } = Object(await inbound.json())
  return {
    name: 'ours',
    url: `${admin.url}/mcp`,
    headers,
    pid: child.pid ?? 0,
    light: { name: 'list_connections', arguments: {} },
    read: {
      name: 'get_message_message',
      arguments: { conversationId: message.conversationId, messageId: message.id },
    },
  }
}

async function startTheirs(closers: (() => Promise<void>)[]): Promise<Subject> {
  const program = fileURLToPath(
    new URL(
      '../node_modules/@modelcontextprotocol/server-everything/dist/index.js',
      import.meta.url,
    ),
  )
  const port = await freePort()
  const child = start([program, 'streamableHttp'], closers, { PORT: String(port) })
  const url = `http://127.0.0.1:${port}/mcp`
  await answers(url, child)
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  }
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bench', version: '1' },
  }
  const begun = await fetch(url, {
    method: 'POST',
    headers,
    body: JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params }),
  })
  headers['mcp-session-id'] = begun.headers.get('mcp-session-id') ?? ''
  await begun.text()
  // the example server has nothing to read: its echo stands against both
  const echo = { name: 'echo', arguments: { message: 'x'.repeat(64) } }
  return {
    name: 'server-everything',
    url,
    headers,
    pid: child.pid ?? 0,
    light: echo,
    read: echo,
  }
}

function start(
  argv: readonly string[],
  closers: (() => Promise<void>)[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  const child = spawn(process.execPath, argv, { stdio: 'ignore', env: { ...process.env, ...env } })
  closers.push(async () => {
    if (child.exitCode !== null) return
    const gone = once(child, 'exit')
    child.kill()
    await gone
  })
  return child
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`${url} did not start.`)
    try {
      const response = await fetch(url)
      await response.text()
      if (response.status !== 503) return
    } catch {
      // not listening yet
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${url} does not answer.`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
