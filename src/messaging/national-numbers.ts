import { normalizeNumber } from '../domain/address.ts'
import type { Store } from '../store/store.ts'

/**
 * Reads numbers as people of the organization write them: national ones are completed by its default country. The
 * reader gives undefined for what is no number.
 */
export async function numberReader(store: Store): Promise<(text: string) => string | undefined> {
  const organization = await store.records.known('organization', store.organizationId)
  return (text) => normalizeNumber(text, organization?.defaultCountry)
}
