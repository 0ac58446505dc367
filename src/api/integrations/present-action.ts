import Type from 'typebox'
import type { ActionDefinition, ActionRevision } from '../../actions/action.ts'
import { definitionOf } from '../../actions/action-record.ts'
import { failureSchema } from '../../actions/failure.ts'
import { flattenSchema } from '../../actions/flatten.ts'
import type { ActionRecord, StoredRevision } from '../../store/records.ts'
import { notFound } from '../not-found.ts'

/** Where the vendor has its data actions. */
export const actionsPath = '/api/v2/integrations/actions'

export const ActionSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  integrationId: Type.String(),
  category: Type.Optional(Type.String()),
  version: Type.Integer(),
  secure: Type.Boolean(),
  selfUri: Type.String(),
})

/** The two states of an action: what is executed, and what is being edited. */
export type ActionState = 'published' | 'draft'

/** How much of an action is shown. The vendor leaves contract and configuration out unless they are asked for. */
export interface ActionView {
  readonly state: ActionState
  readonly contract: boolean
  readonly config: boolean
  readonly flatten: boolean
}

/** The query by which readers choose a view. */
export const ViewQuery = {
  expand: Type.Optional(Type.Array(Type.String())),
  includeConfig: Type.Optional(Type.Boolean()),
  flatten: Type.Optional(Type.Boolean()),
}

/** The view that a query asks for. */
export function viewOf(
  state: ActionState,
  query: {
    readonly expand?: readonly string[]
    readonly includeConfig?: boolean
    readonly flatten?: boolean
  },
): ActionView {
  const { expand = [], includeConfig = false, flatten = false } = query
  return { state, contract: expand.includes('contract'), config: includeConfig, flatten }
}

/** Everything of an action, as it is answered to who made or changed it. */
export function wholeView(state: ActionState): ActionView {
  return { state, contract: true, config: true, flatten: false }
}

/** The published or the draft state of an action; the vendor's 404 where there is none. */
export function revisionOf(action: ActionRecord, state: ActionState): ActionRevision {
  const revision = action[state]
  if (revision === undefined) throw notFound(state === 'draft' ? 'draft' : 'action', action.id)
  return { version: revision.version, definition: definitionOf(revision) }
}

/** The state of an action as it is kept, or the vendor's 404. */
export function storedRevision(action: ActionRecord, state: ActionState): StoredRevision {
  const revision = action[state]
  if (revision === undefined) throw notFound(state === 'draft' ? 'draft' : 'action', action.id)
  return revision
}

/** The vendor's `Action` in one of its states. */
export function presentAction(action: ActionRecord, view: ActionView) {
  const { version, definition } = revisionOf(action, view.state)
  const base = baseUri(action, view.state)
  return {
    id: action.id,
    name: definition.name,
    integrationId: action.integrationId,
    ...(definition.category === undefined ? {} : { category: definition.category }),
    ...(view.contract ? { contract: presentContract(definition, base, view.flatten) } : {}),
    version,
    secure: definition.secure,
    ...(view.config ? { config: presentConfig(definition, base) } : {}),
    selfUri: base,
  }
}

function baseUri({ id }: ActionRecord, state: ActionState): string {
  return `${actionsPath}/${id}${state === 'draft' ? '/draft' : ''}`
}

function presentContract({ contract }: ActionDefinition, base: string, flatten: boolean) {
  const { inputSchema, successSchema, errorSchema = failureSchema } = contract
  const uris = {
    input: `${base}/schemas/inputschema.json`,
    success: `${base}/schemas/successschema.json`,
    error: `${base}/schemas/errorschema.json`,
  }
  if (!flatten) {
    return {
      input: { inputSchema, inputSchemaUri: uris.input },
      output: {
        successSchema,
        successSchemaUri: uris.success,
        errorSchema,
        errorSchemaUri: uris.error,
      },
    }
  }
  return {
    input: { inputSchemaFlattened: flattenSchema(inputSchema), inputSchemaUri: uris.input },
    output: {
      successSchemaFlattened: flattenSchema(successSchema),
      successSchemaUri: uris.success,
      errorSchemaFlattened: flattenSchema(errorSchema),
      errorSchemaUri: uris.error,
    },
  }
}

/** Templates are given both inline and as the addresses of their texts, since clients rely on either. */
function presentConfig({ config }: ActionDefinition, base: string) {
  const { request, response, ...rest } = config
  return {
    ...rest,
    request: { ...request, requestTemplateUri: `${base}/templates/requesttemplate.vm` },
    response: { ...response, successTemplateUri: `${base}/templates/successtemplate.vm` },
  }
}
