import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import type { ZipLimits } from '../function-limits.ts'
import type { RunnerFolder } from '../runner-folder.ts'
import { unpackPackage } from './unpack.ts'

/** Unpacked packages kept at one time; the longest unused gives way. */
const foldersMax = 100

/** A zip that is fetched only when its package is not unpacked yet; the same id is always the same zip. */
export interface ZipSource {
  readonly id: string
  load(): Promise<Buffer>
}

/** Unpacked packages, found again by the id or the digest of their zip. */
export interface PackageStore {
  /** Folder of the unpacked zip. Throws `ZipError`, and then leaves nothing behind. */
  folderOf(zip: Buffer | ZipSource, runner: RunnerFolder): Promise<string>
}

/** Makes the store; the folders are the runner's and go with it. */
export function createPackageStore(limits: ZipLimits): PackageStore {
  const folders = new Map<string, Promise<string>>()

  const unpack = async (zip: Buffer | ZipSource, runner: RunnerFolder): Promise<string> => {
    const folder = await runner.newFolder()
    try {
      await unpackPackage('load' in zip ? await zip.load() : zip, folder, limits)
      return folder
    } catch (error) {
      await remove(folder)
      throw error
    }
  }
  const dropOldest = async () => {
    const [key, folder] = folders.entries().next().value ?? []
    if (key === undefined || folders.size <= foldersMax) return
    folders.delete(key)
    await remove((await folder) ?? '')
  }

  return {
    async folderOf(zip, runner) {
      const key = 'load' in zip ? `id ${zip.id}` : createHash('sha256').update(zip).digest('hex')
      const folder = folders.get(key) ?? unpack(zip, runner)
      folders.delete(key)
      folders.set(key, folder) // the last is the latest used
      try {
        await folder
      } catch (error) {
        folders.delete(key)
        throw error
      }
      await dropOldest()
      return folder
    },
  }
}

function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true })
}
