import { toText } from '../java-semantics.ts'
import { type Arguments, JavaList, Tool, type Value } from '../values.ts'
import { escapeTool, formEncoded } from './escape.ts'
import { jsonArray, jsonObject } from './json-text.ts'
import { mathTool } from './math.ts'

function textOf(value: Value, args: Arguments): string {
  return value === null ? '' : args.budget.text(toText(value, args.budget))
}

/** `$encoding`: Base64 of UTF-8 text, and `url` as another name of form encoding. */
const encodingTool = new Tool('EncodingTool', {
  'base64(Object)': (_, args) =>
    Buffer.from(textOf(args.value(0), args), 'utf8').toString('base64'),
  'url(Object)': (_, args) => formEncoded(textOf(args.value(0), args)),
})

/**
 * `$urlTool`: a query parameter only where there is a value. The vendor's page shows no output; this
 * gives `name=value` with the value form-encoded.
 */
const urlTool = new Tool('UrlTool', {
  'optionalQueryParam(String,Object)': (_, args) => {
    const value = args.value(1)
    return value === null ? '' : `${args.text(0)}=${formEncoded(textOf(value, args))}`
  },
})

/** The JSON text of an array's first element; other JSON text passes through. */
function firstOf(args: Arguments, otherwise: string): string {
  const text = textOf(args.value(0), args)
  args.budget.step(Math.ceil(text.length / 64))
  const elements = jsonArray(text)
  if (elements === undefined) return text === '' ? otherwise : text
  return elements[0] ?? otherwise
}

/** Turns an object keyed by id into an array of objects that carry the key under a name. */
function keysIntoArray(args: Arguments, keyName: string): string {
  const text = textOf(args.value(0), args)
  args.budget.step(Math.ceil(text.length / 64))
  const members = jsonObject(text)
  if (members === undefined) return text
  const items = members.map(({ key, value }) => {
    const own = `${JSON.stringify(keyName)}:${key}`
    const inner = jsonObject(value)
    if (inner === undefined) return `{${own},"value":${value}}`
    return `{${[own, ...inner.map((member) => `${member.key}:${member.value}`)].join(',')}}`
  })
  return args.budget.text(`[${items.join(',')}]`)
}

/** `$successTemplateUtils`: works on translation-map values, which are JSON text. */
const successTemplateTool = new Tool('SuccessTemplateUtils', {
  'firstFromArray(Object)': (_, args) => firstOf(args, ''),
  'firstFromArray(Object,Object)': (_, args) => firstOf(args, textOf(args.value(1), args)),
  'moveKeysIntoArrayOfObjects(Object)': (_, args) => keysIntoArray(args, 'key'),
  'moveKeysIntoArrayOfObjects(Object,String)': (_, args) => keysIntoArray(args, args.text(1)),
})

/** `$salesforce`: escapes the characters that Salesforce's SOSL reserves. */
const salesforceTool = new Tool('SalesforceTool', {
  'escReserved(Object)': (_, args) => {
    const text = textOf(args.value(0), args)
    return args.budget.text(text.replace(/[?&|!{}[\]()^~*:\\"'+-]/g, '\\$&'))
  },
})

/** `$msdynamics`: an OData filter that looks for a phone number in several fields. */
const dynamicsTool = new Tool('MsDynamicsTool', {
  'phoneNumberFilter(Object,Object)': (_, args) => {
    const number = textOf(args.value(0), args).replaceAll("'", "''")
    const fields = args.value(1)
    const names = fields instanceof JavaList ? fields.items : [fields]
    args.budget.step(names.length)
    const tests = names.map((name) => `${textOf(name, args)} eq '${number}'`)
    return args.budget.text(tests.join(' or '))
  },
})

/**
 * The tools of the vendor's page "Velocity macros for data actions", by the names that templates
 * use. Put them into a context beside the template's own variables. `random` gives numbers from 0 up
 * to 1 and serves `$math.random` alone.
 */
export function templateTools(random: () => number): Readonly<Record<string, Tool>> {
  const known = madeTools.get(random)
  if (known !== undefined) return known
  const made = {
    esc: escapeTool,
    encoding: encodingTool,
    math: mathTool(random),
    urlTool,
    successTemplateUtils: successTemplateTool,
    salesforce: salesforceTool,
    msdynamics: dynamicsTool,
  }
  madeTools.set(random, made)
  return made
}

/** Tools hold no state, so each source of chance needs them once. */
const madeTools = new WeakMap<() => number, Readonly<Record<string, Tool>>>()
