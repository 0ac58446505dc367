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
  outboundMessagingAddresses: Type.Optional(
    Type.Object({
      smsAddress: Type.Optional(Ref),
      openMessagingRecipient: Type.Optional(Ref),
    }),
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
  const seconds = body.mediaSettings?.message?.alertingTimeoutSeconds
  const { smsAddress, openMessagingRecipient } = body.outboundMessagingAddresses ?? {}
  return {
    name: await freeName(store, body.name, ownId),
    ...(body.description === undefined ? {} : { description: body.description }),
    messageAlertingTimeoutMs: seconds === undefined ? alertingMsDefault : seconds * 1000,
    wrapupPrompt: body.acwSettings?.wrapupPrompt ?? 'OPTIONAL',
    acwTimeoutMs: body.acwSettings?.timeoutMs ?? 0,
    ...(smsAddress === undefined ? {} : { smsAddress: await senderAddress(store, smsAddress.id) }),
    ...(openMessagingRecipient === undefined
      ? {}
      : { openIntegrationId: await integrationId(store, openMessagingRecipient.id) }),
  }
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
