import Type from 'typebox'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { presentOrganization } from './present.ts'

export const getOrganizationsMe = operation({
  id: 'getOrganizationsMe',
  method: 'GET',
  path: '/api/v2/organizations/me',
  summary: "Reads the organization of the caller's token.",
  scopes: ['organization', 'organization:readonly'],
  reply: {
    status: 200,
    schema: Type.Object({
      id: Type.String(),
      name: Type.String(),
      defaultCountryCode: Type.String(),
      version: Type.Integer(),
      state: Type.String(),
      selfUri: Type.String(),
    }),
  },
  examples: [{ title: 'Which organization is this?', input: {} }],
  async handle(_input, { store }) {
    return presentOrganization(await findRecord(store, 'organization', store.organizationId))
  },
})
