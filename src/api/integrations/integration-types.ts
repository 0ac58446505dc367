import Type from 'typebox'
import { certificateType } from '../../actions/action.ts'
import { pageWithin } from '../everything.ts'
import { notFound } from '../not-found.ts'
import { operation } from '../operation.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { readScopes } from './access.ts'
import { type CatalogType, catalog } from './catalog.ts'

const path = '/api/v2/integrations/types'
const TypeSchema = Type.Object({ id: Type.String(), name: Type.String(), selfUri: Type.String() })

export const getIntegrationsTypes = operation({
  id: 'getIntegrationsTypes',
  method: 'GET',
  path,
  summary: 'Lists the types of integrations that can be installed.',
  scopes: readScopes,
  permission: 'integrations:integration:view',
  input: { query: Type.Object(Paging) },
  reply: { status: 200, schema: Listing(TypeSchema) },
  examples: [{ title: 'All types', input: {} }],
  async handle({ query }) {
    const page = pageOf(query)
    return listing(pageWithin(catalog, page), page, path, presentType)
  },
})

export const getIntegrationsType = operation({
  id: 'getIntegrationsType',
  method: 'GET',
  path: `${path}/{typeId}`,
  summary: 'Reads one type of integrations.',
  scopes: readScopes,
  permission: 'integrations:integration:view',
  input: { path: Type.Object({ typeId: Id }) },
  reply: { status: 200, schema: TypeSchema },
  examples: [{ title: 'Web services', input: { path: { typeId: 'custom-rest-actions' } } }],
  async handle({ path: { typeId } }) {
    return presentType(typeOf(typeId))
  },
})

export const getIntegrationsTypeConfigschema = operation({
  id: 'getIntegrationsTypeConfigschema',
  method: 'GET',
  path: `${path}/{typeId}/configschemas/{configType}`,
  summary: 'Reads the JSON schema of the `properties` or `advanced` settings of a type.',
  scopes: readScopes,
  permission: 'integrations:integration:view',
  input: {
    path: Type.Object({ typeId: Id, configType: Type.Enum(['properties', 'advanced']) }),
  },
  reply: { status: 200, schema: Type.Object({ type: Type.String() }) },
  async handle({ path: { typeId, configType } }) {
    const { name } = typeOf(typeId)
    const head = { $schema: 'http://json-schema.org/draft-04/schema#', title: name }
    return { ...head, type: 'object', properties: configType === 'properties' ? settings : {} }
  },
})

/** Settings that are ours: the vendor fixes them. */
const settings = {
  baseUrl: { type: 'string', description: 'Where relative URLs of product integrations lead.' },
  allowPlainHttp: { type: 'boolean', description: 'Lets http be called beside https.' },
  caCertificate: { type: 'string', description: 'Authorities in PEM that are trusted instead.' },
} as const

/** The type of that id, or the vendor's 404. */
export function typeOf(id: string): CatalogType {
  const found = catalog.find((one) => one.id === id)
  if (found === undefined) throw notFound('integration type', id)
  return found
}

/** The vendor's `IntegrationType`. */
export function presentType({ id, name, description, slot, credentialTypes }: CatalogType) {
  return {
    id,
    name,
    description,
    provider: 'signalbox',
    category: 'Data Actions',
    configPropertiesSchemaUri: `${path}/${id}/configschemas/properties`,
    configAdvancedSchemaUri: `${path}/${id}/configschemas/advanced`,
    credentials: {
      [slot]: { required: false, credentialTypes },
      [certificateType]: { required: false, credentialTypes: [certificateType] },
    },
    nonInstallable: false,
    selfUri: `${path}/${id}`,
  }
}
