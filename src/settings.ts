import { parseArgs } from 'node:util'
import type { TProperties } from 'typebox'
import { isCidr } from './network.ts'

/** What a loader knows of one setting: the keywords of its schema, and the names that follow from its key. */
export interface Setting {
  readonly name: string
  /** Without dashes in front. */
  readonly flag: string
  readonly variable: string
  readonly kind: 'string' | 'integer' | 'boolean' | 'array' | 'choice'
  readonly choices: readonly string[]
  readonly minimum: number
  readonly maximum: number
  /** Whether a text, or a list's item, has the setting's form. */
  readonly test: (text: string) => boolean
  readonly tidy: (text: string) => string
  /** Completes "… must be". */
  readonly mustBe: string
  readonly secret: boolean
  readonly default: unknown
  readonly description: string
}

/** One value somebody gave, and where, in words that begin a sentence. */
export interface Given {
  readonly value: unknown
  readonly origin: string
}

/** The values that one place gives, by setting. */
export type Layer = ReadonlyMap<string, Given>

/** Sentences for the operator: what stops the start, and what does not. */
export interface Findings {
  readonly problems: string[]
  readonly warnings: string[]
}

interface Format {
  readonly test: (text: string) => boolean
  readonly tidy?: (text: string) => string
  readonly mustBe: string
}

const formats: Readonly<Record<string, Format>> = {
  url: {
    test: isWebAddress,
    tidy: (text) => text.replace(/\/+$/, ''),
    mustBe: 'an http:// or https:// address without credentials, query or fragment',
  },
  key: {
    test: (text) => /^[\w+/-]+=*$/.test(text) && Buffer.from(text, 'base64').length === 32,
    mustBe: '32 bytes in base64 (make them with: openssl rand -base64 32)',
  },
  cidr: { test: isCidr, mustBe: 'a list of networks in CIDR form, such as 10.0.0.0/8' },
}

/** Reads the settings out of the properties of a schema, in their order. */
export function describeSettings(properties: TProperties): readonly Setting[] {
  return Object.entries(properties).map(([name, schema]) => describe(name, { ...schema }))
}

function describe(name: string, schema: Readonly<Record<string, unknown>>): Setting {
  const { type, minimum, maximum, items, pattern } = schema
  const branches = Array.isArray(schema['anyOf']) ? schema['anyOf'] : []
  const choices = branches.map((branch: { const?: unknown }) => String(branch.const))
  const kinds = ['integer', 'boolean', 'array'] as const
  const kind = choices.length > 0 ? 'choice' : (kinds.find((one) => one === type) ?? 'string')
  const itemSchema: { format?: unknown } = typeof items === 'object' && items !== null ? items : {}
  const format = formats[String(schema['format'] ?? itemSchema.format)]
  const form = typeof pattern === 'string' ? new RegExp(pattern) : /./s
  const low = typeof minimum === 'number' ? minimum : Number.MIN_SAFE_INTEGER
  const high = typeof maximum === 'number' ? maximum : Number.MAX_SAFE_INTEGER
  const words = {
    string: 'a text that is not empty',
    integer: `a whole number from ${low} to ${high}`,
    boolean: 'true or false',
    array: 'a list',
    choice: choices.join(' or '),
  }
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return {
    name,
    flag,
    variable: `SIGNALBOX_${flag.replaceAll('-', '_').toUpperCase()}`,
    kind,
    choices,
    minimum: low,
    maximum: high,
    test: format?.test ?? ((text) => form.test(text)),
    tidy: format?.tidy ?? ((text) => text),
    mustBe: format?.mustBe ?? String(schema['mustBe'] ?? words[kind]),
    secret: schema['secret'] === true,
    default: schema['default'],
    description: String(schema['description']),
  }
}

/** The value as the program keeps it, or undefined when it is not what the setting must be. Texts stand for any kind. */
export function acceptValue(setting: Setting, value: unknown): unknown {
  switch (setting.kind) {
    case 'integer': {
      const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value
      if (typeof number !== 'number' || !Number.isSafeInteger(number)) return undefined
      return number >= setting.minimum && number <= setting.maximum ? number : undefined
    }
    case 'boolean':
      if (value === true || value === 'true' || value === '1') return true
      return value === false || value === 'false' || value === '0' ? false : undefined
    case 'array': {
      const list: unknown = typeof value === 'string' ? value.split(/[\s,]+/) : value
      if (!Array.isArray(list)) return undefined
      const items: unknown[] = list.filter((item) => item !== '')
      const fits = (item: unknown) => typeof item === 'string' && setting.test(item)
      return items.every(fits) ? items : undefined
    }
    case 'choice':
      return typeof value === 'string' && setting.choices.includes(value) ? value : undefined
    case 'string':
      return typeof value === 'string' && setting.test(value) ? setting.tidy(value) : undefined
  }
}

/** The sentence about a value that was not accepted. A secret's value is not repeated. */
export function complaint(setting: Setting, given: Given): string {
  const shown = JSON.stringify(given.value)
  const short = shown.length > 80 ? `${shown.slice(0, 80)}…` : shown
  return `${given.origin} must be ${setting.mustBe}${setting.secret ? '' : `, not ${short}`}.`
}

