#!/usr/bin/env node
// Readable by any Node: finds one that is new enough and hands over to it.
// Runs the sources in a checkout, the compiled files in the published package.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { fileURLToPath } from 'node:url'

const [major, minor] = process.versions.node.split('.').map(Number)
const newEnough = major > 22 || (major === 22 && minor >= 19)

if (newEnough) {
  // Keeps what was compiled for the next start, which then takes half the time. Older Nodes lack it.
  nodeModule.enableCompileCache?.()
  const source = new URL('../src/cli/main.ts', import.meta.url)
  const entry = existsSync(source) ? source : new URL('../dist/cli/main.js', import.meta.url)
  const { main } = await import(entry.href)
  await main(process.argv.slice(2))
} else {
  const bundled = findBundledNode()
  if (bundled === undefined) {
    process.stderr.write(
      `signalbox needs Node 22.19 or newer; this is ${process.version}, and the Node that npm installs ` +
        `beside it (node-${process.platform}-${process.arch}) is missing. Install a newer Node, ` +
        'or run npm ci without --omit=optional.\n',
    )
    process.exit(1)
  }
  const self = fileURLToPath(import.meta.url)
  // As in `npm start`. Room for what is under way: collecting it over and over took a quarter of the time under load. By
  // one thread: where all cores are busy, several wait for each other, at up to a fifth of all CPU time. Nothing is
  // put into the old generation at once: it would keep all that it leads to until the next full collection. Node's own code is in
  // large pages where the system has them.
  const flags = [
    '--min-semi-space-size=64',
    '--max-semi-space-size=128',
    '--no-parallel-scavenge',
    '--no-allocation-site-pretenuring',
    '--use-largepages=silent',
  ]
  const child = spawn(bundled, [...flags, self, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // A terminal signals the whole group, so the child hears of it by itself; a supervisor does not.
    process.on(signal, () => child.kill(signal))
  }
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
}

function findBundledNode() {
  const os = process.platform === 'win32' ? 'win' : process.platform
  try {
    const require = nodeModule.createRequire(import.meta.url)
    const manifest = require.resolve(`node-${os}-${process.arch}/package.json`)
    const file = new URL(
      process.platform === 'win32' ? 'bin/node.exe' : 'bin/node',
      `file://${manifest}`,
    )
    return existsSync(file) ? fileURLToPath(file) : undefined
  } catch {
    return undefined // the optional package is not installed
  }
}
