import Type from 'typebox'
import { isoTime } from '../../clock.ts'
import type { Context } from '../../context.ts'
import type { Delivery } from '../../domain/delivery.ts'
import { AppError } from '../../errors.ts'
import { moveMessage } from '../../messaging/receipt.ts'
import { reportToPlatform } from '../../messaging/relay.ts'
import type { Store } from '../../store/store.ts'
import { operation } from '../operation.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { decisionsOf, keepDecision } from './decisions.ts'
import { presentAttempt, presentDelivery } from './present.ts'

const DeliverySchema = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  state: Type.String(),
  accountId: Type.String(),
  attemptCount: Type.Integer(),
  dateAccepted: Type.String(),
  dateDue: Type.String(),
  selfUri: Type.String(),
})

const path = '/api/signalbox/deliveries'

export const signalboxListDeliveries = operation({
  id: 'signalboxListDeliveries',
  method: 'GET',
  path,
  summary: 'Lists what is or was on its way out, newest first.',
  permission: 'signalbox:deliveries:view',
  input: {
    query: Type.Object({
      ...Paging,
      state: Type.Optional(
        Type.Enum(['queued', 'sending', 'sent', 'delivered', 'failed', 'uncertain', 'canceled']),
      ),
      accountId: Type.Optional(Id),
    }),
  },
  reply: { status: 200, schema: Listing(DeliverySchema) },
  async handle({ query }, { store }) {
    const { state, accountId } = query
    const page = pageOf(query)
    const found = await store.deliveries.list(page, {
      ...(state === undefined ? {} : { state }),
      ...(accountId === undefined ? {} : { accountId }),
    })
    return listing(found, page, path, presentDelivery)
  },
})

export const signalboxGetDelivery = operation({
  id: 'signalboxGetDelivery',
  method: 'GET',
  path: `${path}/{id}`,
  summary:
    'Reads one delivery with its attempts, the ids its provider gave, and what people decided.',
  permission: 'signalbox:deliveries:view',
  input: { path: Type.Object({ id: Id }) },
  reply: { status: 200, schema: DeliverySchema },
  async handle({ path: { id } }, { store }) {
    return presentWhole(store, await deliveryOf(store, id))
  },
})

export const signalboxResendDelivery = operation({
  id: 'signalboxResendDelivery',
  method: 'POST',
  path: `${path}/{id}/resend`,
  summary:
    'Sends an uncertain or failed delivery once more, under the same id. The status of its message never moves ' +
    'back: a failed one stays failed until a receipt says that it was delivered.',
  permission: 'signalbox:deliveries:edit',
  input: { path: Type.Object({ id: Id }) },
  reply: { status: 202, schema: DeliverySchema },
  handle: ({ path: { id } }, context) => resend(context, id),
})

export const signalboxResendMessage = operation({
  id: 'signalboxResendMessage',
  method: 'POST',
  path: '/api/signalbox/messages/{id}/resend',
  summary:
    'Sends a message whose delivery failed or is uncertain once more, under the same id: the retry of the desk, for ' +
    'those who may write messages.',
  permission: 'conversation:message:create',
  sends: true,
  input: { path: Type.Object({ id: Id }) },
  reply: { status: 202, schema: DeliverySchema },
  async handle({ path: { id } }, context) {
    const deliveries = await context.store.deliveries.ofMessage(id)
    const last = deliveries.findLast(({ kind }) => kind !== 'platform')
    if (last !== undefined) return resend(context, last.id)
    throw new AppError('not.found', 'No delivery is known of a message {id}.', { params: { id } })
  },
})

function resend(context: Context, id: string) {
  return decide(context, { id, decision: 'resend' }, async (store, { delivery, nowMs }) => {
    const { failure: _past, ...rest } = delivery
    const queued: Delivery = { ...rest, state: 'queued', dueMs: nowMs }
    await store.deliveries.requeue(queued)
    return queued
  })
}

export const signalboxGiveUpDelivery = operation({
  id: 'signalboxGiveUpDelivery',
  method: 'POST',
  path: `${path}/{id}/give-up`,
  summary:
    'Closes an uncertain or failed delivery: it is canceled and its message counts as failed, unless a receipt ' +
    'still says otherwise.',
  permission: 'signalbox:deliveries:edit',
  input: { path: Type.Object({ id: Id }) },
  reply: { status: 200, schema: DeliverySchema },
  handle: ({ path: { id } }, context) =>
    decide(context, { id, decision: 'give-up' }, async (store, { delivery, nowMs }) => {
      const canceled: Delivery = { ...delivery, state: 'canceled' }
      await store.deliveries.update(canceled)
      if (delivery.state === 'uncertain') await tellFailed(store, { canceled, nowMs }, context)
      return canceled
    }),
})

/** Carries a decision out in one transaction, when the delivery is one to decide about. */
function decide(
  { store, principal, outside }: Context,
  about: { readonly id: string; readonly decision: 'resend' | 'give-up' },
  carryOut: (
    store: Store,
    given: { readonly delivery: Delivery; readonly nowMs: number },
  ) => Promise<Delivery>,
) {
  return store.transaction(async (store) => {
    const nowMs = outside.clock.now()
    const delivery = await deliveryOf(store, about.id)
    if (delivery.state !== 'uncertain' && delivery.state !== 'failed') {
      throw new AppError(
        'conflict',
        'This delivery is {state}. Only an uncertain or failed one can be sent again or given up.',
        { params: { state: delivery.state } },
      )
    }
    const changed = await carryOut(store, { delivery, nowMs })
    await keepDecision(store, delivery.id, {
      decision: about.decision,
      timeMs: nowMs,
      by: principal.userId ?? principal.clientId,
    })
    await store.feed.append(
      {
        type: 'delivery',
        deliveryId: delivery.id,
        state: changed.state,
        accountId: delivery.accountId,
      },
      nowMs,
    )
    return presentWhole(store, changed)
  })
}

async function tellFailed(
  store: Store,
  given: { readonly canceled: Delivery; readonly nowMs: number },
  { messaging }: Context,
): Promise<void> {
  const { canceled, nowMs } = given
  const error = {
    code: canceled.failure?.reason ?? ('GeneralError' as const),
    message: 'It is not known whether the provider took the message, and it was given up.',
  }
  const status = 'delivery-failed'
  if (canceled.relayId !== undefined) {
    await reportToPlatform(store, { delivery: canceled, status, error, final: true }, messaging)
  } else if (canceled.messageId !== undefined) {
    await moveMessage(store, { messageId: canceled.messageId, status, error }, nowMs)
  }
}

async function deliveryOf(store: Store, id: string): Promise<Delivery> {
  const delivery = await store.deliveries.get(id)
  if (delivery !== undefined) return delivery
  throw new AppError('not.found', 'There is no delivery {id}.', { params: { id } })
}

async function presentWhole(store: Store, delivery: Delivery) {
  const attempts = await store.deliveries.attempts(delivery.id)
  const decisions = await decisionsOf(store, delivery.id)
  return {
    ...presentDelivery(delivery),
    attempts: attempts.map(presentAttempt),
    providerIds: (await store.deliveries.providerIds(delivery.id)).map(({ id }) => id),
    decisions: decisions.map(({ decision, timeMs, by }) => ({
      decision,
      date: isoTime(timeMs),
      by,
    })),
  }
}
