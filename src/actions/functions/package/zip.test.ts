import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { standardZipLimits } from '../function-limits.ts'
import { zipOf } from '../test-runtime.ts'
import { readZip, ZipError } from './zip.ts'

const code = 'exports.handler = async () => 1'

async function read(zip: Buffer, limits = {}): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  for await (const { path, content } of readZip(zip, { ...standardZipLimits, ...limits })) {
    files[path] = content.toString()
  }
  return files
}

async function refused(zip: Buffer, message: RegExp, limits = {}) {
  await assert.rejects(read(zip, limits), (error) => {
    assert.ok(error instanceof ZipError, String(error))
    assert.match(error.message, message)
    return true
  })
}

test('deflated and stored files come out as they went in, folders are passed over', async () => {
  const zip = zipOf([
    { name: 'src/', content: '', mode: 0o040755 },
    { name: 'src/index.js', content: code },
    { name: 'grüße.txt', content: 'stored', isStored: true },
    { name: 'empty', content: '' },
  ])
  assert.deepEqual(await read(zip), { 'src/index.js': code, 'grüße.txt': 'stored', empty: '' })
})

test('paths that lead outside, links, devices and doubles are refused', async () => {
  const names = [
    '../a',
    'a/../../b',
    '/etc/passwd',
    'a\\..\\b',
    'C:/a',
    'a//b',
    './a',
    '..',
    'a\0b',
  ]
  for (const name of names) await refused(zipOf([{ name, content: code }]), /leads outside/)
  const link = { name: 'link', content: '/etc/passwd', mode: 0o120777 }
  await refused(zipOf([link]), /link or a device/)
  await refused(zipOf([{ ...link, mode: 0o020666 }]), /link or a device/)
  const twice = ['a.js', 'A.js'].map((name) => ({ name, content: code }))
  await refused(zipOf(twice), /twice/)
})

test('bombs are refused before they are unpacked, and when they lie about their size', async () => {
  const zeros = Buffer.alloc(5_000_000)
  await refused(zipOf([{ name: 'a', content: zeros }]), /larger than/, { entryBytesMax: 1_000_000 })
  const many = Array.from({ length: 30 }, (_, at) => ({ name: `f${at}`, content: zeros }))
  await refused(zipOf(many), /larger than/, { totalBytesMax: 100_000_000, ratioMax: 2_000 })
  await refused(zipOf([{ name: 'a', content: zeros }]), /a bomb/)
  await refused(
    zipOf([{ name: 'a', content: zeros, declaredBytes: 100 }]),
    /larger than the zip says/,
  )
  await refused(zipOf(many), /more than 20 entries/, { entriesMax: 20 })
  await refused(zipOf(many), /at most 99/, { zipBytesMax: 99 })
})

test('encrypted, damaged and foreign files are refused in a sentence', async () => {
  await refused(zipOf([{ name: 'a', content: code, flags: 1 }]), /encrypted/)
  await refused(Buffer.from('not a zip at all, whatever its name says'), /not a zip/)
  await refused(Buffer.alloc(0), /not a zip/)
  const spoiled = zipOf([{ name: 'a', content: code, isStored: true }])
  spoiled.write('X', 35)
  await refused(spoiled, /not what the zip says/)
})

test('a zip with any byte changed is read or refused, never worse', async () => {
  const zip = zipOf([
    { name: 'src/index.js', content: code.repeat(5) },
    { name: 'b', content: 'stored', isStored: true },
  ])
  const change = fc.tuple(fc.nat(zip.length - 1), fc.nat(255))
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      const changed = Buffer.from(zip)
      for (const [at, byte] of changes) changed[at] = byte
      const limits = { totalBytesMax: 10_000_000, entryBytesMax: 10_000_000 }
      await read(changed, limits).catch((error) =>
        assert.ok(error instanceof ZipError, String(error)),
      )
    }),
    { numRuns: 300 },
  )
})
