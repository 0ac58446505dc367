import Type from 'typebox'
import { isoTime } from '../../clock.ts'
import { flowKindOf } from '../../domain/flow-document.ts'
import type { Flow } from '../../store/records.ts'
import { everything, pageWithin } from '../everything.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'

const path = '/api/v2/flows'
const reading = {
  scopes: ['architect', 'architect:readonly'],
  permission: 'architect:flow:view',
} as const

/** The kinds of routing applications as the vendor's model `Flow` names them in `type`. */
const flowTypes = {
  inboundShortMessage: 'INBOUNDSHORTMESSAGE',
  inboundEmail: 'INBOUNDEMAIL',
} as const

const FlowSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  type: Type.String(),
  active: Type.Boolean(),
  system: Type.Boolean(),
  deleted: Type.Boolean(),
  selfUri: Type.String(),
})

export const getFlows = operation({
  ...reading,
  id: 'getFlows',
  method: 'GET',
  path,
  summary:
    'Lists the routing applications, in the vendor’s form; filters that are not known here are let through.',
  input: {
    query: Type.Object({
      ...Paging,
      id: Type.Optional(Type.Array(Type.String())),
      name: Type.Optional(Type.String()),
      nameOrDescription: Type.Optional(Type.String()),
      type: Type.Optional(Type.Array(Type.String())),
    }),
  },
  reply: { status: 200, schema: Listing(FlowSchema) },
  examples: [{ title: 'Flows that a recipient can name', input: {} }],
  async handle({ query }, { store }) {
    const { id: ids, type: types, name = query.nameOrDescription } = query
    const page = pageOf(query)
    const wanted = types?.map((type) => type.toUpperCase())
    const known = await everything(store, 'flow', {
      ...(name === undefined ? {} : { name }),
      ...(ids === undefined ? {} : { ids }),
    })
    const found = known.filter((flow) => wanted?.includes(typeOf(flow)) ?? true)
    return listing(pageWithin(found, page), page, path, (flow) =>
      presentFlow(flow, store.organizationId),
    )
  },
})

export const getFlow = operation({
  ...reading,
  id: 'getFlow',
  method: 'GET',
  path: `${path}/{flowId}`,
  summary: 'Reads one routing application, in the vendor’s form.',
  input: { path: Type.Object({ flowId: Id }) },
  reply: { status: 200, schema: FlowSchema },
  async handle({ path: { flowId } }, { store }) {
    return presentFlow(await findRecord(store, 'flow', flowId), store.organizationId)
  },
})

function typeOf(flow: Flow) {
  return flowTypes[flowKindOf(flow.document)]
}

/** The vendor's `Flow`: what is applied is published at once, so the published version is the only one. */
function presentFlow(flow: Flow, organizationId: string) {
  const selfUri = `${path}/${flow.id}`
  const version = {
    id: `${flow.version}.0`,
    name: `${flow.version}.0`,
    type: 'PUBLISH',
    datePublished: isoTime(flow.modifiedMs),
    selfUri: `${selfUri}/versions/${flow.version}.0`,
  }
  return {
    id: flow.id,
    name: flow.name,
    division: { id: organizationId, selfUri: `/api/v2/authorization/divisions/${organizationId}` },
    type: typeOf(flow),
    active: true,
    system: false,
    deleted: false,
    publishedVersion: version,
    savedVersion: version,
    checkedInVersion: version,
    selfUri,
  }
}
