import Type from 'typebox'
import { certificateType } from '../../actions/action.ts'
import { customAuthId, storedDefinition } from '../../actions/action-record.ts'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import type { JsonObject } from '../../store/json.ts'
import type { IntegrationRecord } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { everything } from '../everything.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed, newRecord } from '../record-change.ts'
import { Id } from '../schema.ts'
import { readScopes, writeScopes } from './access.ts'
import { newAuthDefinition } from './auth-action.ts'
import { typeOf } from './integration-types.ts'
import { presentConfig } from './present-integration.ts'
import { requireVersion } from './versions.ts'

const path = '/api/v2/integrations/{integrationId}/config/current'
const ConfigSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  version: Type.Integer(),
  selfUri: Type.String(),
})
const Settings = Type.Optional(Type.Record(Type.String(), Type.Unknown()))

export const getIntegrationConfigCurrent = operation({
  id: 'getIntegrationConfigCurrent',
  method: 'GET',
  path,
  summary: 'Reads the configuration of an integration, without the fields of its credentials.',
  scopes: readScopes,
  permission: 'integrations:integration:view',
  input: { path: Type.Object({ integrationId: Id }) },
  reply: { status: 200, schema: ConfigSchema },
  async handle({ path: { integrationId } }, { store }) {
    const integration = await findRecord(store, 'integration', integrationId)
    return presentConfig(integration, await everything(store, 'credential'))
  },
})

export const putIntegrationConfigCurrent = operation({
  id: 'putIntegrationConfigCurrent',
  method: 'PUT',
  path,
  summary: 'Replaces the configuration of an integration: its settings and its credential.',
  scopes: writeScopes,
  permission: 'integrations:integration:edit',
  input: {
    path: Type.Object({ integrationId: Id }),
    body: Type.Object({
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
      version: Type.Integer(),
      notes: Type.Optional(Type.String()),
      properties: Settings,
      advanced: Settings,
      credentials: Type.Optional(
        Type.Record(Type.String(), Type.Object({ id: Type.Optional(Type.String()) })),
      ),
    }),
  },
  reply: { status: 200, schema: ConfigSchema },
  handle: ({ path: { integrationId }, body }, context) =>
    context.store.transaction(async (store) => {
      const before = await findRecord(store, 'integration', integrationId)
      requireVersion(before.version, body.version)
      const credentials = await slotsOf(store, before, body.credentials ?? {})
      const after: Partial<IntegrationRecord> = {
        ...(body.name === undefined ? {} : { name: body.name }),
        notes: body.notes ?? '',
        properties: settingsOf(body.properties),
        advanced: settingsOf(body.advanced),
        credentials,
      }
      const integration = changed(before, after, context)
      await store.records.save('integration', integration)
      await keepAuthAction(store, integration, context)
      return presentConfig(integration, await everything(store, 'credential'))
    }),
})

function settingsOf(given: unknown): JsonObject {
  const plain: JsonObject = JSON.parse(JSON.stringify(given ?? {}))
  return plain
}

/** Credentials by slot; `bad.request` for one that is not there or does not fit the type of the integration. */
async function slotsOf(
  store: Store,
  { integrationType }: IntegrationRecord,
  given: Readonly<Record<string, { readonly id?: string }>>,
): Promise<Readonly<Record<string, string>>> {
  const fitting = typeOf(integrationType).credentialTypes
  const slots: Record<string, string> = {}
  for (const [slot, { id }] of Object.entries(given)) {
    if (id === undefined) continue
    const credential = await store.records.get('credential', id)
    const credentialTypes = slot === certificateType ? [certificateType] : fitting
    const isFit = credentialTypes.some((type) => type === credential?.credentialType)
    if (credential === undefined || !isFit) {
      throw new AppError(
        'bad.request',
        'The credential {id} is not there, or not of a type that fits: {types}.',
        {
          params: { id, types: credentialTypes.join(', ') },
          details: [{ errorCode: 'bad.request', fieldName: `credentials.${slot}`, entityId: id }],
        },
      )
    }
    slots[slot] = id
  }
  return slots
}

/** The vendor makes the custom-auth action when a web-services integration gets a `userDefinedOAuth` credential. */
async function keepAuthAction(
  store: Store,
  integration: IntegrationRecord,
  context: Context,
): Promise<void> {
  const held = await Promise.all(
    Object.values(integration.credentials).map((id) => store.records.get('credential', id)),
  )
  if (!held.some((one) => one?.credentialType === 'userDefinedOAuth')) return
  const id = customAuthId(integration.id)
  if ((await store.records.get('action', id)) !== undefined) return
  const definition = newAuthDefinition(integration.name)
  await store.records.add('action', {
    ...newRecord(definition.name, context),
    id,
    actionKind: 'customAuth',
    integrationId: integration.id,
    published: { version: 1, definition: storedDefinition(definition) },
  })
}
