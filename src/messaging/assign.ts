import {
  type AfterCallWork,
  activeUserIds,
  type Conversation,
  occupies,
  type Participant,
  type WrapupPrompt,
} from '../domain/conversation.ts'
import { type AlertedAgent, alert, noAnswer } from '../domain/conversation-flow.ts'
import type { Channel } from '../domain/message.ts'
import { type Candidate, capacityOf, mediumOf, nextAgent } from '../domain/routing.ts'
import type { Queue } from '../store/records.ts'
import type { Store, Timer } from '../store/store.ts'
import { type Messaging, momentOf } from './messaging.ts'
import { saveStep, setRouting } from './step.ts'

/** Conversations looked at in one go; the next change of an agent looks again. */
const waitingMax = 50

/** Alerts agents for the conversations that wait in a queue, longest wait first, until agents or conversations run out. */
export async function assignQueue(
  store: Store,
  queueId: string,
  messaging: Messaging,
): Promise<void> {
  const waiting = await store.conversations.waiting(queueId, waitingMax)
  if (waiting.length === 0) return
  const queue = await store.records.get('queue', queueId)
  if (queue === undefined) return
  /** Media that nobody has room for. */
  const full = new Set<string>()
  for (const conversation of waiting) {
    const { channel } = conversation
    if (full.has(mediumOf(channel))) continue
    const taking = activeUserIds(conversation)
    const candidates = (await candidatesOf(store, queue, channel)).filter(
      ({ userId }) => !taking.includes(userId),
    )
    const agent = nextAgent(candidates, conversation.waiting?.notUserIds ?? [], capacityOf(channel))
    // Somebody who is in this conversation already may be free for the next one.
    if (agent === undefined && taking.length > 0) continue
    if (agent === undefined) {
      full.add(mediumOf(channel))
      continue
    }
    await alertAgent(store, { conversation, queue, userId: agent.userId }, messaging)
  }
}

/** Looks for work for an agent who has just become free, in every queue that he is a member of. */
export async function assignAgent(
  store: Store,
  userId: string,
  messaging: Messaging,
): Promise<void> {
  const queues = await store.records.list('queue', { size: 1000, number: 1 })
  for (const queue of queues.entities) {
    const joined = queue.members.some((member) => member.userId === userId && member.joined)
    if (joined) await assignQueue(store, queue.id, messaging)
  }
}

async function candidatesOf(
  store: Store,
  queue: Queue,
  channel: Channel,
): Promise<readonly Candidate[]> {
  const userIds = queue.members.filter(({ joined }) => joined).map(({ userId }) => userId)
  const candidates: Candidate[] = []
  for (const { userId, routingStatus, routingSinceMs } of await store.agents.many(userIds)) {
    if (routingStatus !== 'IDLE' && routingStatus !== 'INTERACTING') continue
    const engaged = await store.conversations.engagedOfUser(userId)
    const load = engaged.filter(
      (one) => mediumOf(one.channel) === mediumOf(channel) && occupies(one, userId),
    ).length
    candidates.push({ userId, routingStatus, sinceMs: routingSinceMs, load })
  }
  return candidates
}

async function alertAgent(
  store: Store,
  work: { readonly conversation: Conversation; readonly queue: Queue; readonly userId: string },
  messaging: Messaging,
): Promise<void> {
  const moment = momentOf(messaging)
  const step = alert(work.conversation, await alertedAgent(store, work), moment)
  const saved = await saveStep(store, { before: work.conversation, step }, moment.nowMs)
  const participant = saved.participants.at(-1)
  if (participant === undefined) throw new Error('An alert added no participant.')
  const seat = { conversationId: saved.id, participantId: participant.id }
  await setAlertTimer(store, seat, participant)
}

/** Milliseconds that an agent is alerted for where no queue says otherwise (vendor's default for messages: 30 s). */
const alertingMsDefault = 30_000

/** An agent as he is alerted: his name, and what the queue's settings want of him. */
export async function alertedAgent(
  store: Store,
  { queue, userId }: { readonly queue: Queue | undefined; readonly userId: string },
): Promise<AlertedAgent> {
  const user = await store.records.get('user', userId)
  return {
    userId,
    name: user?.name ?? userId,
    alertingTimeoutMs: queue?.messageAlertingTimeoutMs ?? alertingMsDefault,
    ...(queue === undefined ? {} : { acw: acwOf(queue) }),
  }
}

/** The after-call work that a queue's `acwSettings` ask for. */
export function acwOf({ wrapupPrompt, acwTimeoutMs }: Queue): AfterCallWork {
  return { prompt: prompts[wrapupPrompt], timeoutMs: acwTimeoutMs }
}

const prompts = {
  MANDATORY: 'mandatory',
  OPTIONAL: 'optional',
  MANDATORY_TIMEOUT: 'timeout',
  MANDATORY_FORCED_TIMEOUT: 'forcedTimeout',
  AGENT_REQUESTED: 'agentRequested',
} as const satisfies Record<Queue['wrapupPrompt'], WrapupPrompt>

/** Ends the alert when the agent lets it ring. */
export async function setAlertTimer(
  store: Store,
  seat: { readonly conversationId: string; readonly participantId: string },
  { startMs, alertingTimeoutMs }: Participant,
): Promise<void> {
  await store.timers.set({
    id: alertTimerId(seat.participantId),
    dueMs: startMs + (alertingTimeoutMs ?? alertingMsDefault),
    kind: 'alerting',
    body: { conversationId: seat.conversationId, participantId: seat.participantId },
  })
}

/** The timer that ends an alert; cancelled when the agent answers or declines. */
export function alertTimerId(participantId: string): string {
  return `alerting:${participantId}`
}

/** An alert ran out: the agent is Not Responding, the conversation goes back to its queue. */
export async function alertRanOut(store: Store, timer: Timer, messaging: Messaging): Promise<void> {
  const { conversationId, participantId } = timer.body
  const conversation = await store.conversations.get(String(conversationId))
  const participant = conversation?.participants.find(({ id }) => id === participantId)
  const alerting = participant?.communications.at(-1)?.state === 'alerting'
  if (conversation === undefined || participant?.userId === undefined || !alerting) return
  const moment = momentOf(messaging)
  const step = noAnswer(conversation, participant.id, moment)
  await saveStep(store, { before: conversation, step }, moment.nowMs)
  const agent = await store.agents.get(participant.userId)
  if (agent !== undefined && agent.routingStatus !== 'OFF_QUEUE') {
    await setRouting(store, agent, { status: 'NOT_RESPONDING', nowMs: moment.nowMs })
  }
  const queueId = step.conversation.waiting?.queueId
  if (queueId !== undefined) await assignQueue(store, queueId, messaging)
}
