import { type Document, isMap, isNode, isPair, isSeq, type LineCounter, type Node } from 'yaml'

/**
 * Where in its file a place of a flow's document is, such as `states[0].actions[2]`: ` at line 7, column 9`. As near as
 * the file goes: what is missing is told by where it should have been. Empty where nothing of it is there.
 */
export function linesOf(document: Document.Parsed, lines: LineCounter, place: string): string {
  let node: unknown = document.contents
  let start = startOf(node)
  for (const name of ['inboundShortMessage', ...(place.match(/[^.[\]]+/g) ?? [])]) {
    const next = below(node, name)
    if (next === undefined) continue
    node = next.node
    start = next.start ?? start
  }
  if (start === undefined) return ''
  const { line, col } = lines.linePos(start)
  return ` at line ${line}, column ${col}`
}

/** A member of a map or an item of a list; the one member of an item counts as the item, as in `- state: {…}`. */
function below(
  node: unknown,
  name: string,
): { readonly node: unknown; readonly start: number | undefined } | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(name)]
    return item === undefined ? undefined : { node: item, start: startOf(item) }
  }
  if (!isMap(node)) return undefined
  const found = node.items.find((item) => isPair(item) && String(item.key) === name)
  if (found !== undefined) return { node: found.value, start: startOf(found.key) }
  const [only, ...others] = node.items
  if (only === undefined || others.length > 0) return undefined
  return below(only.value, name)
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? rangeStart(node) : undefined
}

function rangeStart({ range }: Node): number | undefined {
  return range?.[0]
}
