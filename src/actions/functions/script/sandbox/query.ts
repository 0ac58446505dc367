import { decodeBytes, encodeText } from './bytes.ts'

/** Decodes what stands in a query: a plus is a space, and a stray percent sign stays. */
export function decodeForm(text: string): string {
  const spaced = text.replaceAll('+', ' ')
  if (!spaced.includes('%')) return spaced
  const bytes: number[] = []
  for (const part of spaced.split(/(%[\da-f]{2})/i)) {
    if (/^%[\da-f]{2}$/i.test(part)) bytes.push(Number.parseInt(part.slice(1), 16))
    else bytes.push(...encodeText(part, 'utf8'))
  }
  return decodeBytes(bytes, 'utf8')
}

/** Writes a name or value of a form as browsers do. */
export function encodeForm(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()~]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
}

/** Pairs of a query, in their order. */
export function readPairs(query: string, separator = '&', equals = '='): [string, string][] {
  return query
    .split(separator)
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf(equals)
      if (at < 0) return [decodeForm(part), '']
      return [decodeForm(part.slice(0, at)), decodeForm(part.slice(at + equals.length))]
    })
}

/** Node's `querystring`, with `parse`, `stringify`, `escape` and `unescape`. */
export const querystring = {
  escape: (text: unknown): string =>
    encodeURIComponent(String(text)).replace(/[!'()*~]/g, (one) => one),
  unescape: (text: string): string => decodeForm(text.replaceAll('+', '%2B')),
  parse(text: string, separator = '&', equals = '='): Record<string, string | string[]> {
    const parsed: Record<string, string | string[]> = Object.create(null)
    for (const [name, value] of readPairs(text, separator, equals)) {
      const known = parsed[name]
      if (known === undefined) parsed[name] = value
      else parsed[name] = Array.isArray(known) ? [...known, value] : [known, value]
    }
    return parsed
  },
  stringify(values: Readonly<Record<string, unknown>>, separator = '&', equals = '='): string {
    return Object.entries(values)
      .flatMap(([name, value]) =>
        (Array.isArray(value) ? value : [value]).map((one) => [name, one]),
      )
      .map(([name, one]) => `${querystring.escape(name)}${equals}${querystring.escape(plain(one))}`)
      .join(separator)
  },
}

function plain(value: unknown): string {
  return ['string', 'number', 'boolean', 'bigint'].includes(typeof value) ? String(value) : ''
}
