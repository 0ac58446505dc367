import { toText } from '../java-semantics.ts'
import { type Arguments, JavaException, type Methods, Tool } from '../values.ts'
import { htmlEntities } from './html-entities.ts'

type Escape = (text: string) => string

/** Makes a method of one argument: null stays null. */
function escaping(work: Escape): Methods<Tool>[string] {
  return (_, args) => escaped(args, work)
}

function escaped(args: Arguments, work: Escape): string | null {
  const value = args.value(0)
  if (value === null) return null
  const text = toText(value, args.budget)
  args.budget.reserve(text.length)
  return args.budget.text(work(text))
}

function unicode(code: number): string {
  return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`
}

const controls: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\n': '\\n',
  '\t': '\\t',
  '\f': '\\f',
  '\r': '\\r',
}

function javaText(text: string): string {
  return text.replace(/["\\]|[^\x20-\x7e]/g, (character) => {
    if (character === '"' || character === '\\') return `\\${character}`
    return controls[character] ?? unicode(character.charCodeAt(0))
  })
}

function scriptText(text: string): string {
  return text.replace(/["'\\/]|[^\x20-\x7e]/g, (character) => {
    if ('"\'\\/'.includes(character)) return `\\${character}`
    return controls[character] ?? unicode(character.charCodeAt(0))
  })
}

/** Escapes for use between the quotes of JSON text; adds no quotes. */
export function jsonText(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

/** Turns escaped JSON text back; text that is no valid JSON content stays as it is. */
function jsonDecoded(text: string): string {
  const inner = /^".*"$/s.test(text)
    ? text
    : `"${text.replace(/\n/g, '\\n').replace(/\r/g, '\\r')}"`
  try {
    const value: unknown = JSON.parse(inner)
    return typeof value === 'string' ? value : text
  } catch {
    return text
  }
}

function htmlText(text: string): string {
  return text.replace(/[&<>"\u00a0-\u2666]/g, (character) => {
    const name = htmlEntities.get(character)
    return name === undefined ? character : `&${name};`
  })
}

const xmlNames: ReadonlyMap<string, string> = new Map([...htmlEntities, ["'", 'apos']])

function xmlText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&${xmlNames.get(character) ?? ''};`)
}

/** Encodes as Java's `URLEncoder` does in UTF-8: a blank becomes `+`. */
export function formEncoded(text: string): string {
  return percentEncoded(text, /[!~'()]/g).replaceAll('%20', '+')
}

/** Percent-encodes all but the unreserved characters of RFC 3986. */
export function uriEncoded(text: string): string {
  return percentEncoded(text, /[!*'()]/g)
}

/** Encodes what JavaScript does, and of what it keeps (`-_.!~*'()`) the characters of a pattern. */
function percentEncoded(text: string, more: RegExp): string {
  const known = encodeURIComponent(text.toWellFormed().replaceAll('\ufffd', '?'))
  return known.replace(more, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  })
}

function formDecoded(text: string): string {
  return text.replaceAll('+', ' ').replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => {
    const bytes = run.match(/[0-9a-fA-F]{2}/g) ?? []
    return new TextDecoder().decode(Uint8Array.from(bytes, (hex) => Number.parseInt(hex, 16)))
  })
}

/** Turns `\u00e9`, `00e9` or `U+00E9` into its character. */
function unicodeCharacter(text: string): string {
  const hex = text.replace(/^(?:\\u|U\+|u)/, '')
  if (!/^[0-9a-fA-F]+$/.test(hex)) {
    const message = `For input string: "${hex}" under radix 16`
    throw new JavaException('java.lang.NumberFormatException', message)
  }
  return String.fromCharCode(Number.parseInt(hex, 16) & 0xffff)
}

function propertyText(text: string, isKey: boolean): string {
  return text.replace(/[\\=:#! \t\n\r\f]|[^\x20-\x7e]/g, (character, at: number) => {
    if (character === ' ') return isKey || at === 0 ? '\\ ' : ' '
    if ('\\=:#!'.includes(character)) return `\\${character}`
    return controls[character] ?? unicode(character.charCodeAt(0)).toLowerCase()
  })
}

/** Keeps Velocity from reading text as a reference or a directive. */
function velocityText(text: string): string {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: these are references of the template language
  return text.replace(/[$#]/g, (character) => (character === '$' ? '${esc.d}' : '${esc.h}'))
}

function constants(names: readonly string[], text: string): Methods<Tool> {
  return Object.fromEntries(names.map((name) => [`get${name}()`, () => text]))
}

/** What Apache's `EscapeTool` offers: escapes for other languages, and characters that are hard to write. */
const apacheMethods: Methods<Tool> = {
  'java(Object)': escaping(javaText),
  'javascript(Object)': escaping(scriptText),
  'html(Object)': escaping(htmlText),
  'xml(Object)': escaping(xmlText),
  'url(Object)': escaping(formEncoded),
  'unurl(Object)': escaping(formDecoded),
  'sql(Object)': escaping((text) => text.replaceAll("'", "''")),
  'unicode(Object)': escaping(unicodeCharacter),
  'velocity(Object)': escaping(velocityText),
  'propertyKey(Object)': escaping((text) => propertyText(text, true)),
  'propertyValue(Object)': escaping((text) => propertyText(text, false)),
  ...constants(['Quote', 'Q'], '"'),
  ...constants(['SingleQuote', 'S'], "'"),
  ...constants(['Dollar', 'D'], '$'),
  ...constants(['Hash', 'H'], '#'),
  ...constants(['Backslash', 'B'], '\\'),
  ...constants(['Exclamation', 'E'], '!'),
  ...constants(['Newline', 'N'], '\n'),
}

const className = 'org.apache.velocity.tools.generic.EscapeTool'

/** `$esc` as Apache's Velocity tools ship it. */
export const apacheEscapeTool = new Tool(className, apacheMethods)

/**
 * `$esc` as the vendor's page "Velocity macros for data actions" names it: Apache's tool with
 * `jsonString`, `jsonEncode`, `jsonDecode`, `urlFormEncode` and `uriEncode`.
 */
export const escapeTool = new Tool(className, {
  ...apacheMethods,
  'jsonString(Object)': escaping(jsonText),
  'jsonEncode(Object)': escaping(jsonText),
  'jsonDecode(Object)': escaping(jsonDecoded),
  'urlFormEncode(Object)': escaping(formEncoded),
  'uriEncode(Object)': escaping(uriEncoded),
})
