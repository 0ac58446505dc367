import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import type { ZipLimits } from '../function-limits.ts'
import type { RunnerFolder } from '../runner-folder.ts'
import { unpackPackage } from './unpack.ts'

/** Unpacked packages kept at one time; the longest unused gives way. */
const foldersMax = 100

/** Unpacked packages, found again by the digest of their zip. */
export interface PackageStore {
  /** Folder of the unpacked zip. Throws `ZipError`, and then leaves nothing behind. */
  folderOf(zip: Buffer, runner: RunnerFolder): Promise<string>
}

/** Makes the store; the folders are the runner's and go with it. */
export function createPackageStore(limits: ZipLimits): PackageStore {
  const folders = new Map<string, Promise<string>>()

  const unpack = async (zip: Buffer, runner: RunnerFolder): Promise<string> => {
    const folder = await runner.newFolder()
    try {
      await unpackPackage(zip, folder, limits)
      return folder
    } catch (error) {
      await remove(folder)
      throw error
    }
  }
  const dropOldest = async () => {
    const [digest, folder] = folders.entries().next().value ?? []
    if (digest === undefined || folders.size <= foldersMax) return
    folders.delete(digest)
    await remove((await folder) ?? '')
  }

  return {
    async folderOf(zip, runner) {
      const digest = createHash('sha256').update(zip).digest('hex')
      const folder = folders.get(digest) ?? unpack(zip, runner)
      folders.delete(digest)
      folders.set(digest, folder) // the last is the latest used
      try {
        await folder
      } catch (error) {
        folders.delete(digest)
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
