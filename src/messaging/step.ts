import { type Conversation, engagedUserIds, occupies, queueIdsOf } from '../domain/conversation.ts'
import type { Step } from '../domain/conversation-legs.ts'
import type { AgentState, RoutingStatus, Store } from '../store/store.ts'

/** Runs steps one after another, keeping every detail. */
export function chain(
  first: Step,
  ...rest: readonly ((conversation: Conversation) => Step)[]
): Step {
  let { conversation } = first
  const details = [...first.details]
  for (const step of rest) {
    const after = step(conversation)
    conversation = after.conversation
    details.push(...after.details)
  }
  return { conversation, details }
}

/**
 * Saves a conversation after a step, tells the feed, and sets the routing status of agents whose work began or ended.
 * `before` is the version that the step started from; absent for a new conversation.
 */
export async function saveStep(
  store: Store,
  change: { readonly before?: Conversation | undefined; readonly step: Step },
  nowMs: number,
): Promise<Conversation> {
  const { before, step } = change
  const saved =
    before === undefined ? step.conversation : { ...step.conversation, version: before.version + 1 }
  const engaged = engagedUserIds(saved)
  const userIds =
    before === undefined ? engaged : [...new Set([...engagedUserIds(before), ...engaged])]
  await store.conversations.save(saved)
  await store.feed.append(
    {
      type: 'conversation',
      conversationId: saved.id,
      version: saved.version,
      userIds,
      queueIds: queueIdsOf(saved),
      details: step.details,
    },
    nowMs,
  )
  for (const userId of userIds) await settleAgent(store, userId, nowMs)
  return saved
}

/**
 * An agent with work is INTERACTING, one without is IDLE again; who is off queue or not responding stays so. After-call
 * work is work (GUESS: the vendor does not say which status it goes under), a parked conversation is none.
 */
async function settleAgent(store: Store, userId: string, nowMs: number): Promise<void> {
  const agent = await store.agents.get(userId)
  if (agent === undefined) return
  const working = await isWorking(store, userId)
  if (agent.routingStatus === 'IDLE' && working)
    await setRouting(store, agent, { status: 'INTERACTING', nowMs })
  if (agent.routingStatus === 'INTERACTING' && !working)
    await setRouting(store, agent, { status: 'IDLE', nowMs })
}

/** Whether an agent has a conversation that takes up his capacity, or after-call work to do. */
export async function isWorking(store: Store, userId: string): Promise<boolean> {
  const engaged = await store.conversations.engagedOfUser(userId)
  return engaged.some((conversation) => occupies(conversation, userId))
}

/** Changes an agent's routing status and tells the feed. */
export async function setRouting(
  store: Store,
  agent: AgentState,
  to: { readonly status: RoutingStatus; readonly presence?: string; readonly nowMs: number },
): Promise<AgentState> {
  const presence = to.presence ?? agent.presence
  const next: AgentState = {
    ...agent,
    presence,
    presenceSinceMs: presence === agent.presence ? agent.presenceSinceMs : to.nowMs,
    routingStatus: to.status,
    routingSinceMs: to.status === agent.routingStatus ? agent.routingSinceMs : to.nowMs,
    version: agent.version + 1,
  }
  await store.agents.save(next)
  await store.feed.append(
    { type: 'agent', userId: agent.userId, routingStatus: to.status, presence },
    to.nowMs,
  )
  return next
}
