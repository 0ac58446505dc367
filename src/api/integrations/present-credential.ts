import { isoTime } from '../../clock.ts'
import type { CredentialRecord } from '../../store/records.ts'
import { credentialCatalog } from './catalog.ts'

/** The vendor's `CredentialInfo`: never the fields, which only actions get to see. */
export function presentCredential(credential: CredentialRecord) {
  const type = credentialCatalog.find(({ id }) => id === credential.credentialType)
  return {
    id: credential.id,
    name: credential.name,
    createdDate: isoTime(credential.createdMs),
    modifiedDate: isoTime(credential.modifiedMs),
    type: { id: credential.credentialType, name: type?.name ?? credential.credentialType },
    selfUri: `/api/v2/integrations/credentials/${credential.id}`,
  }
}
