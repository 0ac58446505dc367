import { isRecord, textOf } from '../http.ts'
import type { CallbackField } from './settings.ts'

/** Names that Kaleyra's documentation and samples use, the likeliest first. */
const defaultNames: Readonly<Record<CallbackField, readonly string[]>> = {
  id: ['id', 'message_id', 'kid'],
  ref: ['ref'],
  status: ['status'],
  code: ['status_trace', 'error_code'],
  description: ['description'],
  time: ['timestamp', 'delivered_at', 'sent_at'],
  source: ['source', 'from'],
  recipient: ['recipient', 'to', 'mobile'],
  text: ['message', 'body', 'text', 'parts'],
}

const depthMax = 4 // callback bodies are flat or nearly so; deeper ones are not worth a stack overflow

/** A callback's values under our names, whatever its designer called them. */
export interface CallbackValues {
  /** All values of a field, in order; empty where it is absent or blank. */
  all(field: CallbackField): readonly string[]
  first(field: CallbackField): string | undefined
}

/**
 * Finds our fields in a body that Kaleyra's customer designed. `own` maps names of that design to ours and goes
 * before the documented names; a name it uses no longer stands for anything else. Case does not count, members
 * of objects are found by dotted names, and `parts[0]`, `parts[1]` or a list count as several values.
 */
export function callbackValues(
  body: Record<string, unknown>,
  own: Readonly<Record<string, CallbackField>>,
): CallbackValues {
  const valuesByName = new Map<string, string[]>()
  collect(body, [], valuesByName)
  const ownNames = Object.entries(own).map(([name, field]) => [name.toLowerCase(), field] as const)
  const taken = new Set(ownNames.map(([name]) => name))
  const all = (field: CallbackField): readonly string[] => {
    const mapped = ownNames.filter(([, mappedTo]) => mappedTo === field).map(([name]) => name)
    const documented = defaultNames[field].filter((name) => !taken.has(name))
    for (const name of [...mapped, ...documented]) {
      const values = valuesByName.get(name)
      if (values !== undefined) return values
    }
    return []
  }
  return { all, first: (field) => all(field)[0] }
}

function collect(value: unknown, path: readonly string[], into: Map<string, string[]>): void {
  const text = textOf(value)
  if (text !== undefined && text.trim() !== '') {
    const name = path
      .join('.')
      .toLowerCase()
      .replaceAll(/\[\d*\]/g, '')
    const known = into.get(name)
    if (known === undefined) into.set(name, [text])
    else known.push(text)
  } else if (Array.isArray(value)) {
    for (const one of value) if (!Array.isArray(one)) collect(one, path, into)
  } else if (isRecord(value) && path.length < depthMax) {
    for (const [member, inner] of Object.entries(value)) collect(inner, [...path, member], into)
  }
}
