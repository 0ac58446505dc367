import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'

/** The user and group that own nothing, by their customary number. */
const nobody = '65534'

/**
 * How far this platform can shut a child in, beyond what Node's own permissions do.
 * `network: 'namespace'` is a boundary of the kernel: the child has no interface to reach anything through.
 * `network: 'guarded'` means that only the replaced modules stand between a package and the network.
 */
export interface Isolation {
  /** Program and arguments that stand before Node's. */
  readonly prefix: readonly string[]
  readonly network: 'namespace' | 'guarded'
  readonly user: 'nobody' | 'own'
}

/** Finds the strongest isolation that works here, by trying to start Node under it, strongest first. */
export async function findIsolation(): Promise<Isolation> {
  for (const isolation of candidates()) {
    if (await works(isolation)) return isolation
  }
  return { prefix: [], network: 'guarded', user: 'own' }
}

function candidates(): readonly Isolation[] {
  if (process.platform !== 'linux') return []
  const isRoot = process.getuid?.() === 0
  const unshare = ['/usr/bin/unshare', '/bin/unshare'].find((path) => existsSync(path))
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path))
  // A child that is frozen or busy does not notice that its line to the server ended; the kernel does.
  const untilParentEnds = setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'KILL', '--']
  const found: Isolation[] = []
  if (unshare !== undefined && isRoot) {
    const asNobody = ['--setgid', nobody, '--setuid', nobody]
    found.push({
      prefix: [unshare, '--net', ...asNobody, '--', ...untilParentEnds],
      network: 'namespace',
      user: 'nobody',
    })
  }
  if (unshare !== undefined && !isRoot) {
    const prefix = [unshare, '--map-current-user', '--net', '--', ...untilParentEnds]
    found.push({ prefix, network: 'namespace', user: 'own' })
  }
  if (setpriv !== undefined && isRoot) {
    const asNobody = [setpriv, '--regid', nobody, '--reuid', nobody, '--clear-groups', '--']
    found.push({ prefix: [...asNobody, ...untilParentEnds], network: 'guarded', user: 'nobody' })
  }
  if (setpriv !== undefined) {
    found.push({ prefix: untilParentEnds, network: 'guarded', user: 'own' })
  }
  return found
}

function works({ prefix }: Isolation): Promise<boolean> {
  const [program = '', ...rest] = [...prefix, process.execPath, '--version']
  return new Promise((resolve) => {
    execFile(program, rest, { env: {}, timeout: 20_000 }, (error) => resolve(error === null))
  })
}
