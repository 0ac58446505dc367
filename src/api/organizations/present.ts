import type { Organization } from '../../store/records.ts'

/** The organization's only division, which bears the organization's own id (vendor: the home division). */
export function presentHomeDivision(organizationId: string) {
  return {
    id: organizationId,
    name: 'Home',
    selfUri: `/api/v2/authorization/divisions/${organizationId}`,
  }
}

/** The vendor's `Organization`. */
export function presentOrganization(organization: Organization) {
  return {
    id: organization.id,
    name: organization.name,
    defaultLanguage: 'en-us',
    defaultCountryCode: organization.defaultCountry,
    thirdPartyOrgName: organization.id,
    domain: organization.name.toLowerCase().replace(/[^a-z0-9]+/g, '-'),
    version: organization.version,
    state: 'active',
    voicemailEnabled: false,
    productPlatform: 'GenesysCloud',
    features: { directory: true, purecloud: true },
    selfUri: `/api/v2/organizations/${organization.id}`,
  }
}
