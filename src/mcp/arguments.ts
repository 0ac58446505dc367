import type { RawInput } from '../api/operation.ts'
import { pathParams } from './catalog/catalog.ts'
import type { Param, ToolSpec } from './catalog/tool-spec.ts'
import { asJson, type Json } from './protocol/rpc.ts'
import { ToolError } from './tool-error.ts'

/** What a call says beside the operation's own parameters. Every tool takes these. */
export interface Controls {
  readonly pcid?: string
  /** Members of the answer to keep, as dotted paths through objects and lists. */
  readonly fields?: readonly string[]
  /** Checks the call and tells what would be sent, and does nothing. */
  readonly dryRun: boolean
  readonly idempotencyKey?: string
  readonly confirmationToken?: string
  readonly pageSize?: number
  readonly pageNumber?: number
}

/** A tool call taken apart. */
export interface ToolArguments {
  readonly controls: Controls
  /** For the operation. */
  readonly input: RawInput
  /** The operation's parameters as they were given, without the controls. */
  readonly given: Json
}

/** Names that no tool has as a parameter, so that every tool can take them. */
export const controlNames = ['fields', 'dryRun', 'idempotencyKey', 'confirmationToken'] as const

/** Parameters that newer catalogues have and the listed one does not; taken where they belong. */
const newer: Readonly<Record<string, 'query' | 'body'>> = {
  resumeTime: 'body',
  includeAgentlessStitchedMessages: 'query',
}

/** Takes the arguments of a call apart and checks their types. Throws `ToolError` that says what is allowed. */
export function readArguments(tool: ToolSpec, args: Json): ToolArguments {
  const path: Record<string, string> = {}
  const query: Record<string, unknown> = {}
  const body: Record<string, unknown> = {}
  const problems: string[] = []
  const placeholders = pathParams(tool)
  for (const [key, value] of Object.entries(args)) {
    if (value === undefined || value === null || isControl(tool, key)) continue
    const name = ownName(tool, key)
    if (placeholders.includes(name)) {
      if (typeof value === 'string' && value !== '') path[name] = value
      else problems.push(`${name} must be a string that is not empty`)
      continue
    }
    const into = tool.query?.[name] !== undefined ? query : body
    const param = tool.query?.[name] ?? tool.body?.[name]
    if (param === undefined) {
      if (newer[name] === 'query') query[name] = value
      else if (newer[name] === 'body' && tool.body !== undefined) body[name] = value
      else problems.push(`there is no parameter ${key}`)
      continue
    }
    const read = readValue(param, value)
    if ('problem' in read) problems.push(`${name} ${read.problem}`)
    else into[name] = read.value
  }
  problems.push(
    ...placeholders.filter((name) => !(name in path)).map((name) => `${name} is missing`),
  )
  if (problems.length > 0) throw badArguments(tool, problems)
  if (body['textBody'] === '' && ('messagingTemplate' in body || 'mediaIds' in body))
    delete body['textBody'] // the catalogue demands it even where a template or a file is sent
  return {
    controls: readControls(tool, args),
    input: { path, query, ...(tool.body === undefined ? {} : { body }) },
    given: { ...path, ...query, ...body },
  }
}

function isControl(tool: ToolSpec, name: string): boolean {
  return (
    name === 'PCID' ||
    controlNames.some((one) => one === name) ||
    ((name === 'pageSize' || name === 'pageNumber') && tool.query?.[name] === undefined)
  )
}

/** Two parameters have a dot in their name, which some clients cannot send: an underscore stands for it. */
function ownName(tool: ToolSpec, name: string): string {
  const dotted = name.replaceAll('_', '.')
  return tool.query?.[name] === undefined && tool.query?.[dotted] !== undefined ? dotted : name
}

function badArguments(tool: ToolSpec, problems: readonly string[]): ToolError {
  const names = [
    ...pathParams(tool),
    ...Object.keys(tool.query ?? {}),
    ...Object.keys(tool.body ?? {}),
    'PCID',
    ...controlNames,
  ]
  return new ToolError('bad.request', `The arguments are not valid: ${problems.join('; ')}.`, {
    fix: 'Put the arguments right and call again.',
    allowed: { parameters: names },
  })
}

type ReadValue = { readonly value: unknown } | { readonly problem: string }

/** A value of the wanted type; lists and objects may come as JSON text, as some models write them. */
function readValue(param: Param, value: unknown): ReadValue {
  switch (param['type']) {
    case 'string':
      return readText(param, value)
    case 'integer':
      return Number.isInteger(value) ? { value } : { problem: 'must be a whole number' }
    case 'boolean':
      return typeof value === 'boolean' ? { value } : { problem: 'must be true or false' }
    case 'array': {
      const list = parsed(value)
      return Array.isArray(list) ? { value: list } : { problem: 'must be a list' }
    }
    default: {
      const object = asJson(parsed(value))
      return object === undefined ? { problem: 'must be an object' } : { value: object }
    }
  }
}

function readText(param: Param, value: unknown): ReadValue {
  if (typeof value !== 'string') return { problem: 'must be a string' }
  const words: unknown = param['enum']
  if (!Array.isArray(words) || words.includes(value)) return { value }
  return { problem: `must be one of ${words.join(', ')}` }
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    const read: unknown = JSON.parse(value)
    return read
  } catch {
    return value // not JSON: the caller says what it should have been
  }
}

function readControls(tool: ToolSpec, args: Json): Controls {
  const { PCID: pcid, fields, dryRun, idempotencyKey, confirmationToken } = args
  const own = (name: string) => (tool.query?.[name] === undefined ? args[name] : undefined)
  const names = typeof fields === 'string' ? fields.split(',') : fields
  return {
    ...(typeof pcid === 'string' && pcid !== '' ? { pcid } : {}),
    ...(Array.isArray(names) ? { fields: names.map((name) => String(name).trim()) } : {}),
    dryRun: dryRun === true,
    ...(typeof idempotencyKey === 'string' ? { idempotencyKey: key(idempotencyKey) } : {}),
    ...(typeof confirmationToken === 'string' ? { confirmationToken } : {}),
    ...page('pageSize', own('pageSize')),
    ...page('pageNumber', own('pageNumber')),
  }
}

function page(name: 'pageSize' | 'pageNumber', value: unknown) {
  return typeof value === 'number' && value >= 1 ? { [name]: Math.floor(value) } : {}
}

function key(value: string): string {
  if (value.length >= 1 && value.length <= 200) return value
  throw new ToolError('bad.request', 'idempotencyKey must have 1 to 200 characters.', {
    fix: 'Send a fresh UUID.',
  })
}
