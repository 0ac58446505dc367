import Type from 'typebox'
import { subjectOf } from '../../actions/action-record.ts'
import { explainAction, type SampleResponse } from '../../actions/explain-action.ts'
import { fromPlain } from '../../actions/json/plain.ts'
import { writeJson } from '../../actions/json/write.ts'
import { lintAction } from '../../actions/lint.ts'
import { testExecutionResult } from '../../actions/present-result.ts'
import { sampleInput } from '../../actions/sample-input.ts'
import { sampleResponse } from '../../actions/sample-response.ts'
import type { ActionRecord } from '../../store/records.ts'
import { operation } from '../operation.ts'
import { changed } from '../record-change.ts'
import { Id } from '../schema.ts'
import { WrittenReply } from '../written-reply.ts'
import { executeActions, writeScopes } from './access.ts'
import { changedDefinition } from './action-body.ts'
import { revisionOf } from './present-action.ts'
import { findAction, findOwnAction } from './static-actions.ts'

const Sample = Type.Object({
  status: Type.Optional(Type.Integer({ minimum: 100, maximum: 599 })),
  /** As the service sends it; anything but a text is sent as JSON. */
  body: Type.Unknown(),
})

export const signalboxExplainAction = operation({
  id: 'signalboxExplainAction',
  method: 'POST',
  path: '/api/signalbox/actions/{actionId}/explain',
  summary:
    'Does the steps of an action without calling its service: a sample stands in for the reply. It is the one given ' +
    'here, which `save` keeps with the action, or else the kept one, or one made to fit the action. The reply also tells the input and the remarks of the linter.',
  scopes: writeScopes,
  permission: executeActions,
  input: {
    path: Type.Object({ actionId: Id }),
    body: Type.Object({
      input: Type.Optional(Type.Unknown()),
      response: Type.Optional(Sample),
      save: Type.Optional(Type.Boolean()),
      draft: Type.Optional(Type.Boolean()),
      /** Stand in for what is kept, as an editor has them; nothing is changed. */
      config: Type.Optional(Type.Object({})),
      contract: Type.Optional(Type.Object({})),
      flatten: Type.Optional(Type.Boolean()),
    }),
  },
  reply: {
    status: 200,
    schema: Type.Object({
      operations: Type.Array(Type.Object({ step: Type.Integer(), name: Type.String() })),
      success: Type.Boolean(),
    }),
  },
  async handle({ path: { actionId }, body }, context) {
    const { store, outside, principal } = context
    const action = await findAction(store, actionId)
    const isDraft = body.draft === true || action.published === undefined
    const kept = revisionOf(action, isDraft ? 'draft' : 'published')
    const definition = changedDefinition(kept.definition, {
      ...(body.config === undefined ? {} : { config: body.config }),
      ...(body.contract === undefined ? {} : { contract: body.contract }),
    })
    const given = sampleOf(body.response)
    if (given !== undefined && body.save === true) {
      await store.transaction(async (store) => {
        const before = await findOwnAction(store, actionId)
        await store.records.save(
          'action',
          changed<ActionRecord>(before, { sample: given }, context),
        )
      })
    }
    const sample = given ?? action.sample ?? { body: writeJson(sampleResponse(definition)) }
    const input = body.input === undefined ? sampleInput(definition) : fromPlain(body.input)
    const { clock, ids, chance } = outside
    const result = await explainAction(
      await subjectOf(store, action, definition),
      { input, sample, draft: isDraft, flatten: body.flatten === true },
      { clock, ids, chance, organizationId: principal.organizationId },
    )
    const told = new Map(testExecutionResult(result))
    told.set('input', input)
    told.set('warnings', fromPlain(lintAction(definition)))
    return new WrittenReply(writeJson(told))
  },
})

function sampleOf(
  given: { readonly status?: number; readonly body: unknown } | undefined,
): SampleResponse | undefined {
  if (given === undefined) return undefined
  const { status, body } = given
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? null)
  return { body: text, ...(status === undefined ? {} : { status }) }
}
