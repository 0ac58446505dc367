import type { ActionDefinition, ActionKind, IntegrationType } from './action.ts'
import {
  inputContractFaults,
  outputContractFaults,
  reservedInputs,
  takesNestedInputs,
} from './contract.ts'
import { PathSyntaxError } from './jsonpath/errors.ts'
import { compilePath } from './jsonpath/path.ts'
import { type NamedTemplate, parseActionTemplate } from './rendering.ts'
import { asSchema } from './schema.ts'
import { TemplateSyntaxError } from './velocity/errors.ts'

/** One thing that keeps an action from being valid. */
export interface DefinitionFault {
  /** The member of the action, such as `config.request.requestTemplate`. */
  readonly field: string
  readonly message: string
  /** In a template, from 1. */
  readonly line?: number
  readonly column?: number
}

/** A template of an action with the member that holds it. */
export interface FieldTemplate extends NamedTemplate {
  readonly field: string
}

/** All templates of an action. */
export function templatesOf({ config }: ActionDefinition): readonly FieldTemplate[] {
  const { requestUrlTemplate = '', headers, requestTemplate } = config.request
  return [
    {
      name: 'requestUrlTemplate',
      field: 'config.request.requestUrlTemplate',
      source: requestUrlTemplate,
    },
    ...Object.entries(headers).map(([name, source]) => ({
      name: `header ${name}`,
      field: `config.request.headers.${name}`,
      source,
    })),
    { name: 'requestTemplate', field: 'config.request.requestTemplate', source: requestTemplate },
    {
      name: 'successTemplate',
      field: 'config.response.successTemplate',
      source: config.response.successTemplate,
    },
  ]
}

/** The members of a root, such as `credentials`, that any template of an action mentions. */
export function mentionedMembers(definition: ActionDefinition, root: string): readonly string[] {
  const pattern = new RegExp(`\\b${root}\\.([A-Za-z][\\w-]*)`, 'g')
  const names = templatesOf(definition).flatMap(({ source }) =>
    [...source.matchAll(pattern)].map(([, name = '']) => name),
  )
  return [...new Set(names)]
}

/**
 * Everything that keeps an action from being published or run: what `GET …/draft/validation` lists.
 * Empty when it is valid.
 */
export function definitionFaults(
  definition: ActionDefinition,
  about: { readonly kind: ActionKind; readonly integrationType: IntegrationType },
): readonly DefinitionFault[] {
  const names = `${about.kind} ${about.integrationType}`
  const known = foundFaults.get(definition)
  if (known?.names === names) return known.faults
  const faults = findFaults(definition, about)
  foundFaults.set(definition, { names, faults })
  return faults
}

/** Definitions are never changed in place, so each is looked through once while it is in memory. */
const foundFaults = new WeakMap<
  ActionDefinition,
  { readonly names: string; readonly faults: readonly DefinitionFault[] }
>()

function findFaults(
  definition: ActionDefinition,
  {
    kind,
    integrationType,
  }: { readonly kind: ActionKind; readonly integrationType: IntegrationType },
): readonly DefinitionFault[] {
  const { config, contract } = definition
  const isFunction = integrationType === 'function-data-actions'
  const faults: DefinitionFault[] = [
    ...templatesOf(definition).flatMap(templateFaults),
    ...pathFaults(definition),
    ...outputContractFaults(contract.successSchema).map((message) => ({
      field: 'contract.output.successSchema',
      message,
    })),
  ]
  if (!isFunction || !takesNestedInputs(contract)) {
    for (const message of inputContractFaults(contract.inputSchema)) {
      faults.push({ field: 'contract.input.inputSchema', message })
    }
  }
  const names = Object.keys(asSchema(contract.inputSchema['properties']) ?? {})
  for (const name of reservedInputs.filter((reserved) => names.includes(reserved))) {
    const message = `The input ${name} has a reserved name: it replaces what the product fills in.`
    faults.push({ field: `contract.input.inputSchema.properties.${name}`, message })
  }
  const url = config.request.requestUrlTemplate?.trim() ?? ''
  if (url === '' && !isFunction) {
    faults.push({
      field: 'config.request.requestUrlTemplate',
      message: 'The URL template is empty.',
    })
  }
  const { timeoutSeconds } = config
  if (timeoutSeconds !== undefined && !isTimeout(timeoutSeconds)) {
    const message = 'The time-out must be a whole number of seconds from 1 to 60.'
    faults.push({ field: 'config.timeoutSeconds', message })
  }
  if (timeoutSeconds !== undefined && kind === 'customAuth') {
    const message = 'A custom-auth action has no time-out of its own.'
    faults.push({ field: 'config.timeoutSeconds', message })
  }
  return faults
}

function isTimeout(seconds: number): boolean {
  return Number.isInteger(seconds) && seconds >= 1 && seconds <= 60
}

function templateFaults(template: FieldTemplate): readonly DefinitionFault[] {
  try {
    parseActionTemplate(template)
    return []
  } catch (error) {
    if (!(error instanceof TemplateSyntaxError)) throw error
    const { message, line, column } = error
    return [{ field: template.field, message, line, column }]
  }
}

function pathFaults({ config }: ActionDefinition): readonly DefinitionFault[] {
  return Object.entries(config.response.translationMap).flatMap(([key, path]) => {
    try {
      compilePath(path)
      return []
    } catch (error) {
      if (!(error instanceof PathSyntaxError)) throw error
      const { message, position } = error
      const field = `config.response.translationMap.${key}`
      const place = position === undefined ? {} : { line: 1, column: position + 1 }
      return [{ field, message: `The path is not valid: ${message}`, ...place }]
    }
  })
}
