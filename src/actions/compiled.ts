/** Texts that a cache keeps compiled, and how long they may be together. */
const entriesMax = 2_000
const charactersMax = 8_000_000

/**
 * Keeps what was compiled from a text, so that an action that runs often is read once. The longest unused gives way.
 * What cannot be compiled is not kept.
 */
export function keepCompiled<Compiled>(
  compile: (source: string) => Compiled,
): (source: string) => Compiled {
  const kept = new Map<string, Compiled>()
  let characters = 0
  return (source) => {
    const known = kept.get(source)
    if (known !== undefined) {
      if (kept.size > entriesMax / 2) {
        kept.delete(source)
        kept.set(source, known) // the last is the latest used
      }
      return known
    }
    const compiled = compile(source)
    kept.set(source, compiled)
    characters += source.length
    for (const [oldest] of kept) {
      if (kept.size <= entriesMax && characters <= charactersMax) break
      kept.delete(oldest)
      characters -= oldest.length
    }
    return compiled
  }
}
