import { AppError } from '../errors.ts'
import type { JsonObject } from '../store/json.ts'
import type { ActionRecord, CredentialRecord, IntegrationRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import {
  type ActionDefinition,
  type ActionSubject,
  type Credential,
  certificateType,
  credentialTypes,
  type Integration,
  type IntegrationTls,
  integrationTypes,
} from './action.ts'

/** The definition in a record; it was checked before it was saved. */
export function definitionOf({ definition }: { readonly definition: JsonObject }) {
  return definition as unknown as ActionDefinition // `storedDefinition` is the only way in
}

/** A definition as records keep it. */
export function storedDefinition(definition: ActionDefinition): JsonObject {
  const plain: JsonObject = JSON.parse(JSON.stringify(definition))
  return plain
}

/** The id of the custom-auth action that signs in for an integration (Genesys Cloud's own form). */
export function customAuthId(integrationId: string): string {
  return `customAuth_-_${integrationId}`
}

/**
 * An action with all that belongs to it, ready to be run: its integration, the credential in the
 * integration's slot, and the custom-auth action where there is one. Throws `not.found` when the integration
 * is gone.
 */
export async function subjectOf(
  store: Store,
  action: ActionRecord,
  definition: ActionDefinition,
): Promise<ActionSubject> {
  const installed = await store.records.get('integration', action.integrationId)
  if (installed === undefined) {
    throw new AppError('not.found', 'The integration {id} of the action is gone.', {
      params: { id: action.integrationId },
    })
  }
  const held: CredentialRecord[] = []
  for (const id of Object.values(installed.credentials)) {
    const credential = await store.records.get('credential', id)
    if (credential !== undefined) held.push(credential)
  }
  const credential = held.find(({ credentialType }) => credentialType !== certificateType)
  const certificate = held.find(({ credentialType }) => credentialType === certificateType)
  const auth = await store.records.get('action', customAuthId(installed.id))
  return {
    id: action.id,
    kind: action.actionKind,
    definition,
    integration: certified(integrationOf(installed), certificate),
    ...(credential === undefined ? {} : { credential: credentialOf(credential) }),
    ...(auth?.published === undefined ? {} : { authAction: definitionOf(auth.published) }),
  }
}

/** The integration with the certificate that it shows to services which ask for one. */
function certified(integration: Integration, held: CredentialRecord | undefined): Integration {
  const { certificate: cert, privateKey: key } = held?.secrets ?? {}
  if (cert === undefined || key === undefined) return integration
  return { ...integration, tls: { ...integration.tls, cert, key } }
}

/** What the engine needs of an installed integration; `properties` carries our extensions of it. */
export function integrationOf(record: IntegrationRecord): Integration {
  const { properties } = record
  const type = integrationTypes.find((one) => one === record.integrationType)
  if (type === undefined) {
    throw new AppError('bad.request', 'Integrations of the type {type} run no actions.', {
      params: { type: record.integrationType },
    })
  }
  const tls = tlsOf(properties)
  return {
    id: record.id,
    name: record.name,
    type,
    version: record.version,
    enabled: record.intendedState === 'ENABLED',
    ...(typeof properties['baseUrl'] === 'string' ? { baseUrl: properties['baseUrl'] } : {}),
    ...(properties['allowPlainHttp'] === true ? { allowPlainHttp: true } : {}),
    ...(tls === undefined ? {} : { tls }),
  }
}

/** `properties.caCertificate`: authorities in PEM that are trusted instead of the public ones. */
function tlsOf(properties: JsonObject): IntegrationTls | undefined {
  const ca = properties['caCertificate']
  return typeof ca === 'string' && ca !== '' ? { ca } : undefined
}

function credentialOf(record: CredentialRecord): Credential {
  return {
    id: record.id,
    type: credentialTypes.find((one) => one === record.credentialType) ?? 'userDefined',
    version: record.version,
    fields: record.secrets ?? {},
  }
}
