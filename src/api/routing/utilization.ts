import Type from 'typebox'
import { capacityOf, defaultCapacity } from '../../domain/routing.ts'
import type { MediaUtilization, Utilization } from '../../store/records.ts'
import { operation } from '../operation.ts'
import { changed, newRecord } from '../record-change.ts'

const path = '/api/v2/routing/utilization'
const recordId = 'default'

const MediaUtilizations = Type.Record(
  Type.String(),
  Type.Object({
    maximumCapacity: Type.Optional(Type.Integer({ minimum: 0, maximum: 25 })),
    interruptableMediaTypes: Type.Optional(Type.Array(Type.String())),
    includeNonAcd: Type.Optional(Type.Boolean()),
  }),
  { maxProperties: 20 },
)
const UtilizationBody = Type.Object({ utilization: Type.Optional(MediaUtilizations) })

export const getRoutingUtilization = operation({
  id: 'getRoutingUtilization',
  method: 'GET',
  path,
  summary: 'Reads how many conversations of each medium an agent takes at once.',
  scopes: ['routing', 'routing:readonly'],
  permission: { any: ['routing:utilization:view', 'routing:utilization:manage'] },
  reply: { status: 200, schema: UtilizationBody },
  examples: [{ title: 'The capacity of agents', input: {} }],
  async handle(_input, { store }) {
    return present(await store.records.get('utilization', recordId))
  },
})

export const putRoutingUtilization = operation({
  id: 'putRoutingUtilization',
  method: 'PUT',
  path,
  summary:
    'Sets how many conversations of each medium an agent takes; media left out get their default.',
  scopes: ['routing'],
  permission: 'routing:utilization:manage',
  input: { body: UtilizationBody },
  reply: { status: 200, schema: UtilizationBody },
  async handle({ body }, context) {
    return context.store.transaction(async (store) => {
      const media: Record<string, MediaUtilization> = {}
      for (const [medium, given] of Object.entries(body.utilization ?? {})) {
        media[medium] = {
          maximumCapacity: given.maximumCapacity ?? capacityOf(medium),
          interruptableMediaTypes: given.interruptableMediaTypes ?? [],
          includeNonAcd: given.includeNonAcd ?? false,
        }
      }
      const before = await store.records.get('utilization', recordId)
      if (before !== undefined) {
        const saved = changed(before, { media }, context)
        await store.records.save('utilization', saved)
        return present(saved)
      }
      const made = { ...newRecord('Utilization', context), id: recordId, media }
      await store.records.add('utilization', made)
      return present(made)
    })
  },
})

export const deleteRoutingUtilization = operation({
  id: 'deleteRoutingUtilization',
  method: 'DELETE',
  path,
  summary: 'Puts the capacity of agents back to the default.',
  scopes: ['routing'],
  permission: 'routing:utilization:manage',
  reply: { status: 204 },
  async handle(_input, { store }) {
    await store.records.remove('utilization', recordId)
  },
})

function present(utilization: Utilization | undefined) {
  const defaults = Object.entries(defaultCapacity).map(([medium, maximumCapacity]) => [
    medium,
    { maximumCapacity, interruptableMediaTypes: [], includeNonAcd: false },
  ])
  return { utilization: { ...Object.fromEntries(defaults), ...utilization?.media } }
}
