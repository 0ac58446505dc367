import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ZipLimits } from '../function-limits.ts'
import { readZip, ZipError } from './zip.ts'

/** Unpacks a package into a folder that is empty. Existing files are never written over. Throws `ZipError`. */
export async function unpackPackage(zip: Buffer, folder: string, limits: ZipLimits): Promise<void> {
  for await (const { path, content } of readZip(zip, limits)) {
    const file = join(folder, path)
    try {
      await mkdir(dirname(file), { recursive: true, mode: 0o755 })
      await writeFile(file, content, { mode: 0o644, flag: 'wx' })
    } catch (cause) {
      throw new ZipError(`${path} cannot be unpacked where another entry stands.`, { cause })
    }
  }
}
