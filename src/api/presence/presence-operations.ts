import Type from 'typebox'
import { pageWithin } from '../everything.ts'
import { notFound } from '../not-found.ts'
import { operation } from '../operation.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { type PresenceDefinition, presenceDefinitions } from './definitions.ts'

const scopes = ['presence', 'presence:readonly'] as const

const Definition = Type.Object({
  id: Type.String(),
  systemPresence: Type.String(),
  languageLabels: Type.Record(Type.String(), Type.String()),
  deactivated: Type.Boolean(),
  selfUri: Type.String(),
})

export const getPresenceDefinitions = operation({
  id: 'getPresenceDefinitions0',
  method: 'GET',
  path: '/api/v2/presence/definitions',
  summary: 'Lists the presences that users can have.',
  scopes,
  reply: {
    status: 200,
    schema: Type.Object({
      entities: Type.Array(Definition),
      total: Type.Integer(),
      selfUri: Type.String(),
    }),
  },
  examples: [{ title: 'All presences', input: {} }],
  async handle(_input, { store }) {
    const path = '/api/v2/presence/definitions'
    const entities = presenceDefinitions.map((definition) => ({
      ...present(definition, path),
      name: definition.label,
      type: 'System',
      divisionId: store.organizationId,
    }))
    return { entities, total: entities.length, selfUri: path }
  },
})

/** The older form of the same list, which the vendor still serves. */
export const getPresencedefinitions = operation({
  id: 'getPresencedefinitions',
  method: 'GET',
  path: '/api/v2/presencedefinitions',
  summary: 'Lists the presences that users can have, in pages.',
  scopes,
  input: { query: Type.Object(Paging) },
  reply: { status: 200, schema: Listing(Definition) },
  examples: [{ title: 'The first presences', input: { query: { pageSize: '5' } } }],
  async handle({ query }) {
    const path = '/api/v2/presencedefinitions'
    const page = pageOf(query)
    return listing(pageWithin(presenceDefinitions, page), page, path, (definition) => ({
      ...present(definition, path),
      name: definition.label,
      primary: true,
    }))
  },
})

export const getPresencedefinition = operation({
  id: 'getPresencedefinition',
  method: 'GET',
  path: '/api/v2/presencedefinitions/{presenceId}',
  summary: 'Reads one presence.',
  scopes,
  input: { path: Type.Object({ presenceId: Id }) },
  reply: { status: 200, schema: Definition },
  examples: [{ title: 'On queue', input: { path: { presenceId: 'OnQueue' } } }],
  async handle({ path: { presenceId } }) {
    const definition = presenceDefinitions.find(({ id }) => id === presenceId)
    if (definition === undefined) throw notFound('presence definition', presenceId)
    const { label } = definition
    return { ...present(definition, '/api/v2/presencedefinitions'), name: label, primary: true }
  },
})

export const getSystempresences = operation({
  id: 'getSystempresences',
  method: 'GET',
  path: '/api/v2/systempresences',
  summary: 'Lists the system presences by name.',
  scopes,
  reply: {
    status: 200,
    schema: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
  },
  examples: [{ title: 'All system presences', input: {} }],
  async handle() {
    return presenceDefinitions.map(({ id, systemPresence }) => ({ id, name: systemPresence }))
  },
})

function present(definition: PresenceDefinition, path: string) {
  return {
    id: definition.id,
    systemPresence: definition.systemPresence,
    languageLabels: { en_US: definition.label },
    deactivated: false,
    selfUri: `${path}/${definition.id}`,
  }
}
