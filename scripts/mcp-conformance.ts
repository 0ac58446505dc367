/**
 * `npm run mcp:conformance`: runs the public conformance suite of the Model Context Protocol against the protocol layer
 * with its fixture pack, and what of it needs no fixtures against the real endpoint.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startHouse } from '../test/house.ts'
import { startFixtureServer } from '../test/mcp/fixture-server.ts'

const suite = fileURLToPath(
  new URL('../node_modules/@modelcontextprotocol/conformance/dist/index.js', import.meta.url),
)

/** Scenarios that look at the protocol and not at tools of the suite's own. */
const withoutFixtures = {
  '2025-11-25': [
    'server-initialize',
    'ping',
    'tools-list',
    'resources-list',
    'prompts-list',
    'completion-complete',
    'server-sse-multiple-streams',
    'dns-rebinding-protection',
  ],
  '2026-07-28': [
    'tools-list',
    'resources-list',
    'prompts-list',
    'completion-complete',
    'caching',
    'sep-2164-resource-not-found',
    'http-header-validation',
    'dns-rebinding-protection',
    'input-required-result-unsupported-methods',
  ],
} as const

function run(argv: readonly string[], folder: string): Promise<{ code: number; out: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [suite, 'server', ...argv, '-o', folder])
    let out = ''
    const take = (chunk: Buffer) => {
      out += chunk.toString('utf8')
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.on('exit', (code) => resolve({ code: code ?? 1, out }))
  })
}

/** Stands before the real endpoint and adds the token, which the suite cannot send; all else goes through unchanged. */
async function withToken(target: string, token: string) {
  const server = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, authorization: `Bearer ${token}` }
    const onward = send(target, { method: incoming.method ?? 'GET', headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.pipe(onward)
    onward.on('error', () => outgoing.destroy())
    outgoing.on('close', () => onward.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/mcp`, close: () => server.close() }
}

/** The suite's own summary: its last lines that count. */
function summaryOf(out: string): string {
  const lines = out.split('\n').filter((line) => /passed|failed|✓|✗|Total/i.test(line))
  return lines.slice(-60).join('\n')
}

let failed = false
const folder = mkdtempSync(join(tmpdir(), 'signalbox-conformance-'))
const fixtures = await startFixtureServer()
for (const revision of ['2025-11-25', '2026-07-28']) {
  const { code, out } = await run(['--url', fixtures.url, '--requirements', revision], folder)
  console.log(`== Fixture pack, required scenarios of ${revision}\n${summaryOf(out)}\n`)
  failed ||= code !== 0
}
await fixtures.close()

const house = await startHouse()
const proxy = await withToken(`${house.url}/mcp`, house.adminToken)
for (const [revision, scenarios] of Object.entries(withoutFixtures)) {
  console.log(`== Production endpoint, scenarios of ${revision} that need no fixtures`)
  for (const scenario of scenarios) {
    const argv = ['--url', proxy.url, '--scenario', scenario, '--spec-version', revision]
    const { code, out } = await run(argv, folder)
    console.log(`${code === 0 ? 'passed' : 'FAILED'}  ${scenario}`)
    if (code !== 0) console.log(out.split('\n').slice(-25).join('\n'))
    failed ||= code !== 0
  }
}
proxy.close()
await house.close()
rmSync(folder, { recursive: true, force: true })
process.exitCode = failed ? 1 : 0
