/** A page of the workbench, and the permission that shows it. */
export interface WorkbenchPage {
  readonly path: string
  readonly title: string
  readonly group: string
  readonly permission: string
}

/** The pages of the workbench in the order of its menu. */
export const workbenchPages: readonly WorkbenchPage[] = [
  page('Server', 'health', 'Health', 'signalbox:status:view'),
  page('People', 'conversations', 'Conversations', 'signalbox:conversations:view'),
  page('People', 'queues', 'Queues', 'routing:queue:view'),
  page('People', 'users', 'Users', 'routing:queue:edit'),
  page('People', 'wrapup-codes', 'Wrap-up codes', 'routing:wrapupCode:view'),
  page('People', 'skills', 'Skills', 'routing:skill:manage'),
  page('People', 'responses', 'Prepared answers', 'responses:response:view'),
  page('People', 'libraries', 'Response libraries', 'responses:library:view'),
  page('Channels', 'integrations', 'Open Messaging', 'messaging:integration:view'),
  page('Channels', 'recipients', 'Message routing', 'routing:message:manage'),
  page('Channels', 'flows', 'Routing applications', 'signalbox:flows:view'),
  page('Channels', 'email', 'E-mail', 'routing:email:manage'),
  page('Channels', 'digital-channels', 'Digital Channels', 'nexus:provisioning:view'),
  page('Providers', 'providers', 'Providers', 'signalbox:accounts:view'),
  page('Providers', 'senders', 'Sender IDs', 'signalbox:senders:view'),
  page('Providers', 'relays', 'Relays', 'signalbox:relays:view'),
  page('Providers', 'connections', 'Connections', 'signalbox:accounts:view'),
  page('Consent', 'consent', 'Ledger', 'signalbox:consents:view'),
  page('Consent', 'consent-policies', 'Policies', 'signalbox:consents:view'),
  page('Data actions', 'actions', 'Data actions', 'integrations:integration:view'),
  page('Data actions', 'credentials', 'Credentials', 'integrations:integration:view'),
  page('Outbound', 'campaigns', 'Campaigns', 'outbound:messagingCampaign:view'),
  page('Outbound', 'contact-lists', 'Contact lists', 'outbound:contactList:view'),
  page('AI tools', 'tool-policies', 'Policies', 'signalbox:toolPolicies:view'),
  page('AI tools', 'tool-calls', 'Audit', 'signalbox:toolCalls:view'),
  page('Access', 'clients', 'OAuth clients', 'oauth:client:view'),
]

function page(group: string, path: string, title: string, permission: string): WorkbenchPage {
  return { group, path, title, permission }
}
