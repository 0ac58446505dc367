import { emailTools } from './email-tools.ts'
import { messageTools } from './message-tools.ts'
import { otherTools } from './other-tools.ts'
import type { ToolSpec } from './tool-spec.ts'

/** What the catalogue's names begin with; the short names leave it out. */
export const seedPrefix = 'genesys_conversations_digital_'

/** The 63 tools in the order of their names, which is the order of every list. */
export const catalog: readonly ToolSpec[] = [...messageTools, ...emailTools, ...otherTools].sort(
  (one, other) => (one.name < other.name ? -1 : 1),
)

const byName = new Map(catalog.map((tool) => [tool.name, tool]))

/** The tool that a call means, under its short name or its full one. */
export function toolNamed(name: string): ToolSpec | undefined {
  return byName.get(name.startsWith(seedPrefix) ? name.slice(seedPrefix.length) : name)
}

const paramsByPath = new Map<string, readonly string[]>()

/** The names of a tool's path parameters, in their order. */
export function pathParams({ path }: Pick<ToolSpec, 'path'>): readonly string[] {
  const known = paramsByPath.get(path)
  if (known !== undefined) return known
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
  paramsByPath.set(path, names)
  return names
}
