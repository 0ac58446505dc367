import {
  type AfterCallWork,
  activeUserIds,
  type Conversation,
  isLive,
  occupies,
  type Participant,
  type WrapupPrompt,
} from '../domain/conversation.ts'
import { type AlertedAgent, alert, answer, noAnswer } from '../domain/conversation-flow.ts'
import { type Candidate, capacityOf, mediumOf, nextAgent } from '../domain/routing.ts'
import type { Queue } from '../store/records.ts'
import type { Store, Timer } from '../store/store.ts'
import { watchInactivity } from './inactivity.ts'
import { type Messaging, momentOf } from './messaging.ts'
import { chain, saveStep, setRouting } from './step.ts'

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
  const members = queue.members.map(({ userId }) => userId)
  // Media for which nobody of the queue has room: there is no need to look again for each conversation.
  const full = new Set<string>()
  for (const conversation of byPriority(waiting)) {
    const taking = activeUserIds(conversation)
    const medium = mediumOf(conversation.channel)
    const { preferredUserId, languageId, skillIds: skills = [] } = conversation.waiting ?? {}
    const skillIds = [...skills, ...(languageId === undefined ? [] : [languageId])]
    const bySkill = skillIds.length > 0
    const isOneOfUs = preferredUserId === undefined || members.includes(preferredUserId)
    if (full.has(medium) && isOneOfUs) continue
    const known = await candidatesOf(store, { queue, medium, preferredUserId, bySkill })
    const candidates = known.filter(({ userId }) => !taking.includes(userId))
    const agent = nextAgent(candidates, conversation.waiting?.notUserIds ?? [], {
      capacity: await capacityFor(store, medium),
      preferredUserId,
      skillIds,
    })
    if (agent !== undefined)
      await alertAgent(store, { conversation, queue, userId: agent.userId }, messaging)
    // Somebody who is in this conversation already may be free for the next one.
    else if (taking.length === 0 && !bySkill) full.add(medium)
  }
}

function byPriority(waiting: readonly Conversation[]): readonly Conversation[] {
  const priority = ({ waiting }: Conversation) => waiting?.priority ?? 0
  return waiting.toSorted((a, b) => priority(b) - priority(a))
}

async function capacityFor(store: Store, medium: string): Promise<number> {
  const utilization = await store.records.get('utilization', 'default')
  return utilization?.media[medium]?.maximumCapacity ?? capacityOf(medium)
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

/** Agents of the queue, and the one who had it last where the queue asks any such agent. */
async function candidatesOf(
  store: Store,
  given: {
    readonly queue: Queue
    readonly medium: string
    readonly preferredUserId: string | undefined
    /** Whether their skills matter. */
    readonly bySkill: boolean
  },
): Promise<readonly Candidate[]> {
  const { queue, medium, preferredUserId } = given
  const members = queue.members.filter(({ joined }) => joined).map(({ userId }) => userId)
  const asks =
    preferredUserId !== undefined && (queue.lastAgentRouting ?? 'AnyAgent') === 'AnyAgent'
  const userIds = [...new Set([...members, ...(asks ? [preferredUserId] : [])])]
  const candidates: Candidate[] = []
  for (const { userId, routingStatus, routingSinceMs } of await store.agents.many(userIds)) {
    if (routingStatus !== 'IDLE' && routingStatus !== 'INTERACTING') continue
    const engaged = await store.conversations.engagedOfUser(userId)
    const load = engaged.filter(
      (conversation) => mediumOf(conversation.channel) === medium && occupies(conversation, userId),
    ).length
    const user = given.bySkill ? await store.records.get('user', userId) : undefined
    const abilities = [...(user?.skills ?? []), ...(user?.languages ?? [])]
    const skillIds = abilities.map(({ id }) => id)
    candidates.push({ userId, routingStatus, sinceMs: routingSinceMs, load, skillIds })
  }
  return candidates
}

async function alertAgent(
  store: Store,
  work: { readonly conversation: Conversation; readonly queue: Queue; readonly userId: string },
  messaging: Messaging,
): Promise<void> {
  const moment = momentOf(messaging)
  const alerting = alert(work.conversation, await alertedAgent(store, work), moment)
  const alertedId = alerting.conversation.participants.at(-1)?.id ?? ''
  // An agent who waits to hand it over is told by the answer of the other; that one is left to give it himself.
  const isHanded = work.conversation.participants.some(
    (one) => one.handingTo !== undefined && isLive(one),
  )
  const answersItself = work.queue.autoAnswer === true && !isHanded
  const step = answersItself
    ? chain(alerting, (conversation) => answer(conversation, alertedId, moment))
    : alerting
  const saved = await saveStep(store, { before: work.conversation, step }, moment.nowMs)
  const participant = saved.participants.at(-1)
  if (participant === undefined) throw new Error('An alert added no participant.')
  const seat = { conversationId: saved.id, participantId: alertedId }
  if (answersItself) await watchInactivity(store, saved, messaging)
  else await setAlertTimer(store, seat, participant)
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
