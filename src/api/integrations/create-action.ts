import type { ActionDefinition, IntegrationType } from '../../actions/action.ts'
import { integrationOf, storedDefinition } from '../../actions/action-record.ts'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import type { ActionRecord } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { newRecord } from '../record-change.ts'
import type { ActionState } from './present-action.ts'

/** Saves a new custom action, as a draft or published at once, under an id of the vendor's form. */
export async function createAction(
  definition: ActionDefinition,
  about: {
    readonly integrationId: string
    readonly integrationType: string
    readonly state: ActionState
  },
  context: Context,
): Promise<ActionRecord> {
  const base = newRecord(definition.name, context)
  const id = `custom_-_${base.id}`
  const owned = ownedUrl(definition, { id, integrationType: about.integrationType })
  const revision = { version: 1, definition: storedDefinition(owned) }
  const action: ActionRecord = {
    ...base,
    id,
    actionKind: 'custom',
    integrationId: about.integrationId,
    [about.state]: revision,
  }
  await context.store.records.add('action', action)
  return action
}

/** A function action's URL is the id of its function, and nobody's to change (Genesys Cloud, "Functions"). */
export function ownedUrl(
  definition: ActionDefinition,
  { id, integrationType }: { readonly id: string; readonly integrationType: string },
): ActionDefinition {
  if (integrationType !== 'function-data-actions') return definition
  const { config } = definition
  return {
    ...definition,
    config: { ...config, request: { ...config.request, requestUrlTemplate: id } },
  }
}

/** The type of the integration that an action names; `bad.request` where there is none of that id. */
export async function integrationTypeOf(
  store: Store,
  integrationId: string,
): Promise<IntegrationType> {
  const integration = await store.records.get('integration', integrationId)
  if (integration !== undefined) return integrationOf(integration).type
  throw new AppError('bad.request', 'There is no integration with the id {id}.', {
    params: { id: integrationId },
    details: [{ errorCode: 'bad.request', fieldName: 'integrationId', entityId: integrationId }],
  })
}
