import { randomUUID } from 'node:crypto'
import { chmod, cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the programs of the children lie, and nothing else of the server's. */
export interface RunnerFolder {
  readonly path: string
  /** Path of a program, such as `script/script-worker`, with the extension it has here. */
  program(name: string): string
  /** Makes a new folder for one package. */
  newFolder(): Promise<string>
  remove(): Promise<void>
}

/** What the children load, relative to this folder. */
const programs = [
  'frames',
  'child-port',
  'script/script-worker',
  'script/script-instance',
  'script/script-run',
  'script/web-assembly',
  'script/sandbox',
  'package/package-worker',
  'package/package-run',
  'package/lockdown',
  'package/builtins',
  'package/brokered-http',
  'package/brokered-request',
  'package/brokered-fetch',
]

const libraries = [
  'quickjs-emscripten-core',
  '@jitl/quickjs-ffi-types',
  '@jitl/quickjs-wasmfile-release-sync',
]

/**
 * Copies the programs of the children into a temporary folder that anybody may read. A child then needs leave for
 * this folder only, and another user than the server's can run it wherever the server is installed.
 */
export async function createRunnerFolder(): Promise<RunnerFolder> {
  const here = dirname(fileURLToPath(import.meta.url))
  const extension = extname(fileURLToPath(import.meta.url)) // .ts from source, .js in the package
  const path = await mkdtemp(join(await realpath(tmpdir()), 'signalbox-functions-'))
  await chmod(path, 0o755)
  const runner = join(path, 'runner')
  await mkdir(join(path, 'empty'))
  await mkdir(join(path, 'packages'))
  for (const name of programs) {
    const file = name.endsWith('/sandbox') ? name : `${name}${extension}`
    await cp(join(here, file), join(runner, file), { recursive: true })
  }
  for (const name of libraries) {
    await cp(folderOf(name), join(runner, 'node_modules', name), {
      recursive: true,
      filter: (source) => !/\.(map|ts|mts|md)$/.test(source),
    })
  }
  await writeFile(join(runner, 'package.json'), '{"type":"module"}')
  return {
    path,
    program: (name) => join(runner, `${name}${extension}`),
    async newFolder() {
      const folder = join(path, 'packages', randomUUID())
      await mkdir(folder)
      return folder
    },
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  }
}

function folderOf(library: string): string {
  const main = createRequire(import.meta.url).resolve(library)
  return main.slice(0, main.lastIndexOf(join(library, 'dist')) + library.length)
}
