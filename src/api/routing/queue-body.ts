import Type, { type Static } from 'typebox'
import { AppError } from '../../errors.ts'
import type { Queue } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { everything } from '../everything.ts'

const Ref = Type.Object({ id: Type.String() })

/** The vendor's `CreateQueueRequest` and `QueueRequest`, as far as they matter here. */
export const QueueBody = Type.Object({
  name: Type.Optional(Type.String({ maxLength: 256 })),
  description: Type.Optional(Type.String({ maxLength: 512 })),
  mediaSettings: Type.Optional(
    Type.Object({
      message: Type.Optional(
        Type.Object({
          alertingTimeoutSeconds: Type.Optional(Type.Number({ minimum: 1, maximum: 86_400 })),
          enableAutoAnswer: Type.Optional(Type.Boolean()),
          enableInactivityTimeout: Type.Optional(Type.Boolean()),
          inactivityTimeoutSettings: Type.Optional(
            Type.Object({
              timeoutSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 31_536_000 })),
            }),
          ),
        }),
      ),
    }),
  ),
  acwSettings: Type.Optional(
    Type.Object({
      wrapupPrompt: Type.Optional(
        Type.Enum([
          'MANDATORY',
          'OPTIONAL',
          'MANDATORY_TIMEOUT',
          'MANDATORY_FORCED_TIMEOUT',
          'AGENT_REQUESTED',
        ]),
      ),
      timeoutMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400_000 })),
    }),
  ),
  lastAgentRoutingMode: Type.Optional(Type.Enum(['Disabled', 'QueueMembersOnly', 'AnyAgent'])),
  outboundMessagingAddresses: Type.Optional(
    Type.Object({
      smsAddress: Type.Optional(Ref),
      openMessagingRecipient: Type.Optional(Ref),
    }),
  ),
  outboundEmailAddress: Type.Optional(
    Type.Object({ domain: Type.Optional(Ref), route: Type.Optional(Ref) }),
  ),
})

/** Milliseconds that an agent is alerted for, unless the queue says otherwise. */
const alertingMsDefault = 30_000

type QueueFields = Omit<
  Queue,
  'id' | 'version' | 'createdMs' | 'modifiedMs' | 'members' | 'wrapupCodeIds'
>

/** Everything about a queue that a body sets; what is left out falls back to its default, since PUT replaces. */
export async function queueFields(
  store: Store,
  body: Static<typeof QueueBody>,
  ownId: string,
): Promise<QueueFields> {
  const message = body.mediaSettings?.message ?? {}
  const seconds = message.alertingTimeoutSeconds
  const inactive = message.inactivityTimeoutSettings?.timeoutSeconds
  const { lastAgentRoutingMode: lastAgentRouting } = body
  const { smsAddress, openMessagingRecipient } = body.outboundMessagingAddresses ?? {}
  return {
    name: await freeName(store, body.name, ownId),
    ...(body.description === undefined ? {} : { description: body.description }),
    messageAlertingTimeoutMs: seconds === undefined ? alertingMsDefault : seconds * 1000,
    ...(message.enableAutoAnswer === true ? { autoAnswer: true } : {}),
    ...(message.enableInactivityTimeout === true && inactive !== undefined
      ? { inactivityTimeoutMs: inactive * 1000 }
      : {}),
    ...(lastAgentRouting === undefined ? {} : { lastAgentRouting }),
    ...afterCallWork(body.acwSettings ?? {}),
    ...(smsAddress === undefined ? {} : { smsAddress: await senderAddress(store, smsAddress.id) }),
    ...(openMessagingRecipient === undefined
      ? {}
      : { openIntegrationId: await integrationId(store, openMessagingRecipient.id) }),
    ...(await emailRoute(store, body.outboundEmailAddress?.route?.id)),
  }
}

/** Prompts whose after-call work ends by itself, after a second to an hour (vendor model `AcwSettings`). */
const timedPrompts: readonly string[] = [
  'MANDATORY_TIMEOUT',
  'MANDATORY_FORCED_TIMEOUT',
  'AGENT_REQUESTED',
]

function afterCallWork({
  wrapupPrompt = 'OPTIONAL',
  timeoutMs = 0,
}: NonNullable<Static<typeof QueueBody>['acwSettings']>) {
  const isTimed = timedPrompts.includes(wrapupPrompt)
  if ((isTimed || timeoutMs !== 0) && (timeoutMs < 1000 || timeoutMs > 3_600_000)) {
    throw new AppError('bad.request', 'timeoutMs must be between one second and one hour.', {
      details: [{ errorCode: 'bad.request', fieldName: 'acwSettings.timeoutMs' }],
    })
  }
  return { wrapupPrompt, acwTimeoutMs: timeoutMs }
}

/** The name, when there is one; `required.field.missing` otherwise. */
export function requiredName(name: string | undefined): string {
  if (name !== undefined && name.trim() !== '') return name
  throw new AppError('required.field.missing', 'The field name is missing: give it a name.', {
    details: [{ errorCode: 'required.field.missing', fieldName: 'name' }],
  })
}

async function freeName(store: Store, given: string | undefined, ownId: string): Promise<string> {
  const name = requiredName(given)
  const taken = (await everything(store, 'queue')).some(
    (queue) => queue.id !== ownId && queue.name.toLowerCase() === name.toLowerCase(),
  )
  if (!taken) return name
  throw new AppError('conflict', 'There is a queue named {name} already: choose another name.', {
    params: { name },
    details: [{ errorCode: 'conflict', fieldName: 'name' }],
  })
}

/** A sender is named by its number or by its id. */
async function senderAddress(store: Store, id: string): Promise<string> {
  const sender =
    (await store.records.get('sender', id)) ?? (await store.records.byKey('sender', id))
  if (sender !== undefined) return sender.address
  throw unknown('outboundMessagingAddresses.smsAddress', 'There is no sender {id}.', id)
}

async function emailRoute(
  store: Store,
  id: string | undefined,
): Promise<{ readonly emailRouteId?: string }> {
  if (id === undefined) return {}
  if ((await store.records.get('emailRoute', id)) !== undefined) return { emailRouteId: id }
  throw unknown('outboundEmailAddress.route', 'There is no email route {id}.', id)
}

async function integrationId(store: Store, id: string): Promise<string> {
  if ((await store.records.get('openIntegration', id)) !== undefined) return id
  throw unknown(
    'outboundMessagingAddresses.openMessagingRecipient',
    'There is no open messaging integration {id}.',
    id,
  )
}

function unknown(fieldName: string, message: string, id: string): AppError {
  return new AppError('bad.request', message, {
    params: { id },
    details: [{ errorCode: 'bad.request', fieldName }],
  })
}
