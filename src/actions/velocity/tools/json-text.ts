/** A member of a JSON object: the key with its quotes, and the value, both as written. */
export interface JsonMember {
  readonly key: string
  readonly value: string
}

/**
 * Splits the text of a JSON array into the texts of its elements, digit for digit as written.
 * Undefined when the text is no JSON array.
 */
export function jsonArray(text: string): readonly string[] | undefined {
  return isJson(text, '[') ? pieces(text.trim()).map((piece) => piece.trim()) : undefined
}

/** Splits the text of a JSON object into its members. Undefined when the text is no JSON object. */
export function jsonObject(text: string): readonly JsonMember[] | undefined {
  if (!isJson(text, '{')) return undefined
  return pieces(text.trim()).map((piece) => {
    const key = /^\s*("(?:[^"\\]|\\.)*")\s*:/.exec(piece)
    const [whole = '', name = '""'] = key ?? []
    return { key: name, value: piece.slice(whole.length).trim() }
  })
}

function isJson(text: string, opening: string): boolean {
  if (!text.trimStart().startsWith(opening)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** The parts between the commas of the outermost brackets. */
function pieces(text: string): string[] {
  const found: string[] = []
  let depth = 0
  let from = 1
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (quoted) {
      if (character === '\\') at++
      else quoted = character !== '"'
    } else if (character === '"') quoted = true
    else if (character === '[' || character === '{') depth++
    else if (character === ']' || character === '}') depth--
    else if (character === ',' && depth === 1) {
      found.push(text.slice(from, at))
      from = at + 1
    }
  }
  const last = text.slice(from, -1)
  if (last.trim() !== '' || found.length > 0) found.push(last)
  return found
}
