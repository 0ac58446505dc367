import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { delimiter, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** Kannel, running: an SMS gateway in C, from Debian's packages. */
export interface Kannel {
  /** Where messages are handed in. */
  readonly url: string
  /** Where its provider posts delivery reports. */
  readonly reportsUrl: string
  /** Its processes. */
  readonly pids: readonly number[]
  close(): Promise<void>
}

/** Name and password of everybody: nothing listens outside loopback. */
const word = 'bench'
const readyMs = 15_000

/** Where a program of Kannel's is; an `Error` says how to install it. */
function programOf(name: string): string {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  const found = folders.map((folder) => join(folder, name)).find((file) => existsSync(file))
  if (found !== undefined) return found
  throw new Error(
    `Kannel's ${name} is not installed. On Debian or Ubuntu: apt-get install kannel kannel-extras; the service that the package brings need not run.`,
  )
}

/** Starts bearerbox and smsbox in front of that provider, with messages kept in a spool folder. */
export async function startKannel(folder: string, providerUrl: string): Promise<Kannel> {
  const programs = { bearer: programOf('bearerbox'), sms: programOf('smsbox') }
  const first = 20_000 + Math.floor(Math.random() * 10_000)
  const ports = { admin: first, boxes: first + 1, send: first + 2, reports: first + 3 }
  mkdirSync(join(folder, 'spool'), { recursive: true })
  const file = join(folder, 'kannel.conf')
  writeFileSync(file, configuration(folder, providerUrl, ports))
  const started: ChildProcess[] = []
  const close = async () => {
    for (const child of started.reverse()) await ended(child)
  }
  try {
    for (const [program, port] of [
      [programs.bearer, ports.boxes],
      [programs.sms, ports.send],
    ] as const) {
      const child = spawn(program, ['-v', '4', file], { stdio: 'ignore', cwd: folder })
      process.once('exit', () => child.kill('SIGKILL'))
      started.push(child)
      await listening(port, child)
    }
    await listening(ports.reports, started[0])
  } catch (error) {
    await close()
    throw error
  }
  return {
    url: `http://127.0.0.1:${ports.send}`,
    reportsUrl: `http://127.0.0.1:${ports.reports}`,
    pids: started.flatMap(({ pid }) => pid ?? []),
    close,
  }
}

/** The path of one message, with `{n}` for its number; the reports that it asks for go to `toldUrl`. */
export function kannelPath(toldUrl?: string): string {
  const query = new URLSearchParams({
    username: word,
    password: word,
    from: '12025550100',
    to: '1{n}',
    text: 'Your parcel {n} is on its way and will be with you between 14:00 and 16:00 today. Reply STOP to opt out.',
    ...(toldUrl === undefined ? {} : { 'dlr-mask': '3', 'dlr-url': toldUrl }),
  })
  return `/cgi-bin/sendsms?${query}`.replaceAll('%7Bn%7D', '{n}')
}

/** The path by which Kannel's provider says that a message was delivered. */
export const kannelReportPath = `/sms?username=${word}&password=${word}&from=12025550100&to=12025550123&dlr-mask=1&dlr-mid={id}&text=ok`

interface Ports {
  readonly admin: number
  readonly boxes: number
  readonly send: number
  readonly reports: number
}

function configuration(folder: string, providerUrl: string, ports: Ports): string {
  return `group = core
admin-port = ${ports.admin}
admin-password = ${word}
admin-allow-ip = 127.0.0.1
smsbox-port = ${ports.boxes}
box-allow-ip = 127.0.0.1
store-type = spool
store-location = ${join(folder, 'spool')}
dlr-storage = internal
log-file = ${join(folder, 'bearerbox.log')}
log-level = 4

group = smsc
smsc = http
smsc-id = provider
system-type = generic
send-url = "${providerUrl}/v1/SID/sms?from=%p&to=%P&text=%b&id=%I"
status-success-regex = "ok"
status-tempfail-regex = "later"
status-permfail-regex = "never"
port = ${ports.reports}
connect-allow-ip = 127.0.0.1
smsc-username = ${word}
smsc-password = ${word}
max-pending-submits = 64

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = ${ports.boxes}
sendsms-port = ${ports.send}
log-file = ${join(folder, 'smsbox.log')}
log-level = 4

group = sendsms-user
username = ${word}
password = ${word}
max-messages = 3
concatenation = true

group = sms-service
keyword = default
text = "none"
`
}

async function listening(port: number, child: ChildProcess | undefined): Promise<void> {
  const endMs = performance.now() + readyMs
  while (!(await isOpen(port))) {
    if (child?.exitCode !== null || performance.now() > endMs) {
      throw new Error(`Kannel did not start (port ${port}): see its log in the benchmark's folder.`)
    }
    await wait(50)
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('close', () => socket.destroy())
    socket.once('connect', () => socket.end())
  })
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const deadline = setTimeout(() => child.kill('SIGKILL'), 5000)
  await gone
  clearTimeout(deadline)
}
