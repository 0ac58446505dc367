import Type from 'typebox'
import { pageWithin } from '../everything.ts'
import { operation } from '../operation.ts'
import { EntityRef, Listing, listing, Paging, pageOf } from '../schema.ts'
import { integrationsMatching, integrationView, presentIntegration } from './integration.ts'

const path = '/api/v2/conversations/messaging/integrations'

export const getConversationsMessagingIntegrations = operation({
  id: 'getConversationsMessagingIntegrations',
  method: 'GET',
  path,
  summary: 'Lists the messaging integrations of every kind: here, those of Open Messaging.',
  scopes: ['messaging', 'messaging:readonly'],
  permission: 'messaging:integration:view',
  tool: { name: 'genesys_conversations_digital_get_messaging_integrations', effect: 'read' },
  input: {
    query: Type.Object({
      ...Paging,
      expand: Type.Optional(Type.Array(Type.String())),
      'supportedContent.id': Type.Optional(Type.String()),
      'messagingSetting.id': Type.Optional(Type.String()),
    }),
  },
  reply: {
    status: 200,
    schema: Listing(
      Type.Object({
        id: Type.String(),
        name: Type.String(),
        status: Type.String(),
        messengerType: Type.String(),
        recipient: EntityRef,
        version: Type.Integer(),
        selfUri: Type.String(),
      }),
    ),
  },
  examples: [{ title: 'All integrations', input: { query: { pageSize: '100' } } }],
  async handle({ query }, { store }) {
    const page = pageOf(query)
    const view = await integrationView(store, query.expand)
    const found = pageWithin(await integrationsMatching(store, query), page)
    return listing(found, page, path, (integration) => presentIntegration(integration, view))
  },
})
