import type { Block, Node } from './ast.ts'
import type { Token } from './tokens.ts'

/** Closes a body: text that the closing token carried before its `#` belongs to it. */
export function block(nodes: readonly Node[], closer: Token, blanks: string): Block {
  const hash = closer.image.lastIndexOf('#')
  return { nodes, trail: hash > 0 ? blanks + closer.image.slice(0, hash) : '' }
}

/**
 * What a directive prints around itself: blanks and line ends go (the engine's `lines` gobbling),
 * unless its token carried further text.
 */
export function edges(
  first: Token,
  prefix: string,
  postfix: string,
): { lead: string; trail: string } {
  let token: Token | undefined = first
  while (token !== undefined && !token.image.includes('#')) token = token.next
  const hash = token?.image.lastIndexOf('#') ?? -1
  if (token === undefined || hash <= 0) return { lead: '', trail: '' }
  return { lead: prefix + token.image.slice(0, hash), trail: postfix }
}
