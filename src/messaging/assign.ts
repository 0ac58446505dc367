import type { Conversation } from '../domain/conversation.ts'
import { alert, noAnswer } from '../domain/conversation-flow.ts'
import { type Candidate, nextAgent } from '../domain/routing.ts'
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
  for (const conversation of waiting) {
    const agent = nextAgent(
      await candidatesOf(store, queue),
      conversation.waiting?.notUserIds ?? [],
    )
    if (agent === undefined) return
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

async function candidatesOf(store: Store, queue: Queue): Promise<readonly Candidate[]> {
  const userIds = queue.members.filter(({ joined }) => joined).map(({ userId }) => userId)
  const candidates: Candidate[] = []
  for (const { userId, routingStatus, routingSinceMs } of await store.agents.many(userIds)) {
    if (routingStatus !== 'IDLE' && routingStatus !== 'INTERACTING') continue
    const load = (await store.conversations.activeOfUser(userId)).length
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
  const user = await store.records.get('user', work.userId)
  const alertingTimeoutMs = work.queue.messageAlertingTimeoutMs
  const step = alert(
    work.conversation,
    { userId: work.userId, name: user?.name ?? work.userId, alertingTimeoutMs },
    moment,
  )
  const saved = await saveStep(store, { before: work.conversation, step }, moment.nowMs)
  const participant = saved.participants.at(-1)
  if (participant === undefined) throw new Error('An alert added no participant.')
  await store.timers.set({
    id: alertTimerId(participant.id),
    dueMs: moment.nowMs + alertingTimeoutMs,
    kind: 'alerting',
    body: { conversationId: saved.id, participantId: participant.id },
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
