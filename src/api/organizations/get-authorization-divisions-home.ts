import { operation } from '../operation.ts'
import { EntityRef } from '../schema.ts'
import { presentHomeDivision } from './present.ts'

export const getAuthorizationDivisionsHome = operation({
  id: 'getAuthorizationDivisionsHome',
  method: 'GET',
  path: '/api/v2/authorization/divisions/home',
  summary: 'Reads the home division, to which everything belongs.',
  scopes: ['authorization', 'authorization:readonly'],
  reply: { status: 200, schema: EntityRef },
  examples: [{ title: 'The home division', input: {} }],
  async handle(_input, { store }) {
    return { ...presentHomeDivision(store.organizationId), description: '', homeDivision: true }
  },
})
