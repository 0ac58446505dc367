import Type from 'typebox'
import type { ActionDefinition, IntegrationType } from '../../actions/action.ts'
import { type DefinitionFault, definitionFaults } from '../../actions/definition.ts'
import { importAction } from '../../actions/import.ts'
import { AppError } from '../../errors.ts'
import type { ActionRecord } from '../../store/records.ts'

const Name = Type.String({ minLength: 1, maxLength: 256 })

/** The vendor's `PostActionInput`; what is inside `config` and `contract` is checked when it is read. */
export const NewActionBody = Type.Object({
  name: Name,
  category: Name,
  integrationId: Type.String({ minLength: 1 }),
  config: Type.Object({}),
  contract: Type.Object({}),
  secure: Type.Optional(Type.Boolean()),
})

/** The vendor's `UpdateActionInput`: the contract and the secure flag of a published action stay. */
export const ActionChangeBody = Type.Object({
  name: Type.Optional(Name),
  category: Type.Optional(Name),
  config: Type.Optional(Type.Object({})),
  version: Type.Integer(),
})

/** The vendor's `UpdateDraftInput`. */
export const DraftChangeBody = Type.Object({
  ...ActionChangeBody.properties,
  contract: Type.Optional(Type.Object({})),
  secure: Type.Optional(Type.Boolean()),
})

/** The definition in a body of the vendor's API; `bad.request` that names every member that is wrong. */
export function readDefinition(body: object): ActionDefinition {
  const { source: _, ...definition } = importAction(JSON.stringify(body)).definition
  return definition
}

/** A definition with some members of the body put in the place of its own. */
export function changedDefinition(
  before: ActionDefinition,
  changes: {
    readonly name?: string
    readonly category?: string
    readonly config?: object
    readonly contract?: object
    readonly secure?: boolean
  },
): ActionDefinition {
  const { source, contract } = before
  const { inputSchema, successSchema, errorSchema } = contract
  const own = {
    ...before,
    contract: { input: { inputSchema }, output: { successSchema, errorSchema } },
  }
  const { name, category, config, secure } = changes
  const definition = readDefinition({
    ...own,
    ...present({ name, category, config, contract: changes.contract, secure }),
  })
  return source === undefined ? definition : { ...definition, source }
}

function present(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

/** Refuses to publish what cannot run: the vendor's 400 with `ACTION.PROCESSING` for each fault. */
export function requireValid(
  definition: ActionDefinition,
  about: { readonly kind: ActionRecord['actionKind']; readonly integrationType: IntegrationType },
): void {
  const faults = definitionFaults(definition, about)
  if (faults.length === 0) return
  throw new AppError('bad.request', faults.map(faultText).join(' '), {
    details: faults.map(({ field }) => ({ errorCode: 'ACTION.PROCESSING', fieldName: field })),
  })
}

/** A fault as a sentence that says where it is. */
export function faultText({ field, message, line, column }: DefinitionFault): string {
  const place = line === undefined ? '' : ` [line ${line}, column ${column ?? 1}]`
  return message.includes(field) ? `${message}${place}` : `${field}${place}: ${message}`
}
