import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { crc32, deflateRawSync } from 'node:zlib'
import { createEgress } from '../../connectors/egress.ts'
import type { FunctionLimits } from './function-limits.ts'
import type { FunctionFailure, FunctionResult } from './function-result.ts'
import { createFunctionRuntime, type FunctionRuntimeOptions } from './function-runtime.ts'

/** Limits wide enough for slow machines, where a test is not about a limit. */
export const patient: Partial<FunctionLimits> = { timeoutMs: 60_000, cpuMs: 30_000 }

/** A runtime on the real guarded egress, without leave for private networks unless a network is listed. */
export function runtimeFor(
  t: TestContext | { after(work: () => Promise<void>): void },
  options: Partial<FunctionRuntimeOptions> = {},
  allowPrivateNetworks: readonly string[] = [],
) {
  const egress = createEgress({ allowPrivateNetworks })
  const runtime = createFunctionRuntime({ egress, limits: patient, ...options })
  t.after(async () => {
    await runtime.close()
    await egress.close()
  })
  return runtime
}

/** A server on a free port of this machine. */
export async function listen(t: TestContext, listener: RequestListener) {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}` // listening on TCP
}

/** Asserts that a run succeeded, and gives its value. */
export function succeeded(result: FunctionResult): unknown {
  assert.ok(result.ok, result.ok ? '' : `${result.failure}: ${result.message}`)
  return result.value
}

/** Asserts that a run failed in one of these ways, and gives the sentence. */
export function failureOf(
  result: FunctionResult,
  failures: readonly FunctionFailure[],
  message = /./,
): string {
  assert.ok(!result.ok, `it succeeded with ${JSON.stringify(result).slice(0, 300)}`)
  assert.ok(failures.includes(result.failure), `${result.failure}: ${result.message}`)
  assert.match(result.message, message)
  return result.message
}

/** One entry of a zip that a test writes; the odd fields make zips that should be refused. */
export interface TestEntry {
  readonly name: string
  readonly content: string | Buffer
  readonly mode?: number
  readonly declaredBytes?: number
  readonly flags?: number
  readonly isStored?: boolean
}

/** Writes a zip of these entries. */
export function zipOf(entries: readonly TestEntry[]): Buffer {
  const locals: Buffer[] = []
  const centrals: Buffer[] = []
  let at = 0
  for (const { name, content, mode = 0o100644, declaredBytes, flags = 0, isStored } of entries) {
    const raw = Buffer.from(content)
    const packed = isStored === true ? raw : deflateRawSync(raw)
    const head = Buffer.alloc(26)
    head.writeUInt16LE(20, 0)
    head.writeUInt16LE(flags, 2)
    head.writeUInt16LE(isStored === true ? 0 : 8, 4)
    head.writeUInt32LE(crc32(raw), 10)
    head.writeUInt32LE(packed.length, 14)
    head.writeUInt32LE(declaredBytes ?? raw.length, 18)
    head.writeUInt16LE(Buffer.byteLength(name), 22)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE((mode << 16) >>> 0, 6)
    tail.writeUInt32LE(at, 10)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), head, Buffer.from(name), packed])
    centrals.push(Buffer.from('PK\x01\x02\x14\x03'), head, tail, Buffer.from(name))
    locals.push(local)
    at += local.length
  }
  const directory = Buffer.concat(centrals)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(at, 12)
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06'), end])
}

/** A package with one handler in `src/index.js`. */
export function packageOf(code: string, more: readonly TestEntry[] = []): Buffer {
  return zipOf([{ name: 'src/index.js', content: code }, ...more])
}
