import { isoTime } from '../../clock.ts'
import type { CredentialRecord, IntegrationRecord } from '../../store/records.ts'
import { presentType, typeOf } from './integration-types.ts'
import { presentCredential } from './present-credential.ts'

/** The vendor's code of how an integration does: it is as it is meant to be. */
export function reportedStateOf({ intendedState }: IntegrationRecord): 'ACTIVE' | 'INACTIVE' {
  return intendedState === 'ENABLED' ? 'ACTIVE' : 'INACTIVE'
}

/** The vendor's `Integration`; its configuration is given whole where `config` or `config.current` is expanded. */
export function presentIntegration(
  integration: IntegrationRecord,
  credentials: readonly CredentialRecord[],
  expand: readonly string[],
) {
  const isExpanded = expand.some((one) => one === 'config' || one === 'config.current')
  return {
    id: integration.id,
    name: integration.name,
    integrationType: presentType(typeOf(integration.integrationType)),
    notes: integration.notes,
    intendedState: integration.intendedState,
    reportedState: {
      code: reportedStateOf(integration),
      effective: 'ALL',
      lastUpdated: isoTime(integration.modifiedMs),
    },
    config: {
      current: isExpanded
        ? presentConfig(integration, credentials)
        : { id: integration.id, selfUri: configUri(integration) },
    },
    selfUri: `/api/v2/integrations/${integration.id}`,
  }
}

/** The vendor's `IntegrationConfiguration`: credentials by their slots, without their fields. */
export function presentConfig(
  integration: IntegrationRecord,
  credentials: readonly CredentialRecord[],
) {
  const { id, name, version, properties, advanced, notes } = integration
  const slots = Object.entries(integration.credentials).flatMap(([slot, credentialId]) => {
    const credential = credentials.find((one) => one.id === credentialId)
    return credential === undefined ? [] : [[slot, presentCredential(credential)] as const]
  })
  return {
    id,
    name,
    version,
    properties,
    advanced,
    notes,
    credentials: Object.fromEntries(slots),
    selfUri: configUri(integration),
  }
}

function configUri({ id }: IntegrationRecord): string {
  return `/api/v2/integrations/${id}/config/current`
}
