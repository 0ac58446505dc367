const levelsMax = 4
const membersMax = 100

/** Writes a value as a console shows it: texts as they are, other values shortened and without endless circles. */
export function inspect(value: unknown, level = 0, above: readonly object[] = []): string {
  if (typeof value === 'string') return level === 0 ? value : `'${value}'`
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return `[Function: ${value.name || '(anonymous)'}]`
  if (typeof value !== 'object' || value === null) return String(value)
  if (value instanceof Error) return describeError(value)
  if (value instanceof Date || value instanceof RegExp) return String(value)
  if (above.includes(value)) return '[Circular]'
  if (level >= levelsMax) return Array.isArray(value) ? '[Array]' : '[Object]'
  const inside = [...above, value]
  const show = (one: unknown) => inspect(one, level + 1, inside)
  if (Array.isArray(value))
    return list('[', value.slice(0, membersMax).map(show), value.length, ']')
  if (value instanceof Map) {
    const shown = [...value]
      .slice(0, membersMax)
      .map(([key, one]) => `${show(key)} => ${show(one)}`)
    return `Map(${value.size}) ${list('{', shown, value.size, '}')}`
  }
  if (value instanceof Set) {
    return `Set(${value.size}) ${list('{', [...value].slice(0, membersMax).map(show), value.size, '}')}`
  }
  const names = Object.keys(value)
  const shown = names
    .slice(0, membersMax)
    .map((name) => `${name}: ${show(Reflect.get(value, name))}`)
  return list('{', shown, names.length, '}')
}

function list(open: string, shown: readonly string[], total: number, close: string): string {
  const more = total > shown.length ? [`... ${total - shown.length} more`] : []
  const all = [...shown, ...more].join(', ')
  if (all === '') return open + close
  return open === '{' ? `{ ${all} }` : `${open}${all}${close}`
}

function describeError(error: Error): string {
  const stack = typeof error.stack === 'string' ? error.stack.trimEnd() : ''
  return stack === ''
    ? `${error.name}: ${error.message}`
    : `${error.name}: ${error.message}\n${stack}`
}

/** Joins the arguments of a console call; knows `%s`, `%d`, `%i`, `%f`, `%j`, `%o`, `%O` and `%%`. */
export function format(...values: unknown[]): string {
  const [first, ...rest] = values
  if (typeof first !== 'string') return values.map((value) => inspect(value)).join(' ')
  const text = first.replace(/%[sdifjoO%]/g, (mark) => {
    if (mark === '%%') return '%'
    if (rest.length === 0) return mark
    const value = rest.shift()
    if (mark === '%j') return JSON.stringify(value) ?? 'undefined'
    if (mark === '%s' || mark === '%o' || mark === '%O') return inspect(value)
    return String(mark === '%i' ? Math.trunc(Number(value)) : Number(value))
  })
  return [text, ...rest.map((value) => inspect(value))].join(' ')
}
