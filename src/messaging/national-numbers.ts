import { normalizeNumber } from '../domain/address.ts'
import type { Organization } from '../store/records.ts'
import type { Store } from '../store/store.ts'

/**
 * Reads numbers as people of the organization write them: national ones are completed by its default country. The
 * reader gives undefined for what is no number.
 */
export function numberReader(store: Store): Promise<NumberReader> {
  return store.records.known('organization', store.organizationId).then(readerOf)
}

type NumberReader = (text: string) => string | undefined

function readerOf(organization: Organization | undefined): NumberReader {
  const defaultCountry = organization?.defaultCountry
  return (text) => normalizeNumber(text, defaultCountry)
}
