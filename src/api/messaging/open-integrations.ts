import Type from 'typebox'
import { AppError } from '../../errors.ts'
import type { OpenIntegration, Recipient } from '../../store/records.ts'
import { everything, pageWithin } from '../everything.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed, newRecord } from '../record-change.ts'
import { EntityRef, Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { integrationsMatching, integrationView, presentOpenIntegration } from './integration.ts'
import { IntegrationCreation, IntegrationUpdate, integrationFields } from './integration-body.ts'

const path = '/api/v2/conversations/messaging/integrations/open'
const byId = `${path}/{integrationId}`
const readScopes = ['messaging', 'messaging:readonly'] as const
const Expand = Type.Optional(Type.Array(Type.String()))

const Integration = Type.Object({
  id: Type.String(),
  name: Type.String(),
  outboundNotificationWebhookUrl: Type.String(),
  outboundNotificationWebhookSignatureSecretToken: Type.String(),
  webhookHeaders: Type.Record(Type.String(), Type.String()),
  status: Type.String(),
  recipient: EntityRef,
  createStatus: Type.Enum(['Initiated', 'Completed', 'Error']),
  selfUri: Type.String(),
})

export const getOpenIntegrations = operation({
  id: 'getConversationsMessagingIntegrationsOpen',
  method: 'GET',
  path,
  summary: 'Lists the Open Messaging integrations, with their webhook secrets as the vendor does.',
  scopes: readScopes,
  permission: 'messaging:integration:view',
  input: {
    query: Type.Object({
      ...Paging,
      expand: Expand,
      'supportedContent.id': Type.Optional(Type.String()),
      'messagingSetting.id': Type.Optional(Type.String()),
    }),
  },
  reply: { status: 200, schema: Listing(Integration) },
  examples: [{ title: 'All integrations', input: { query: { pageSize: '100' } } }],
  async handle({ query }, { store }) {
    const page = pageOf(query)
    const view = await integrationView(store, query.expand)
    const found = pageWithin(await integrationsMatching(store, query), page)
    return listing(found, page, path, (integration) => presentOpenIntegration(integration, view))
  },
})

export const getOpenIntegration = operation({
  id: 'getConversationsMessagingIntegrationsOpenIntegrationId',
  method: 'GET',
  path: byId,
  summary: 'Reads one Open Messaging integration.',
  scopes: readScopes,
  permission: 'messaging:integration:view',
  input: {
    path: Type.Object({ integrationId: Id }),
    query: Type.Object({ expand: Expand }),
  },
  reply: { status: 200, schema: Integration },
  async handle({ path, query }, { store }) {
    const integration = await findRecord(store, 'openIntegration', path.integrationId)
    return presentOpenIntegration(integration, await integrationView(store, query.expand))
  },
})

/** Its recipient bears the same id. Webhooks made here reach private networks only by the operator's leave. */
export const postOpenIntegration = operation({
  id: 'postConversationsMessagingIntegrationsOpen',
  method: 'POST',
  path,
  summary:
    'Creates an Open Messaging integration: where outbound messages are posted, and signed with what.',
  scopes: ['messaging'],
  permission: 'messaging:integration:add',
  input: { body: IntegrationCreation },
  reply: { status: 200, schema: Integration },
  examples: [
    {
      title: 'An integration for a chat of our own',
      input: {
        body: {
          name: 'Chat',
          outboundNotificationWebhookUrl: 'https://chat.example/webhook',
          outboundNotificationWebhookSignatureSecretToken: 'longer than fifteen characters',
        },
      },
    },
  ],
  async handle({ body }, context) {
    const { principal } = context
    const by = principal.userId
    const record = newRecord(body.name, context)
    return context.store.transaction(async (store) => {
      const integration: OpenIntegration = {
        webhookUrl: body.outboundNotificationWebhookUrl,
        webhookHeaders: {},
        allowPrivateNetwork: false,
        ...(by === undefined ? {} : { createdBy: by, modifiedBy: by }),
        ...record,
        ...(await integrationFields(store, body)),
      }
      const recipient: Recipient = { ...record, messengerType: 'open' }
      await store.records.add('openIntegration', integration)
      await store.records.add('recipient', recipient)
      return presentOpenIntegration(integration, await integrationView(store), 'Initiated')
    })
  },
})

export const patchOpenIntegration = operation({
  id: 'patchConversationsMessagingIntegrationsOpenIntegrationId',
  method: 'PATCH',
  path: byId,
  summary:
    'Changes an Open Messaging integration; members that are left out stay, but the name is wanted again.',
  scopes: ['messaging'],
  permission: 'messaging:integration:edit',
  input: { path: Type.Object({ integrationId: Id }), body: IntegrationUpdate },
  reply: { status: 200, schema: Integration },
  async handle({ path, body }, context) {
    const by = context.principal.userId
    return context.store.transaction(async (store) => {
      const before = await findRecord(store, 'openIntegration', path.integrationId)
      const changes = await integrationFields(store, body)
      const integration = changed(
        before,
        {
          ...changes,
          allowPrivateNetwork: keepsLeave(before, changes.webhookUrl),
          ...(by === undefined ? {} : { modifiedBy: by }),
        },
        context,
      )
      await store.records.save('openIntegration', integration)
      const recipient = await store.records.get('recipient', integration.id)
      if (recipient !== undefined && recipient.name !== integration.name) {
        const renamed = changed(recipient, { name: integration.name }, context)
        await store.records.save('recipient', renamed)
      }
      return presentOpenIntegration(integration, await integrationView(store))
    })
  },
})

/** Messages for it that are still on their way out fail afterwards. */
export const deleteOpenIntegration = operation({
  id: 'deleteConversationsMessagingIntegrationsOpenIntegrationId',
  method: 'DELETE',
  path: byId,
  summary:
    'Deletes an Open Messaging integration and its recipient, when no queue sends through it.',
  scopes: ['messaging'],
  permission: 'messaging:integration:delete',
  input: { path: Type.Object({ integrationId: Id }) },
  reply: { status: 200 },
  async handle({ path: { integrationId } }, { store }) {
    await store.transaction(async (store) => {
      await findRecord(store, 'openIntegration', integrationId)
      const queue = (await everything(store, 'queue')).find(
        ({ openIntegrationId }) => openIntegrationId === integrationId,
      )
      if (queue !== undefined) {
        throw new AppError(
          'precondition.failed',
          'The queue {queue} sends through this integration: choose another one there first.',
          {
            params: { queue: queue.name },
            details: [{ entityId: queue.id, entityName: 'queue' }],
          },
        )
      }
      await store.records.remove('openIntegration', integrationId)
      await store.records.remove('recipient', integrationId)
    })
  },
})

/** The operator's leave to post inside the house was given for one server, not for any that a caller names later. */
function keepsLeave(before: OpenIntegration, url: string | undefined): boolean {
  if (url === undefined || !before.allowPrivateNetwork) return before.allowPrivateNetwork
  return new URL(url).origin === new URL(before.webhookUrl).origin
}
