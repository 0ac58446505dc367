import { AppError } from '../../errors.ts'
import { assignAgent } from '../../messaging/assign.ts'
import type { Messaging } from '../../messaging/messaging.ts'
import { isWorking, setRouting } from '../../messaging/step.ts'
import { grants, type Principal } from '../../principal.ts'
import type { AgentState, Store } from '../../store/store.ts'
import { findRecord } from '../not-found.ts'
import { onQueue, type SystemPresence } from '../presence/definitions.ts'

/** Who changes somebody's availability, for himself or for another. */
export interface AvailabilityChange {
  readonly userId: string
  readonly principal: Principal
}

/** Where an agent stands; one who never went on queue is offline since the user was made. */
export async function availabilityOf(store: Store, userId: string): Promise<AgentState> {
  const state = await store.agents.get(userId)
  if (state !== undefined) return state
  const { createdMs } = await findRecord(store, 'user', userId)
  return {
    userId,
    presence: 'Offline',
    presenceSinceMs: createdMs,
    routingStatus: 'OFF_QUEUE',
    routingSinceMs: createdMs,
    version: 0,
  }
}

/**
 * Sets whether an agent takes work: back to IDLE after Not Responding, or off queue. The presence follows, so that
 * the two never contradict each other; who has conversations is INTERACTING and not IDLE.
 */
export async function changeRouting(
  store: Store,
  change: AvailabilityChange & { readonly status: 'IDLE' | 'OFF_QUEUE' },
  messaging: Messaging,
): Promise<AgentState> {
  requireLeave(change)
  return store.transaction(async (store) => {
    const agent = await availabilityOf(store, change.userId)
    if (change.status === 'IDLE') return goOnQueue(store, agent, messaging)
    const presence = agent.presence === onQueue ? 'Available' : agent.presence
    return goOffQueue(store, { agent, presence }, messaging)
  })
}

/** Sets an agent's presence: On Queue makes him take work, any other one ends that (vendor: presence drives routing). */
export async function changePresence(
  store: Store,
  change: AvailabilityChange & { readonly presence: SystemPresence },
  messaging: Messaging,
): Promise<AgentState> {
  requireLeave(change)
  return store.transaction(async (store) => {
    const agent = await availabilityOf(store, change.userId)
    if (change.presence === onQueue) return goOnQueue(store, agent, messaging)
    return goOffQueue(store, { agent, presence: change.presence }, messaging)
  })
}

async function goOnQueue(
  store: Store,
  agent: AgentState,
  messaging: Messaging,
): Promise<AgentState> {
  const works = await isWorking(store, agent.userId)
  const status = works ? 'INTERACTING' : 'IDLE'
  const nowMs = messaging.outside.clock.now()
  await setRouting(store, agent, { status, presence: onQueue, nowMs })
  await assignAgent(store, agent.userId, messaging)
  return availabilityOf(store, agent.userId)
}

async function goOffQueue(
  store: Store,
  to: { readonly agent: AgentState; readonly presence: string },
  messaging: Messaging,
): Promise<AgentState> {
  const nowMs = messaging.outside.clock.now()
  return setRouting(store, to.agent, { status: 'OFF_QUEUE', presence: to.presence, nowMs })
}

/** The vendor names no permission for this; here, changing somebody else's availability needs the right to edit users. */
function requireLeave({ userId, principal }: AvailabilityChange): void {
  if (principal.userId === userId || grants(principal.permissions, 'directory:user:edit')) return
  throw new AppError(
    'missing.permissions',
    'You are missing the following permission(s): {permissions}',
    { params: { permissions: 'directory:user:edit' } },
  )
}
