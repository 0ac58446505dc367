import { standardRequestTemplate, standardSuccessTemplate } from './action.ts'
import { type ActionFile, textsOf } from './import.ts'
import { fromPlain } from './json/plain.ts'
import { parseJson } from './json/read.ts'
import type { JsonObject, JsonValue } from './json/value.ts'
import { writeIndented, writeJson } from './json/write.ts'

/**
 * Writes an action as the vendor's user interface exports it: without ids, category and version. An
 * action that was imported keeps the form, the order and the unknown members of its file. The text is
 * indented JSON; numbers keep their digits.
 */
export function exportAction(file: ActionFile): string {
  const { source } = file.definition
  const document = source === undefined ? undefined : parseJson(source)
  const isNew = !(document instanceof Map)
  const given: JsonObject = isNew ? new Map() : document
  const written = overlay(given, membersOf(file), { branch: '', isNew })
  return `${writeIndented(written)}\n`
}

/**
 * The name that an export carries: ` - Exported YYYY-MM-DD @ H:mm` is added each time, the hour
 * without a leading zero. `date` is read in UTC.
 */
export function exportedName(name: string, date: Date): string {
  const minutes = String(date.getUTCMinutes()).padStart(2, '0')
  return `${name} - Exported ${date.toISOString().slice(0, 10)} @ ${date.getUTCHours()}:${minutes}`
}

/** The file name of an export: blanks become `-`, and the kind of action is in the ending. */
export function exportFileName({ definition, kind }: ActionFile): string {
  const safe = definition.name.replace(/\s/g, '-').replace(/[/\\:*?"<>|\p{Cc}]/gu, '')
  return `${safe}.${kind}.json`
}

function membersOf({ definition, kind, integrationType, integrationId }: ActionFile): JsonObject {
  const { name, category, secure, config } = definition
  const isBody = integrationId !== undefined && integrationType === undefined
  const { request, response, timeoutSeconds, retry } = config
  const { inputSchema, successSchema, errorSchema } = definition.contract
  const head = isBody
    ? { name, category, integrationId }
    : { name, integrationType, actionType: kind }
  return present({
    ...head,
    config: present({
      request: present({
        // a function's URL is its id, which belongs to where it is installed
        requestUrlTemplate:
          integrationType === 'function-data-actions' ? undefined : request.requestUrlTemplate,
        requestType: request.requestType,
        headers: request.headers,
        requestTemplate: request.requestTemplate,
      }),
      response: present({
        translationMap: response.translationMap,
        translationMapDefaults: response.translationMapDefaults,
        successTemplate: response.successTemplate,
      }),
      timeoutSeconds,
      retry,
    }),
    contract: present({
      input: present({ inputSchema }),
      output: present({ successSchema, errorSchema }),
    }),
    secure,
  })
}

/** An object of JSON with the members that have a value. */
function present(members: Readonly<Record<string, unknown>>): JsonObject {
  const found: JsonObject = new Map()
  for (const [name, value] of Object.entries(members)) {
    if (value !== undefined) found.set(name, value instanceof Map ? value : fromPlain(value))
  }
  return found
}

/** What the reader fills in by itself need not be written into a file that lacks it. */
const standard: ReadonlyMap<string, string> = new Map([
  ['secure', 'false'],
  ['actionType', '"custom"'],
  ['headers', '{}'],
  ['translationMap', '{}'],
  ['translationMapDefaults', '{}'],
  ['requestTemplate', writeJson(standardRequestTemplate)],
  ['successTemplate', writeJson(standardSuccessTemplate)],
])

/** Members that a definition can lose; each by the object that holds it. */
const optional: ReadonlyMap<string, readonly string[]> = new Map([
  ['', ['category']],
  ['config', ['timeoutSeconds', 'retry']],
  ['request', ['requestUrlTemplate']],
  ['output', ['errorSchema']],
])

/** Puts what is known into a file: branches member by member, everything else as a whole. */
function overlay(
  document: JsonObject,
  known: JsonObject,
  { branch, isNew }: { readonly branch: string; readonly isNew: boolean },
): JsonObject {
  const written: JsonObject = new Map(document)
  for (const name of optional.get(branch) ?? []) {
    const isOther = name === 'category' && !known.has('integrationId') // only bodies of the API tell it
    if (!known.has(name) && document.get(name) !== null && !isOther) written.delete(name)
  }
  for (const [name, value] of known) {
    const before = document.get(name)
    if (value instanceof Map && branches.has(name)) {
      const given = before instanceof Map ? before : new Map()
      const branch = overlay(given, value, { branch: name, isNew })
      if (before !== undefined || branch.size > 0) written.set(name, branch)
    } else if (before === undefined || before === null) {
      if (isNew || standard.get(name) !== writeJson(value)) written.set(name, value)
    } else if (!samePlain(comparable(name, before), value)) written.set(name, value)
  }
  return written
}

const textMaps: readonly string[] = ['headers', 'translationMap', 'translationMapDefaults']

/** A file's member as the reader takes it: in maps of texts everything is a text. */
function comparable(name: string, before: JsonValue): JsonValue {
  return textMaps.includes(name) && before instanceof Map ? fromPlain(textsOf(before)) : before
}

const branches: ReadonlySet<string> = new Set([
  'config',
  'request',
  'response',
  'contract',
  'input',
  'output',
])

/** Equal once they are plain values: then the file's own digits are kept. */
function samePlain(before: JsonValue, value: JsonValue): boolean {
  const plain = (one: JsonValue) => JSON.stringify(JSON.parse(writeJson(one)))
  return plain(before) === plain(value)
}
