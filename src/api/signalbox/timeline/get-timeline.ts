import Type from 'typebox'
import { AppError } from '../../../errors.ts'
import { operation } from '../../operation.ts'
import { Id } from '../../schema.ts'
import { optional } from '../present.ts'
import { gather } from './gather.ts'
import { stepsOf } from './steps.ts'
import { whereaboutsOf } from './summary.ts'

export const signalboxGetMessageTimeline = operation({
  id: 'signalboxGetMessageTimeline',
  method: 'GET',
  path: '/api/signalbox/messages/{id}/timeline',
  summary:
    'Tells everything that happened to one message, in order, and what happens next. Works for messages of another ' +
    'platform too, by the id they have there, when a relay carried them.',
  // What happened to a message is told to apps that may read the message.
  scopes: ['conversations', 'conversations:readonly', 'signalbox', 'signalbox:readonly'],
  permission: 'signalbox:messages:view',
  input: { path: Type.Object({ id: Id }) },
  reply: {
    status: 200,
    schema: Type.Object({
      messageId: Type.String(),
      status: Type.String(),
      where: Type.String(),
      next: Type.String(),
      nextAttempt: Type.Optional(Type.String()),
      conversationId: Type.Optional(Type.String()),
      steps: Type.Array(
        Type.Object({
          time: Type.String(),
          lagMs: Type.Integer(),
          kind: Type.String(),
          text: Type.String(),
          details: Type.Object({}),
        }),
      ),
    }),
  },
  async handle({ path: { id } }, context) {
    // One view of the store, so that no step is missing between two reads.
    const material = await context.store.transaction((store) =>
      gather({ store, messaging: context.messaging }, id),
    )
    if (material === undefined) {
      throw new AppError(
        'not.found',
        'Nothing is known of a message {id}: neither is it stored here nor was it relayed.',
        { params: { id } },
      )
    }
    const { steps, status } = stepsOf(material)
    return {
      messageId: id,
      status,
      ...whereaboutsOf(material),
      ...optional('conversationId', material.message?.conversationId),
      steps,
    }
  },
})
