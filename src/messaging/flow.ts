import { type Conversation, customerOf, isLive, type Participant } from '../domain/conversation.ts'
import {
  endAll,
  type QueueRequest,
  requestQueue,
  setAttributes,
} from '../domain/conversation-flow.ts'
import { endWhere, type Moment, type Step } from '../domain/conversation-legs.ts'
import { joinAsFlow } from '../domain/conversation-programs.ts'
import {
  type CallOutcome,
  type FlowEffect,
  type FlowEvent,
  type FlowProgram,
  type FlowTurn,
  flowStart,
  flowTurn,
} from '../domain/flow.ts'
import { compileFlow } from '../domain/flow-document.ts'
import type { FlowRun } from '../store/flow-store.ts'
import type { JsonObject } from '../store/json.ts'
import type { Flow, Queue, RecordKinds } from '../store/records.ts'
import type { Store, Timer } from '../store/store.ts'
import { assignQueue } from './assign.ts'
import { say } from './flow-say.ts'
import { type Messaging, momentOf } from './messaging.ts'
import { chain, saveStep } from './step.ts'

/** Steps that are kept of a run. */
const pathMax = 200
/** After its own time-out a call is given so long before it counts as lost with its node. */
const callLostMs = 5000
const namedMax = 1000

/** A data action that a flow calls, with texts for its inputs and the flattened result as texts. */
export interface FlowCall {
  readonly action: string
  readonly category: string | undefined
  readonly inputs: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly conversationId: string
}

/** Runs a flow's data action; never throws. */
export type RunFlowCall = (
  store: Store,
  call: FlowCall,
) => Promise<{ readonly outcome: CallOutcome; readonly outputs: Readonly<Record<string, string>> }>

/** The flow of a recipient, where it names one that there is. */
export async function flowOf(store: Store, recipientId: string): Promise<Flow | undefined> {
  const recipient = await store.records.get('recipient', recipientId)
  return recipient?.flowId === undefined ? undefined : store.records.known('flow', recipient.flowId)
}

/** Gives a conversation that begins to a flow; `hearFlow` then takes its first turn. */
export function beginFlow(opened: Step, flow: Flow, moment: Moment): Step {
  return chain(opened, (conversation) => joinAsFlow(conversation, flow, moment))
}

/** The flow's participant, while the flow has the conversation. */
export function flowParticipant(conversation: Conversation): Participant | undefined {
  return conversation.participants.findLast((one) => one.purpose === 'workflow' && isLive(one))
}

/** The customer wrote in a conversation that a flow has: the flow goes on, in the same transaction. */
export async function hearFlow(
  store: Store,
  said: { readonly conversation: Conversation; readonly text: string; readonly subject?: string },
  messaging: Messaging,
): Promise<void> {
  const { conversation, ...event } = said
  const participant = flowParticipant(conversation)
  if (participant?.flowId === undefined) return
  const known = await store.flowRuns.get(conversation.id)
  const run: FlowRun =
    known?.participantId === participant.id
      ? known
      : {
          conversationId: conversation.id,
          flowId: participant.flowId,
          flowVersion: (await store.records.known('flow', participant.flowId))?.version ?? 0,
          participantId: participant.id,
          state: flowStart,
          path: [],
          version: known?.version ?? 0,
        }
  await takeTurn(store, { conversation, run, event: { type: 'text', ...event } }, messaging)
}

async function takeTurn(
  store: Store,
  given: {
    readonly conversation: Conversation
    readonly run: FlowRun
    readonly event: FlowEvent
  },
  messaging: Messaging,
): Promise<void> {
  const { conversation, run } = given
  const flow = await flowOfRun(store, run)
  const turn =
    flow === undefined
      ? lostTurn(run, 'The flow was changed or removed while it had the conversation.')
      : turnOf(flow, given)
  if (turn === undefined) return
  await store.timers.cancel(timerId(conversation.id))
  let current = conversation
  let problem = run.problem
  for (const effect of turn.effects) {
    const done = await take(store, { effect, conversation: current, run, turn }, messaging)
    current = done.conversation
    problem = done.problem ?? problem
  }
  await store.flowRuns.save({
    ...run,
    state: turn.state,
    path: [...run.path, ...turn.path].slice(-pathMax),
    ...(problem === undefined ? {} : { problem }),
    version: run.version + 1,
  })
}

