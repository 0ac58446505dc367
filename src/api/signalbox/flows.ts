import Type from 'typebox'
import { LineCounter, parseDocument } from 'yaml'
import {
  type FlowEffect,
  type FlowEvent,
  type FlowState,
  flowStart,
  flowTurn,
} from '../../domain/flow.ts'
import { compileFlow } from '../../domain/flow-document.ts'
import { FlowMistake } from '../../domain/flow-values.ts'
import { AppError } from '../../errors.ts'
import { programOf } from '../../messaging/flow.ts'
import type { JsonObject } from '../../store/json.ts'
import type { Flow } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed, newRecord } from '../record-change.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { linesOf } from './flow-place.ts'
import { checkVersion, presentBase } from './records.ts'

const path = '/api/signalbox/flows'
const sourceLengthMax = 200_000

const FlowSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  version: Type.Integer(),
  source: Type.Optional(Type.String()),
  selfUri: Type.String(),
})

const SourceBody = Type.Object({
  /** YAML or JSON. */
  source: Type.String({ minLength: 1, maxLength: sourceLengthMax }),
  version: Type.Optional(Type.Integer()),
})

const FlowPath = Type.Object({ id: Id })

export const signalboxListFlows = operation({
  id: 'signalboxListFlows',
  method: 'GET',
  path,
  summary: 'Lists the routing applications.',
  permission: 'signalbox:flows:view',
  input: { query: Type.Object({ ...Paging, name: Type.Optional(Type.String()) }) },
  reply: { status: 200, schema: Listing(FlowSchema) },
  examples: [{ title: 'all', input: {} }],
  async handle({ query }, { store }) {
    const page = pageOf(query)
    const filter = query.name === undefined ? {} : { name: query.name }
    const found = await store.records.list('flow', page, filter)
    return listing(found, page, path, (flow) => presentBase(flow, path))
  },
})

export const signalboxGetFlow = operation({
  id: 'signalboxGetFlow',
  method: 'GET',
  path: `${path}/{id}`,
  summary: 'Reads a routing application with its file.',
  permission: 'signalbox:flows:view',
  input: { path: FlowPath },
  reply: { status: 200, schema: FlowSchema },
  async handle({ path: { id } }, { store }) {
    return present(await findRecord(store, 'flow', id))
  },
})

export const signalboxApplyFlow = operation({
  id: 'signalboxApplyFlow',
  method: 'POST',
  path,
  summary:
    'Takes the file of a routing application: a new one, or a new version of the one of that name.',
  permission: 'signalbox:flows:edit',
  input: { body: SourceBody },
  reply: { status: 200, schema: FlowSchema },
  handle: ({ body }, context) =>
    context.store.transaction(async (store) => {
      const { document, name } = readSource(body.source)
      const before = await store.records.byKey('flow', name.toLowerCase())
      if (before === undefined) {
        const made: Flow = { ...newRecord(name, context), source: body.source, document }
        await store.records.add('flow', made)
        return present(made)
      }
      checkVersion(before, body.version)
      const saved = changed(before, { name, source: body.source, document }, context)
      await store.records.save('flow', saved)
      return present(saved)
    }),
})

export const signalboxDeleteFlow = operation({
  id: 'signalboxDeleteFlow',
  method: 'DELETE',
  path: `${path}/{id}`,
  summary: 'Removes a routing application that nothing names; runs under way go to a queue.',
  permission: 'signalbox:flows:edit',
  input: { path: FlowPath },
  reply: { status: 204 },
  handle: ({ path: { id } }, { store }) =>
    store.transaction(async (store) => {
      const flow = await findRecord(store, 'flow', id)
      await refuseUsed(store, flow)
      await store.records.remove('flow', flow.id)
    }),
})

const Step = Type.Object({
  customer: Type.Optional(Type.String()),
  path: Type.Array(Type.String()),
  effects: Type.Array(Type.Object({ type: Type.String() })),
  status: Type.String(),
})