/** The values among the flags, and the file that `--config` names. */
export function readFlags(
  settings: readonly Setting[],
  argv: readonly string[],
  { problems }: Findings,
): { readonly layer: Layer; readonly file?: string } {
  const layer = new Map<string, Given>()
  const files: string[] = []
  const types = settings.map(({ flag, kind }) => [
    flag,
    { type: kind === 'boolean' ? ('boolean' as const) : ('string' as const) },
  ])
  const { tokens } = parseArgs({
    args: [...argv],
    options: { ...Object.fromEntries(types), config: { type: 'string' } },
    strict: false,
    tokens: true,
  })
  for (const token of tokens) {
    if (token.kind === 'positional') problems.push(`"${token.value}" is no flag; see --help.`)
    if (token.kind !== 'option') continue
    const isNegative = token.name.startsWith('no-') && token.value === undefined
    const name = isNegative ? token.name.slice(3) : token.name
    const setting = settings.find(
      ({ flag, kind }) => flag === name && (kind === 'boolean' || !isNegative),
    )
    if (token.name === 'config') files.push(token.value ?? '')
    else if (setting === undefined) {
      problems.push(unknown(settings, `${token.rawName} is no flag`, name))
    } else {
      const bare = setting.kind === 'boolean' ? !isNegative : ''
      layer.set(setting.name, { value: token.value ?? bare, origin: token.rawName })
    }
  }
  const file = files.at(-1)
  return { layer, ...(file === undefined ? {} : { file }) }
}

/** The values in a file of settings: `path` when one was named (then it must exist), or else `signalbox.json`. */
export function readSettingsFile(
  settings: readonly Setting[],
  source: { readonly path: string | undefined; readonly readFile: (path: string) => string },
  { problems }: Findings,
): Layer {
  const file = source.path ?? 'signalbox.json'
  const layer = new Map<string, Given>()
  let content: unknown
  try {
    content = JSON.parse(source.readFile(file))
  } catch (error) {
    if (source.path === undefined && isMissing(error)) return layer
    const why = error instanceof SyntaxError ? 'it is not JSON' : reason(error)
    problems.push(`The file ${file} cannot be read: ${why}.`)
    return layer
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    problems.push(`The file ${file} must hold a JSON object.`)
    return layer
  }
  for (const [name, value] of Object.entries(content)) {
    if (settings.some((setting) => setting.name === name)) {
      layer.set(name, { value, origin: `"${name}" in ${file}` })
    } else problems.push(unknown(settings, `"${name}" in ${file} is no setting`, name))
  }
  return layer
}

/** The values in the environment, and in the files that `…_FILE` variables name for secrets. */
export function readEnvironment(
  settings: readonly Setting[],
  source: {
    readonly env: Readonly<Record<string, string | undefined>>
    readonly readFile: (path: string) => string
  },
  { problems, warnings }: Findings,
): Layer {
  const layer = new Map<string, Given>()
  const known = new Set(['SIGNALBOX_CONFIG'])
  for (const { name, variable, secret } of settings) {
    known.add(variable)
    const value = source.env[variable] ?? ''
    // Kubernetes sets such a SIGNALBOX_PORT by itself beside a service that is called signalbox.
    if (value.startsWith('tcp://')) {
      warnings.push(`${variable} is ignored: it describes a Kubernetes service.`)
    } else if (value !== '') layer.set(name, { value, origin: variable })
    if (!secret) continue
    known.add(`${variable}_FILE`)
    const path = source.env[`${variable}_FILE`] ?? ''
    if (path === '') continue
    if (layer.has(name)) problems.push(`Set only one of ${variable} and ${variable}_FILE.`)
    try {
      const text = source.readFile(path).trim()
      layer.set(name, { value: text, origin: `The file that ${variable}_FILE names` })
    } catch (error) {
      problems.push(`The file that ${variable}_FILE names cannot be read: ${reason(error)}.`)
    }
  }
  for (const variable of Object.keys(source.env)) {
    if (variable.startsWith('SIGNALBOX_') && !known.has(variable)) {
      warnings.push(unknown(settings, `${variable} is no setting and is ignored`, variable))
    }
  }
  return layer
}

/** A sentence about a name that does not exist, with the setting that was probably meant. */
function unknown(settings: readonly Setting[], sentence: string, name: string): string {
  const bare = (text: string) => text.toLowerCase().replace(/^signalbox_|[^a-z]/g, '')
  const near = settings.find((setting) => bare(setting.name) === bare(name))
  const close = near ?? settings.find((setting) => bare(setting.name).startsWith(bare(name)))
  return close === undefined
    ? `${sentence}; see --help.`
    : `${sentence}; did you mean ${close.name}?`
}

function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password, search, hash } = new URL(text)
  return /^https?:$/.test(protocol) && username + password + search + hash === ''
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

/** An error's words without a full stop, to end a sentence with. */
function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '')
}