/** The flow in the version that the run began with: positions of one version mean nothing in another. */
async function flowOfRun(store: Store, run: FlowRun): Promise<Flow | undefined> {
  const isSame = (flow: Flow | undefined) => flow?.version === run.flowVersion
  const known = await store.records.known('flow', run.flowId)
  if (isSame(known)) return known
  // This node may have read it before the run began on another one.
  const current = await store.records.get('flow', run.flowId)
  return isSame(current) ? current : undefined
}

const programs = new WeakMap<Flow, FlowProgram>()

/** A flow's program; compiled once for each version of its record. It was checked before it was saved. */
export function programOf(flow: Flow): FlowProgram {
  let program = programs.get(flow)
  if (program === undefined) {
    program = compileFlow(flow.document)
    programs.set(flow, program)
  }
  return program
}

function turnOf(
  flow: Flow,
  given: {
    readonly conversation: Conversation
    readonly run: FlowRun
    readonly event: FlowEvent
  },
): FlowTurn | undefined {
  const { conversation, run, event } = given
  const around = {
    customer: conversation.customer.id,
    address: conversation.platformAddress,
    participantData: customerOf(conversation).attributes,
  }
  return flowTurn(programOf(flow), run.state, { event, around })
}

function lostTurn(run: FlowRun, message: string): FlowTurn {
  return {
    state: { ...run.state, status: 'over', turn: run.state.turn + 1 },
    effects: [{ type: 'lost', message }],
    path: [],
  }
}

interface Doing {
  readonly conversation: Conversation
  readonly problem?: string
}

async function take(
  store: Store,
  given: {
    readonly effect: FlowEffect
    readonly conversation: Conversation
    readonly run: FlowRun
    readonly turn: FlowTurn
  },
  messaging: Messaging,
): Promise<Doing> {
  const { effect, conversation, run, turn } = given
  const moment = momentOf(messaging)
  switch (effect.type) {
    case 'say': {
      const { participantId } = run
      const problem = await say(store, { ...effect, conversation, participantId }, messaging)
      return { conversation, ...(problem === undefined ? {} : { problem }) }
    }
    case 'set': {
      const step = setAttributes(conversation, customerOf(conversation).id, effect.values)
      return { conversation: await saveStep(store, { before: conversation, step }, moment.nowMs) }
    }
    case 'wait':
      if (effect.timeoutMs !== undefined)
        await setTimer(store, {
          run,
          turn,
          what: 'no-answer',
          dueMs: moment.nowMs + effect.timeoutMs,
        })
      return { conversation }
    case 'call':
      await setTimer(store, { run, turn, what: 'call', dueMs: moment.nowMs, call: effect })
      return { conversation }
    case 'disconnect': {
      const step = endAll(conversation, undefined, moment)
      return { conversation: await saveStep(store, { before: conversation, step }, moment.nowMs) }
    }
    case 'transfer':
      return transfer(store, { conversation, run, effect }, messaging)
    case 'lost':
      return transfer(store, { conversation, run, problem: effect.message }, messaging)
  }
}

/** Ends the flow's part and puts the conversation in a queue: the one named, or else the one there is. */
async function transfer(
  store: Store,
  given: {
    readonly conversation: Conversation
    readonly run: FlowRun
    readonly effect?: Extract<FlowEffect, { type: 'transfer' }>
    readonly problem?: string
  },
  messaging: Messaging,
): Promise<Doing> {
  const { conversation: before, run, effect } = given
  const moment = momentOf(messaging)
  const named = effect === undefined ? undefined : await byName(store, 'queue', effect.queue)
  const problem =
    given.problem ??
    (named === undefined ? `There is no queue "${effect?.queue ?? ''}".` : undefined)
  const queue: Queue | undefined = named ?? (await anyQueue(store))
  const skillIds: string[] = []
  for (const skill of effect?.skills ?? []) {
    const found = await byName(store, 'routingSkill', skill)
    if (found !== undefined) skillIds.push(found.id)
  }
  const request: QueueRequest | undefined =
    queue === undefined
      ? undefined
      : {
          id: queue.id,
          name: queue.name,
          ...(skillIds.length === 0 ? {} : { skillIds }),
          ...(effect === undefined || effect.priority === 0 ? {} : { priority: effect.priority }),
        }
  const left = endWhere(before, ({ id }) => id === run.participantId, 'transfer', moment)
  const step =
    request === undefined
      ? left
      : chain(left, (conversation) => requestQueue(conversation, request, moment))
  const conversation = await saveStep(store, { before, step }, moment.nowMs)
  if (queue !== undefined) await assignQueue(store, queue.id, messaging)
  return { conversation, ...(problem === undefined ? {} : { problem }) }
}

