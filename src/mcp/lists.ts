import { catalog } from './catalog/catalog.ts'
import { type Naming, presentTool } from './catalog/present-tool.ts'
import { finders } from './finders.ts'
import type { Caller } from './house.ts'
import { isWithin, type Narrowing } from './narrowing.ts'
import { WrittenResult } from './protocol/rpc.ts'

/** Lists that were written before, by what they leave out: there are few, and they never change. */
const written = new Map<string, WrittenResult>()
const writtenMax = 500

/** The list of tools that a caller sees: the finders at the lean door unless toolsets are picked, tools otherwise. */
export function toolList({ door, narrowing }: Caller): WrittenResult {
  const naming = narrowing.naming ?? (door === 'catalog' ? 'seed' : 'short')
  const lean = door === 'mcp' && !narrowing.picks
  const key = JSON.stringify([naming, lean, leftOut(narrowing)])
  const known = written.get(key)
  if (known !== undefined) return known
  const tools = lean ? leanList(narrowing) : listed(narrowing, naming)
  const result = new WrittenResult(JSON.stringify({ tools }))
  if (written.size >= writtenMax) written.clear()
  written.set(key, result)
  return result
}

/** The tools that a request leaves in, as they are listed. */
export function listed(narrowing: Narrowing, naming: Naming) {
  return catalog
    .filter((tool) => isWithin(tool, narrowing))
    .map((tool) => presentTool(tool, naming))
}

function leanList(narrowing: Narrowing) {
  return finders.filter(({ name }) => name !== 'call_write_tool' || !narrowing.readOnly)
}

function leftOut({ channels, readOnly, writeOnly, tools }: Narrowing) {
  return [channels, readOnly, writeOnly, tools]
}
