import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a campaign under kills came to. */
export interface CampaignCrashReport {
  readonly contacts: number
  readonly kills: number
  readonly seconds: number
  /** Contacts by the number of texts that their handset has; all must have one. */
  readonly byTexts: Readonly<Record<number, number>>
  readonly delivered: number
}

export interface CampaignCrashOptions {
  readonly contacts: number
  readonly kills: number
  /** A PostgreSQL database's URL; SQLite unless given. */
  readonly database?: string | undefined
  readonly withinMs?: number
}

/** Runs a campaign in a real process that is killed (SIGKILL) while it works, and counts each handset's texts. */
export async function crashCampaign(options: CampaignCrashOptions): Promise<CampaignCrashReport> {
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-campaign-'))
  const port = await freePort()
  const argv = ['--port', String(port), '--data-dir', dataDir, '--log-level', 'error']
  if (options.database !== undefined) argv.push('--database', options.database)
  const server = new KilledServer(argv, port, dataDir)
  try {
    await server.start()
    const campaignId = await prepare(server, options.contacts)
    const startMs = Date.now()
    await server.call('POST', `/api/v2/outbound/messagingcampaigns/${campaignId}/start`)
    for (let kill = 1; kill <= options.kills; kill += 1) {
      const share = (kill * options.contacts) / (options.kills + 2)
      await progressed(server, { campaignId, to: share, withinMs: options.withinMs ?? 120_000 })
      await server.kill()
      await server.start()
    }
    const done = { campaignId, to: options.contacts, withinMs: options.withinMs ?? 120_000 }
    const delivered = await progressed(server, done, 'delivered')
    const seconds = (Date.now() - startMs) / 1000
    const byTexts = await textsByHandset(server, options.contacts)
    return { contacts: options.contacts, kills: options.kills, seconds, byTexts, delivered }
  } finally {
    await server.kill()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

function handsetOf(index: number): string {
  return `+4930${String(1_000_000 + index)}`
}

async function prepare(server: KilledServer, contacts: number): Promise<string> {
  const sender = await server.call('GET', '/api/signalbox/senders')
  const list = await server.call('POST', '/api/v2/outbound/contactlists', {
    name: 'All',
    columnNames: ['phone', 'text'],
    phoneColumns: [{ columnName: 'phone', type: 'cell' }],
  })
  const rows = ['phone,text']
  for (let index = 0; index < contacts; index += 1) rows.push(`${handsetOf(index)},Hello ${index}`)
  await server.call('POST', `/api/signalbox/contactlists/${list['id']}/import`, rows.join('\n'))
  const campaign = await server.call('POST', '/api/v2/outbound/messagingcampaigns', {
    name: 'To all',
    contactList: { id: list['id'] },
    messagesPerMinute: 1_000_000,
    smsConfig: {
      messageColumn: 'text',
      phoneColumn: 'phone',
      senderSmsPhoneNumber: { phoneNumber: sender['entities'][0].address },
    },
  })
  return String(campaign['id'])
}

/** Waits until that many contacts are dealt with; how many are counted then. */
async function progressed(
  server: KilledServer,
  to: { readonly campaignId: string; readonly to: number; readonly withinMs: number },
  count: 'messaged' | 'delivered' = 'messaged',
): Promise<number> {
  const path = `/api/v2/outbound/messagingcampaigns/${to.campaignId}/progress`
  const endMs = Date.now() + to.withinMs
  for (;;) {
    const progress = await server.call('GET', path)
    const reached =
      count === 'messaged' ? progress['numberOfContactsMessaged'] : progress['counts'].delivered
    if (reached >= to.to) return reached
    if (Date.now() > endMs) throw new Error(`The campaign stands at ${JSON.stringify(progress)}.`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function textsByHandset(
  server: KilledServer,
  contacts: number,
): Promise<Record<number, number>> {
  const texts = new Map<string, number>()
  for (let after = ''; ; ) {
    const query = after === '' ? '' : `&after=${after}`
    const page = await server.call('GET', `/api/signalbox/handset/messages?limit=500${query}`)
    for (const one of page['entities']) texts.set(one.handset, (texts.get(one.handset) ?? 0) + 1)
    if (page['entities'].length < 500) break
    after = page['entities'].at(-1).id
  }
  const byTexts: Record<number, number> = {}
  for (let index = 0; index < contacts; index += 1) {
    const count = texts.get(handsetOf(index)) ?? 0
    byTexts[count] = (byTexts[count] ?? 0) + 1
  }
  return byTexts
}

/** The real program in a process that can be killed and started again on the same data. */
class KilledServer {
  readonly #argv: readonly string[]
  readonly #url: string
  readonly #dataDir: string
  #child: ChildProcess | undefined

  constructor(argv: readonly string[], port: number, dataDir: string) {
    this.#argv = argv
    this.#url = `http://127.0.0.1:${port}`
    this.#dataDir = dataDir
  }

  async start(): Promise<void> {
    const program = new URL('../../bin/signalbox.js', import.meta.url).pathname
    const child = spawn(process.execPath, [program, 'serve', ...this.#argv], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    this.#child = child
    for (let attempt = 0; attempt < 800; attempt += 1) {
      if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}.`)
      const ready = await fetch(`${this.#url}/health/ready`).catch(() => undefined)
      if (ready?.status === 200) return
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    throw new Error('The server was not ready within 20 seconds.')
  }

  kill(): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null)
      return Promise.resolve()
    return new Promise((resolve) => {
      child.once('exit', () => resolve())
      child.kill('SIGKILL')
    })
  }

  // biome-ignore lint/suspicious/noExplicitAny: the outside world enters here
  async call(method: string, path: string, body?: unknown): Promise<any> {
    const { token } = JSON.parse(readFileSync(join(this.#dataDir, 'admin.json'), 'utf8'))
    const isCsv = typeof body === 'string'
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': isCsv ? 'text/csv' : 'application/json',
      },
      ...(body === undefined ? {} : { body: isCsv ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
