/** What came of reading a text as JSON: a value, or a sentence that says what is wrong with it. */
export type ForeignJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string }

/**
 * Reads JSON that user code wrote. Bounds the levels of nesting, because a value that is nested too deeply
 * overflows the stack of whoever writes it again; leaves out members named `__proto__`, because they become a
 * prototype wherever the value is copied by assignment.
 */
export function readForeignJson(
  json: string,
  limits: { readonly bytesMax: number; readonly depthMax: number },
): ForeignJson {
  const bytes = Buffer.byteLength(json)
  if (bytes > limits.bytesMax) {
    return {
      ok: false,
      message: `The result is ${bytes} bytes long; at most ${limits.bytesMax} are allowed.`,
    }
  }
  if (depthOf(json) > limits.depthMax) {
    return { ok: false, message: `The result is nested deeper than ${limits.depthMax} levels.` }
  }
  try {
    const hasRiskyName = json.includes('__proto__') || json.includes('\\u00')
    const value: unknown = hasRiskyName ? JSON.parse(json, withoutPrototype) : JSON.parse(json)
    return { ok: true, value }
  } catch {
    return { ok: false, message: 'The result is not JSON.' }
  }
}

function withoutPrototype(name: string, value: unknown): unknown {
  return name === '__proto__' ? undefined : value
}

/** The deepest level of braces and brackets outside of texts. */
function depthOf(json: string): number {
  let depth = 0
  let deepest = 0
  let isText = false
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at)
    if (code === 0x22) isText = !isText
    else if (isText) {
      if (code === 0x5c) at += 1
    } else if (code === 0x7b || code === 0x5b) {
      depth += 1
      if (depth > deepest) deepest = depth
    } else if (code === 0x7d || code === 0x5d) depth -= 1
  }
  return deepest
}
