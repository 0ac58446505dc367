import Type from 'typebox'
import type { Organization } from '../../store/records.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed } from '../record-change.ts'
import { presentOrganization } from './present.ts'

export const putOrganizationsMe = operation({
  id: 'putOrganizationsMe',
  method: 'PUT',
  path: '/api/v2/organizations/me',
  summary: 'Changes the name and the default country of the organization.',
  scopes: ['organization'],
  permission: 'directory:organization:admin',
  input: {
    body: Type.Object({
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
      defaultCountryCode: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
    }),
  },
  reply: {
    status: 200,
    schema: Type.Object({ id: Type.String(), name: Type.String(), version: Type.Integer() }),
  },
  async handle({ body }, context) {
    return context.store.transaction(async (store) => {
      const before = await findRecord(store, 'organization', store.organizationId)
      const organization = changed<Organization>(
        before,
        {
          name: body.name ?? before.name,
          defaultCountry: body.defaultCountryCode ?? before.defaultCountry,
        },
        context,
      )
      await store.records.save('organization', organization)
      return presentOrganization(organization)
    })
  },
})
