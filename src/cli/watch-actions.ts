import { readdirSync, statSync, watch } from 'node:fs'
import { join } from 'node:path'
import { caseFiles, isActionFile, runCases } from './action-cases.ts'
import { CliError, type Terminal } from './command.ts'
import { lintFile } from './lint-file.ts'

/** Editors write a file in several steps; one look at the last of them is enough. */
const quietMs = 150

/** Lints the actions of a folder and does their cases, now and after each change, until it is ended. */
export async function watchActions(
  folder: string,
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<void> {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new CliError(`${folder} is no folder.`)
  }
  let timer: NodeJS.Timeout | undefined
  let look = lookAt(folder, terminal)
  const watcher = watch(folder, { recursive: true }, (_event, name) => {
    if (name === null || !/\.(json|ya?ml)$/i.test(name)) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      look = look.then(() => lookAt(folder, terminal))
    }, quietMs)
  })
  await new Promise<void>((resolve, reject) => {
    watcher.on('error', reject)
    signal?.addEventListener('abort', () => resolve(), { once: true })
    process.once('SIGINT', resolve)
  })
  clearTimeout(timer)
  watcher.close()
  await look
}

async function lookAt(folder: string, terminal: Terminal): Promise<void> {
  const tell = async (work: () => string | Promise<string>) => {
    try {
      terminal.out(await work())
    } catch (error) {
      if (!(error instanceof CliError)) throw error
      terminal.err(`${error.message}\n`)
    }
  }
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  for (const name of names.filter(isActionFile).toSorted()) {
    terminal.out(`${name}\n`)
    await tell(() => lintFile(join(folder, name)))
  }
  if (caseFiles(folder).length > 0) await tell(() => runCases(folder))
}