export const signalboxDryRunFlow = operation({
  id: 'signalboxDryRunFlow',
  method: 'POST',
  path: `${path}/dryrun`,
  summary:
    'Runs a routing application on texts, with nothing sent, and shows each step that it takes.',
  permission: 'signalbox:flows:view',
  input: {
    body: Type.Object({
      source: Type.Optional(Type.String({ maxLength: sourceLengthMax })),
      flowId: Type.Optional(Id),
      /** What the customer writes, in order; an empty text stands for no answer. */
      texts: Type.Array(Type.String({ maxLength: 4000 }), { minItems: 1, maxItems: 50 }),
      /** What the customer's mails are about, in a flow for mails. */
      subject: Type.Optional(Type.String({ maxLength: 400 })),
      /** What each data action gives, in the order of the calls; success without outputs where there is none. */
      results: Type.Optional(
        Type.Array(
          Type.Object({
            outcome: Type.Enum(['success', 'failure', 'timeout']),
            outputs: Type.Optional(Type.Record(Type.String(), Type.String())),
          }),
          { maxItems: 50 },
        ),
      ),
      participantData: Type.Optional(Type.Record(Type.String(), Type.String())),
    }),
  },
  reply: { status: 200, schema: Type.Object({ steps: Type.Array(Step), ended: Type.Boolean() }) },
  examples: [
    {
      title: 'a greeting',
      input: {
        body: {
          source:
            'inboundShortMessage: {name: Hi, states: [{state: {name: a, actions: [{sendResponse: {messageBody: Hi}}, {disconnect: }]}}]}',
          texts: ['hello'],
        },
      },
    },
  ],
  async handle({ body }, { store }) {
    const program =
      body.source === undefined
        ? programOf(await findRecord(store, 'flow', body.flowId ?? ''))
        : compileFlow(readSource(body.source).document)
    const around = {
      customer: '+12025550143',
      address: '+12025550142',
      participantData: body.participantData ?? {},
    }
    const results = [...(body.results ?? [])]
    const about = body.subject === undefined ? {} : { subject: body.subject }
    const steps = []
    let state: FlowState = flowStart
    for (const text of body.texts) {
      let event: FlowEvent | undefined =
        text === '' ? { type: 'no-answer', turn: state.turn } : { type: 'text', text, ...about }
      while (event !== undefined) {
        const turn = flowTurn(program, state, { event, around })
        if (turn === undefined) break
        state = turn.state
        const said = event.type === 'text' ? { customer: event.text } : {}
        steps.push({ ...said, path: turn.path, effects: turn.effects, status: state.status })
        event = calls(turn.effects) ? resultEvent(state, results.shift()) : undefined
      }
    }
    return { steps, ended: state.status === 'over' }
  },
})

function calls(effects: readonly FlowEffect[]): boolean {
  return effects.at(-1)?.type === 'call'
}

function resultEvent(
  { turn }: FlowState,
  given:
    | {
        readonly outcome: 'success' | 'failure' | 'timeout'
        readonly outputs?: Readonly<Record<string, string>>
      }
    | undefined,
): FlowEvent {
  return {
    type: 'result',
    turn,
    outcome: given?.outcome ?? 'success',
    outputs: given?.outputs ?? {},
  }
}

export const signalboxGetFlowRun = operation({
  id: 'signalboxGetFlowRun',
  method: 'GET',
  path: '/api/signalbox/conversations/{conversationId}/flow',
  summary:
    'Tells where a conversation stands in its routing application, and the steps that led there.',
  permission: 'signalbox:flows:view',
  input: { path: Type.Object({ conversationId: Id }) },
  reply: {
    status: 200,
    schema: Type.Object({
      conversationId: Type.String(),
      flowId: Type.String(),
      status: Type.String(),
      path: Type.Array(Type.String()),
      variables: Type.Record(Type.String(), Type.String()),
      problem: Type.Optional(Type.String()),
    }),
  },
  async handle({ path: { conversationId } }, { store }) {
    const run = await store.flowRuns.get(conversationId)
    if (run === undefined) {
      throw new AppError('not.found', 'No routing application had the conversation {id}.', {
        params: { id: conversationId },
      })
    }
    const { flowId, state, path, problem } = run
    const { status, variables } = state
    return {
      ...{ conversationId, flowId, status, path, variables },
      ...(problem === undefined ? {} : { problem }),
    }
  },
})

/** Reads a flow's file; `bad.request` names the line and column, or the place in the document. */
function readSource(source: string): { readonly document: JsonObject; readonly name: string } {
  // Aliases could make a small file into an enormous document.
  const lines = new LineCounter()
  const parsed = parseDocument(source, { prettyErrors: true, lineCounter: lines })
  const [mistake] = parsed.errors
  if (mistake !== undefined) throw refused(mistake.message)
  try {
    const document: JsonObject = JSON.parse(JSON.stringify(parsed.toJS({ maxAliasCount: 20 })))
    return { document, name: compileFlow(document).name }
  } catch (cause) {
    if (cause instanceof FlowMistake) {
      throw refused(`${cause.message}${linesOf(parsed, lines, cause.place)}`)
    }
    if (cause instanceof ReferenceError) throw refused('The file has too many aliases.')
    throw cause
  }
}

function refused(message: string): AppError {
  return new AppError('bad.request', 'The flow cannot be taken: {reason}', {
    params: { reason: message },
    details: [{ errorCode: 'bad.request', fieldName: 'source' }],
  })
}

async function refuseUsed(store: Store, flow: Flow): Promise<void> {
  for (const kind of ['recipient', 'emailRoute'] as const) {
    const { entities } = await store.records.list(kind, { size: 10_000, number: 1 })
    const user = entities.find(({ flowId }) => flowId === flow.id)
    if (user === undefined) continue
    throw new AppError('conflict', 'The {kind} {name} names this flow: give it a queue first.', {
      params: { kind: kind === 'recipient' ? 'recipient' : 'e-mail route', name: user.name },
      details: [{ errorCode: 'conflict', entityId: user.id, entityName: kind }],
    })
  }
}

function present(flow: Flow) {
  return { ...presentBase(flow, path), source: flow.source }
}
