import Type from 'typebox'
import { subjectOf } from '../../actions/action-record.ts'
import { explainAction } from '../../actions/explain-action.ts'
import { fromPlain } from '../../actions/json/plain.ts'
import { writeJson } from '../../actions/json/write.ts'
import { lintAction } from '../../actions/lint.ts'
import { testExecutionResult } from '../../actions/present-result.ts'
import { sampleInput } from '../../actions/sample-input.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { WrittenReply } from '../written-reply.ts'
import { changedDefinition } from './action-body.ts'
import { revisionOf } from './present-action.ts'

/** A reply that stands in for the service's. */
const Sample = Type.Object({
  status: Type.Optional(Type.Integer({ minimum: 100, maximum: 599 })),
  body: Type.String({ maxLength: 1_000_000 }),
})

export const signalboxExplainAction = operation({
  id: 'signalboxExplainAction',
  method: 'POST',
  path: '/api/signalbox/actions/{actionId}/explain',
  summary:
    'Runs the draft of a data action, or its published state, without a network: each step with its explanation, a ' +
    'sample in the place of the reply, and the traps of the definition. What is given as config and contract stands ' +
    'in for what is kept, and nothing is changed.',
  permission: 'integrations:action:edit',
  input: {
    path: Type.Object({ actionId: Id }),
    body: Type.Object({
      config: Type.Optional(Type.Object({})),
      contract: Type.Optional(Type.Object({})),
      input: Type.Optional(Type.Unknown()),
      sample: Type.Optional(Sample),
    }),
  },
  reply: { status: 200, schema: Type.Unknown() },
  async handle({ path: { actionId }, body }, { store, outside }) {
    const { config, contract, sample = { body: '{}' } } = body
    const action = await findRecord(store, 'action', actionId)
    const kept = revisionOf(action, action.draft === undefined ? 'published' : 'draft')
    const definition = changedDefinition(kept.definition, {
      ...(config === undefined ? {} : { config }),
      ...(contract === undefined ? {} : { contract }),
    })
    const subject = await subjectOf(store, action, definition)
    const input = body.input === undefined ? sampleInput(definition) : fromPlain(body.input)
    const call = { input, flatten: false, draft: true, sample }
    const { clock, ids, chance } = outside
    const { organizationId } = store
    const result = await explainAction(subject, call, { clock, ids, chance, organizationId })
    const told = new Map(testExecutionResult(result))
    told.set('input', input)
    told.set('warnings', fromPlain(lintAction(definition)))
    return new WrittenReply(writeJson(told))
  },
})