async function byName<K extends 'queue' | 'routingSkill'>(
  store: Store,
  kind: K,
  name: string,
): Promise<RecordKinds[K] | undefined> {
  const own = await store.records.get(kind, name)
  const { entities } = await store.records.list(kind, { size: namedMax, number: 1 })
  const wanted = name.trim().toLowerCase()
  return own ?? entities.find((one) => one.name.toLowerCase() === wanted)
}

async function anyQueue(store: Store): Promise<Queue | undefined> {
  return (await store.records.list('queue', { size: 1, number: 1 })).entities[0]
}

function timerId(conversationId: string): string {
  return `flow|${conversationId}`
}

async function setTimer(
  store: Store,
  given: {
    readonly run: FlowRun
    readonly turn: FlowTurn
    readonly what: 'no-answer' | 'call' | 'call-lost'
    readonly dueMs: number
    readonly call?: Omit<FlowCall, 'conversationId'>
  },
): Promise<void> {
  const { run, turn, what, dueMs, call } = given
  const { conversationId } = run
  const body = {
    conversationId,
    turn: turn.state.turn,
    what,
    ...(call === undefined ? {} : { call: JSON.stringify({ ...call, conversationId }) }),
  }
  await store.timers.set({ id: timerId(conversationId), dueMs, kind: 'flow', body })
}

/**
 * What a flow's timer does when it is due: the question was not answered, or a data action is to be called. The call
 * is made behind the transaction that this runs in, at most once: a node that dies with it leaves a timer that counts it
 * as timed out.
 */
export async function flowIsDue(
  store: Store,
  timer: Timer,
  messaging: Messaging,
): Promise<((store: Store) => Promise<void>) | undefined> {
  const conversationId = String(timer.body['conversationId'])
  const turn = Number(timer.body['turn'])
  const run = await store.flowRuns.get(conversationId)
  if (run === undefined || run.state.turn !== turn) return undefined
  if (timer.body['what'] !== 'call') {
    const event: FlowEvent =
      timer.body['what'] === 'no-answer'
        ? { type: 'no-answer', turn }
        : { type: 'result', turn, outcome: 'timeout', outputs: {} }
    await goOn(store, { conversationId, event }, messaging)
    return undefined
  }
  const call = callOf(timer.body)
  const dueMs = messaging.outside.clock.now() + call.timeoutMs + callLostMs
  const body = { conversationId, turn, what: 'call-lost' }
  await store.timers.set({ id: timer.id, dueMs, kind: 'flow', body })
  return async (store) => {
    const result = (await messaging.flowCall?.(store, call)) ?? noActions
    const event: FlowEvent = { type: 'result', turn, ...result }
    await store.transaction((store) => goOn(store, { conversationId, event }, messaging))
  }
}

/** The call in a timer's body, as `setTimer` wrote it. */
function callOf(body: JsonObject): FlowCall {
  const call: FlowCall = JSON.parse(String(body['call']))
  return call
}

const noActions = { outcome: 'failure', outputs: { errorCode: 'not.implemented' } } as const

async function goOn(
  store: Store,
  { conversationId, event }: { readonly conversationId: string; readonly event: FlowEvent },
  messaging: Messaging,
): Promise<void> {
  const run = await store.flowRuns.get(conversationId)
  const conversation = await store.conversations.get(conversationId)
  if (run === undefined || conversation === undefined) return
  // The customer may have left, or somebody taken the conversation over, while the flow was away.
  if (flowParticipant(conversation)?.id !== run.participantId) return
  await takeTurn(store, { conversation, run, event }, messaging)
}
