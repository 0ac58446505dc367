import { promisify } from 'node:util'
import { crc32, inflateRaw } from 'node:zlib'
import type { ZipLimits } from '../function-limits.ts'

/** Thrown for a zip that is not taken; the message says why in a sentence. */
export class ZipError extends Error {
  override readonly name = 'ZipError'
}

/** A file of a zip. `path` is relative, with slashes, and does not lead out of where it is unpacked. */
export interface ZipFile {
  readonly path: string
  readonly content: Buffer
}

interface Entry {
  readonly path: string
  readonly method: number
  readonly checksum: number
  readonly packedBytes: number
  readonly bytes: number
  readonly localAt: number
}

/** What no ratio makes dangerous: sources with much white space pack well. */
const harmlessBytes = 1_048_576

const inflate = promisify(inflateRaw)

/** Signatures and lengths of the format's records (PKWARE's APPNOTE 6.3). */
const end = { signature: 0x06054b50, bytes: 22, commentBytesMax: 65_535 }
const central = { signature: 0x02014b50, bytes: 46 }
const local = { signature: 0x04034b50, bytes: 30 }

/**
 * Reads the files of a zip one after the other, in bounded memory. Takes stored and deflated entries; refuses
 * links, encryption, zip64, paths that lead outside, files that stand twice, and whatever unpacks to more than
 * it declares or than is allowed. Throws `ZipError`.
 */
export async function* readZip(zip: Buffer, limits: ZipLimits): AsyncGenerator<ZipFile> {
  if (zip.length > limits.zipBytesMax) {
    throw new ZipError(
      `The zip is ${zip.length} bytes long; at most ${limits.zipBytesMax} are allowed.`,
    )
  }
  const entries = readEntries(zip, limits)
  for (const entry of entries) yield { path: entry.path, content: await contentOf(zip, entry) }
}

function readEntries(zip: Buffer, limits: ZipLimits): readonly Entry[] {
  const { count, at: start } = findDirectory(zip)
  if (count > limits.entriesMax)
    throw new ZipError(`The zip has more than ${limits.entriesMax} entries.`)
  const entries: Entry[] = []
  const paths = new Set<string>()
  let total = 0
  let at = start
  for (let left = count; left > 0; left -= 1) {
    if (at + central.bytes > zip.length || zip.readUInt32LE(at) !== central.signature) {
      throw new ZipError('The directory of the zip is damaged.')
    }
    const nameEnd = at + central.bytes + zip.readUInt16LE(at + 28)
    const name = zip.toString('utf8', at + central.bytes, nameEnd)
    const entry = readEntry(zip, at, checkedPath(name))
    total += entry.bytes
    if (entry.bytes > limits.entryBytesMax || total > limits.totalBytesMax) {
      throw new ZipError(
        `Unpacked, the zip is larger than the ${limits.totalBytesMax} bytes allowed.`,
      )
    }
    if (entry.bytes > entry.packedBytes * limits.ratioMax + harmlessBytes) {
      throw new ZipError(`${entry.path} is packed more than ${limits.ratioMax} times: a bomb.`)
    }
    if (!name.endsWith('/')) {
      const key = entry.path.toLowerCase()
      if (paths.has(key)) throw new ZipError(`The zip holds ${entry.path} twice.`)
      paths.add(key)
      entries.push(entry)
    }
    at = nameEnd + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return entries
}

function findDirectory(zip: Buffer): { readonly count: number; readonly at: number } {
  const first = Math.max(0, zip.length - end.bytes - end.commentBytesMax)
  for (let at = zip.length - end.bytes; at >= first; at -= 1) {
    if (zip.readUInt32LE(at) !== end.signature) continue
    const count = zip.readUInt16LE(at + 10)
    const start = zip.readUInt32LE(at + 16)
    if (count === 0xffff || start === 0xffffffff)
      throw new ZipError('The zip64 format is not taken.')
    return { count, at: start }
  }
  throw new ZipError('The file is not a zip.')
}

function readEntry(zip: Buffer, at: number, path: string): Entry {
  const flags = zip.readUInt16LE(at + 8)
  const method = zip.readUInt16LE(at + 10)
  const packedBytes = zip.readUInt32LE(at + 20)
  const bytes = zip.readUInt32LE(at + 24)
  const fileType = (zip.readUInt32LE(at + 38) >>> 16) & 0o170000
  if ((flags & 0x41) !== 0) throw new ZipError(`${path} is encrypted.`)
  if (method !== 0 && method !== 8) throw new ZipError(`${path} is packed in an unknown way.`)
  if (fileType !== 0 && fileType !== 0o100000 && fileType !== 0o040000) {
    throw new ZipError(`${path} is a link or a device; only files and folders are taken.`)
  }
  if (packedBytes === 0xffffffff || bytes === 0xffffffff) {
    throw new ZipError('The zip64 format is not taken.')
  }
  const checksum = zip.readUInt32LE(at + 16)
  return { path, method, checksum, packedBytes, bytes, localAt: zip.readUInt32LE(at + 42) }
}

function checkedPath(name: string): string {
  const segments = name.replace(/\/$/, '').split('/')
  const isInside = segments.every((one) => one !== '' && one !== '.' && one !== '..')
  const hasOddCharacter = [...name].some((one) => one < ' ' || one === '\\' || one === ':')
  if (!isInside || hasOddCharacter || name.length > 1_024) {
    throw new ZipError(
      `The path ${JSON.stringify(name.slice(0, 200))} leads outside of the package.`,
    )
  }
  return segments.join('/')
}

async function contentOf(zip: Buffer, entry: Entry): Promise<Buffer> {
  const { path, localAt, bytes } = entry
  if (localAt + local.bytes > zip.length || zip.readUInt32LE(localAt) !== local.signature) {
    throw new ZipError(`${path} is damaged.`)
  }
  const names = zip.readUInt16LE(localAt + 26) + zip.readUInt16LE(localAt + 28)
  const start = localAt + local.bytes + names
  const packed = zip.subarray(start, start + entry.packedBytes)
  const content = entry.method === 0 ? packed : await unpacked(packed, bytes, path)
  if (content.length !== bytes || crc32(content) !== entry.checksum) {
    throw new ZipError(`${path} is not what the zip says it is.`)
  }
  return content
}

async function unpacked(packed: Buffer, bytes: number, path: string): Promise<Buffer> {
  try {
    return await inflate(packed, { maxOutputLength: Math.max(1, bytes) })
  } catch (cause) {
    throw new ZipError(`${path} cannot be unpacked, or is larger than the zip says.`, { cause })
  }
}
