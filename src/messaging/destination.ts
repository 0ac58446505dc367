import type { RoutingWishes } from '../domain/conversation.ts'
import type { FlowKind } from '../domain/flow.ts'
import { flowKindOf } from '../domain/flow-document.ts'
import { AppError } from '../errors.ts'
import type { Store } from '../store/store.ts'

/** Where a conversation that begins is to go: a route's or a caller's wish. */
export interface Destination extends RoutingWishes {
  readonly queueId?: string | undefined
  /** A routing application; it goes before the queue. */
  readonly flowId?: string | undefined
}

/** How the members of a destination are called in the request that names it, for errors. */
export interface DestinationFields {
  readonly flow: string
  readonly skills: string
  readonly language: string
}

/** Refuses a flow for mails, skill or language that is not there (`bad.request`). The queue is the caller's affair. */
export async function checkDestination(
  store: Store,
  to: Destination,
  fields: DestinationFields,
): Promise<void> {
  if (to.flowId !== undefined) {
    const wanted = { id: to.flowId, kind: 'inboundEmail', fieldName: fields.flow } as const
    await requireFlow(store, wanted)
  }
  for (const id of to.skillIds ?? []) {
    if ((await store.records.get('routingSkill', id)) === undefined)
      throw unknown('skill', id, fields.skills)
  }
  const { languageId: id } = to
  if (id !== undefined && (await store.records.get('routingLanguage', id)) === undefined)
    throw unknown('language', id, fields.language)
}

/** Refuses a flow that is not there, or that takes mails where messages come, or messages where mails do. */
export async function requireFlow(
  store: Store,
  wanted: { readonly id: string; readonly kind: FlowKind; readonly fieldName: string },
): Promise<void> {
  const { id, kind, fieldName } = wanted
  const flow = await store.records.get('flow', id)
  if (flow === undefined) throw unknown('flow', id, fieldName)
  if (flowKindOf(flow.document) === kind) return
  throw new AppError('bad.request', 'The flow {name} cannot be named here: one of {kind} can.', {
    params: { name: flow.name, kind },
    details: [{ errorCode: 'bad.request', fieldName, entityId: id, entityName: 'flow' }],
  })
}

function unknown(entity: 'flow' | 'skill' | 'language', id: string, fieldName: string): AppError {
  return new AppError('bad.request', 'There is no {entity} {id}.', {
    params: { entity, id },
    details: [{ errorCode: 'bad.request', fieldName, entityId: id, entityName: entity }],
  })
}
