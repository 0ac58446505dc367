/**
 * `npm run mcp:report`: what the tools cost a model, whether every client takes them, and thirty tasks done tool by
 * tool on the embedded server with their end state looked at. Exits with 1 when a limit is passed or a task fails.
 */
import { encode } from 'gpt-tokenizer/encoding/o200k_base'
import { catalog, seedPrefix } from '../src/mcp/catalog/catalog.ts'
import { channels } from '../src/mcp/catalog/tool-spec.ts'
import { finders } from '../src/mcp/finders.ts'
import { listed } from '../src/mcp/lists.ts'
import type { Narrowing } from '../src/mcp/narrowing.ts'
import { schemaFaults } from '../test/mcp/schema-lint.ts'
import { startTaskBed } from '../test/mcp/task-bed.ts'
import { tasks } from '../test/mcp/tasks.ts'

const all: Narrowing = { readOnly: false, writeOnly: false, picks: true }
const limits = { lean: 1700, whole: 9000 }
let failed = false

function tokens(tools: readonly object[]): number {
  return encode(JSON.stringify({ tools })).length
}

function row(name: string, tools: readonly object[], max?: number): void {
  const count = tokens(tools)
  const isOver = max !== undefined && count > max
  failed ||= isOver
  const limit = max === undefined ? '' : ` (at most ${max}${isOver ? ', PASSED' : ''})`
  console.log(
    `  ${name.padEnd(34)} ${String(tools.length).padStart(3)} tools ${count} tokens${limit}`,
  )
}

console.log('Lists, in tokens of o200k:')
row('/mcp', finders, limits.lean)
row('/genesys-conversations-digital', listed(all, 'seed'), limits.whole)
row('the same, ?names=short', listed(all, 'short'), limits.whole)
row('/mcp/read', listed({ ...all, readOnly: true }, 'short'))
for (const channel of channels) {
  row(`/mcp/${channel}`, listed({ ...all, channels: [channel] }, 'short'))
}

const lengths = catalog.map(({ name }) => name.length).sort((one, other) => other - one)
const longest = lengths[0] ?? 0
console.log(`Longest names: ${longest} short, ${longest + seedPrefix.length} in full.`)

const faults = [...finders, ...listed(all, 'short')].flatMap(schemaFaults)
failed ||= faults.length > 0
console.log(`Schema lint: ${faults.length} faults${faults.map((fault) => `\n  ${fault}`).join('')}`)

const hints = listed(all, 'short').map(({ annotations }) => annotations)
const reading = hints.filter(({ readOnlyHint }) => readOnlyHint).length
const destructive = hints.filter(({ destructiveHint }) => destructiveHint).length
console.log(
  `Annotations: all ${hints.length} titled; ${reading} read only, ${destructive} destructive, ${hints.length - reading - destructive} others.`,
)

const bed = await startTaskBed()
let done = 0
for (const task of tasks) {
  try {
    await task.run(bed)
    done += 1
    console.log(`  done    ${task.title}`)
  } catch (error) {
    failed = true
    console.log(
      `  FAILED  ${task.title}: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
await bed.close()
console.log(`Tasks: ${done} of ${tasks.length} done.`)
process.exitCode = failed ? 1 : 0
