import { list } from '../api.ts'
import { Badge } from '../ui/basics.tsx'
import type { Choice } from '../ui/fields.tsx'
import { NameOf } from '../ui/names.tsx'
import { Detail, QueueMembers } from './details.tsx'
import { QueueNow } from './queue-now.tsx'
import { type Entity, filled, type ResourceSpec, textOf } from './resource-spec.ts'

/** Choices out of a listing. */
async function choicesOf(
  path: string,
  keep: (one: Entity) => boolean = () => true,
): Promise<readonly Choice[]> {
  const found = await list<Entity>(path)
  return found.filter(keep).map(({ id, name }) => ({ value: id, label: name ?? id }))
}

const worded = (words: Readonly<Record<string, string>>) => async (): Promise<readonly Choice[]> =>
  Object.entries(words).map(([value, label]) => ({ value, label }))

const promptWords: Readonly<Record<string, string>> = {
  OPTIONAL: 'Optional',
  MANDATORY: 'Mandatory',
  MANDATORY_TIMEOUT: 'Mandatory, for a time',
  MANDATORY_FORCED_TIMEOUT: 'Mandatory, for the whole time',
  AGENT_REQUESTED: 'When the agent asks for it',
}
const channelWords: Readonly<Record<string, string>> = {
  sms: 'SMS',
  open: 'Open Messaging',
  webmessaging: 'Web messaging',
}

const queues = () => choicesOf('/api/v2/routing/queues')
const accounts = (isConnection: boolean) => () =>
  choicesOf(
    '/api/signalbox/accounts',
    (one) => (one['connector'] === 'genesys-cloud') === isConnection,
  )
const code = (text: string) => <code className="xs">{text}</code>

export const queueSpec: ResourceSpec = {
  title: 'Queues',
  one: 'a queue',
  intro:
    'Where conversations wait for an agent. Members who are on queue are alerted, the longest idle first.',
  path: '/api/v2/routing/queues',
  follows: [], // but its first column does
  columns: [
    { title: 'Now', draw: ({ id }) => <QueueNow queueId={id} /> },
    { title: 'Members', draw: (one) => textOf(one, 'memberCount') },
    {
      title: 'Alerts for',
      draw: (one) => `${textOf(one, 'mediaSettings', 'message', 'alertingTimeoutSeconds')} s`,
    },
    {
      title: 'After-call work',
      draw: (one) => promptWords[textOf(one, 'acwSettings', 'wrapupPrompt')] ?? '–',
    },
    {
      title: 'Writes as',
      draw: (one) => textOf(one, 'outboundMessagingAddresses', 'smsAddress', 'id'),
    },
  ],
  fields: [
    { name: 'name', label: 'Name', isRequired: true },
    { name: 'description', label: 'Description' },
    {
      name: 'alerting',
      label: 'Alerting, seconds',
      kind: 'number',
      initial: '30',
      read: (one) => textOf(one, 'mediaSettings', 'message', 'alertingTimeoutSeconds'),
    },
    {
      name: 'autoAnswer',
      label: 'Answer for the agent',
      kind: 'check',
      read: (one) => textOf(one, 'mediaSettings', 'message', 'enableAutoAnswer'),
    },
    {
      name: 'prompt',
      label: 'After-call work',
      kind: 'select',
      initial: 'OPTIONAL',
      choices: worded(promptWords),
      read: (one) => textOf(one, 'acwSettings', 'wrapupPrompt'),
    },
    {
      name: 'wrapUpS',
      label: 'After-call work, seconds',
      kind: 'number',
      initial: '0',
      read: (one) => String(Number(textOf(one, 'acwSettings', 'timeoutMs')) / 1000),
    },
    {
      name: 'lastAgentRoutingMode',
      label: 'The last agent first',
      kind: 'select',
      initial: 'AnyAgent',
      choices: worded({
        Disabled: 'No',
        QueueMembersOnly: 'Where he is a member',
        AnyAgent: 'Wherever he is',
      }),
    },
    {
      name: 'sms',
      label: 'Number that its agents write from',
      kind: 'select',
      choices: async () =>
        (await list<Entity>('/api/signalbox/senders')).map((one) => ({
          value: textOf(one, 'address'),
          label: textOf(one, 'address'),
        })),
      read: (one) => textOf(one, 'outboundMessagingAddresses', 'smsAddress', 'id'),
    },
    {
      name: 'open',
      label: 'Integration that its agents write through',
      kind: 'select',
      choices: () => choicesOf('/api/v2/conversations/messaging/integrations/open'),
      read: (one) => textOf(one, 'outboundMessagingAddresses', 'openMessagingRecipient', 'id'),
    },
  ],
  permissions: {
    add: 'routing:queue:add',
    change: 'routing:queue:edit',
    remove: 'routing:queue:delete',
  },
  body: (values) => ({
    ...filled(values, ['name', 'description', 'lastAgentRoutingMode']),
    mediaSettings: {
      message: {
        alertingTimeoutSeconds: Number(values['alerting']),
        enableAutoAnswer: values['autoAnswer'] === 'true',
      },
    },
    acwSettings: { wrapupPrompt: values['prompt'], timeoutMs: Number(values['wrapUpS']) * 1000 },
    outboundMessagingAddresses: {
      ...(values['sms'] ? { smsAddress: { id: values['sms'] } } : {}),
      ...(values['open'] ? { openMessagingRecipient: { id: values['open'] } } : {}),
    },
  }),
  more: (entity, reload) => <QueueMembers queueId={entity.id} onChanged={reload} />,
}

export const wrapupSpec: ResourceSpec = {
  title: 'Wrap-up codes',
  one: 'a wrap-up code',
  intro: 'What agents can say of a conversation when it is over.',
  path: '/api/v2/routing/wrapupcodes',
  columns: [{ title: 'Description', draw: (one) => textOf(one, 'description') }],
  fields: [
    { name: 'name', label: 'Name', isRequired: true },
    { name: 'description', label: 'Description' },
  ],
  permissions: {
    add: 'routing:wrapupCode:add',
    change: 'routing:wrapupCode:edit',
    remove: 'routing:wrapupCode:delete',
  },
  body: (values) => filled(values, ['name', 'description']),
}

export const skillSpec: ResourceSpec = {
  title: 'Skills',
  one: 'a skill',
  intro: 'What a conversation can ask of an agent.',
  path: '/api/v2/routing/skills',
  columns: [],
  fields: [{ name: 'name', label: 'Name', isRequired: true, only: 'new' }],
  permissions: {
    add: 'routing:skill:manage',
    change: 'routing:skill:manage',
    remove: 'routing:skill:manage',
  },
  body: (values) => filled(values, ['name']),
}

export const openSpec: ResourceSpec = {
  title: 'Open Messaging',
  one: 'an integration',
  intro:
    'Integrations through which any system brings its customers: outbound messages are posted to its webhook, signed.',
  path: '/api/v2/conversations/messaging/integrations/open',
  columns: [
    { title: 'Webhook', draw: (one) => code(textOf(one, 'outboundNotificationWebhookUrl')) },
    { title: 'Status', draw: (one) => <Badge tone="good">{textOf(one, 'status')}</Badge> },
  ],
  fields: [
    { name: 'name', label: 'Name', isRequired: true },
    { name: 'outboundNotificationWebhookUrl', label: 'Webhook address', isRequired: true },
    {
      name: 'outboundNotificationWebhookSignatureSecretToken',
      label: 'Webhook secret',
      kind: 'secret',
      hint: 'Signs what is posted. Left empty, the one that is set stays.',
    },
  ],
  permissions: {
    add: 'messaging:integration:add',
    change: 'messaging:integration:edit',
    remove: 'messaging:integration:delete',
  },
  changeMethod: 'PATCH',
  body: (values) =>
    filled(values, [
      'name',
      'outboundNotificationWebhookUrl',
      'outboundNotificationWebhookSignatureSecretToken',
    ]),
  more: (one) => (
    <Detail
      facts={[
        ['Integration id', one.id],
        [
          'Inbound messages',
          `${location.origin}/api/v2/conversations/messages/${one.id}/inbound/open/message`,
        ],
        [
          'Receipts',
          `${location.origin}/api/v2/conversations/messages/${one.id}/inbound/open/receipt`,
        ],
      ]}
    />
  ),
}

export const recipientSpec: ResourceSpec = {
  title: 'Message routing',
  one: 'a recipient',
  intro: 'Where the messages of each number and integration go.',
  path: '/api/v2/routing/message/recipients',
  columns: [
    {
      title: 'Channel',
      draw: (one) => channelWords[textOf(one, 'messengerType')] ?? textOf(one, 'messengerType'),
    },
    {
      title: 'Goes to',
      draw: (one) =>
        textOf(one, 'queue', 'id') === '' ? (
          <Badge tone="warn">Nowhere</Badge>
        ) : (
          <NameOf kind="queue" id={textOf(one, 'queue', 'id')} />
        ),
    },
  ],
  fields: [
    {
      name: 'queueId',
      label: 'Queue',
      kind: 'select',
      choices: queues,
      read: (one) => textOf(one, 'queue', 'id'),
    },
  ],
  permissions: { change: 'routing:message:manage' },
  body: (values) => ({ queue: values['queueId'] ? { id: values['queueId'] } : null }),
}

export const senderSpec: ResourceSpec = {
  title: 'Sender IDs',
  one: 'a sender',
  intro: 'Our numbers, short codes and names, each with the account that carries its texts.',
  path: '/api/signalbox/senders',
  columns: [
    { title: 'Address', draw: (one) => code(textOf(one, 'address')) },
    { title: 'Goes by', draw: (one) => <NameOf kind="account" id={textOf(one, 'accountId')} /> },
    {
      title: 'Segments a second',
      draw: (one) => textOf(one, 'rate', 'segmentsPerSecond') || 'Not limited',
    },
  ],
  fields: [
    { name: 'address', label: 'Number, short code or name', isRequired: true, only: 'new' },
    { name: 'name', label: 'Name' },
    {
      name: 'accountId',
      label: 'Account',
      kind: 'select',
      isRequired: true,
      choices: accounts(false),
    },
    { name: 'queueId', label: 'Its texts go to', kind: 'select', only: 'new', choices: queues },
    {
      name: 'rate',
      label: 'Segments a second at the most',
      kind: 'number',
      read: (one) => textOf(one, 'rate', 'segmentsPerSecond'),
    },
  ],
  permissions: {
    add: 'signalbox:senders:edit',
    change: 'signalbox:senders:edit',
    remove: 'signalbox:senders:edit',
  },
  body: (values, entity) => ({
    ...filled(values, ['address', 'name', 'accountId', 'queueId']),
    ...(values['rate']
      ? { rate: { segmentsPerSecond: Number(values['rate']) } }
      : entity === undefined
        ? {}
        : { rate: null }),
  }),
}

export const relaySpec: ResourceSpec = {
  title: 'Relays',
  one: 'a relay',
  intro:
    'A relay joins an Open Messaging integration of a connection to an SMS account: texts one way, answers and receipts the other.',
  path: '/api/signalbox/relays',
  columns: [
    {
      title: 'Connection',
      draw: (one) => <NameOf kind="account" id={textOf(one, 'connectionId')} />,
    },
    {
      title: 'SMS account',
      draw: (one) => <NameOf kind="account" id={textOf(one, 'accountId')} />,
    },
    { title: 'Default sender', draw: (one) => code(textOf(one, 'defaultSender')) },
    { title: 'Webhook to enter there', draw: (one) => code(textOf(one, 'webhookUrl')) },
  ],
  fields: [
    { name: 'name', label: 'Name', isRequired: true },
    {
      name: 'connectionId',
      label: 'Connection',
      kind: 'select',
      isRequired: true,
      choices: accounts(true),
    },
    { name: 'integrationId', label: 'Integration id over there', isRequired: true },
    {
      name: 'accountId',
      label: 'SMS account',
      kind: 'select',
      isRequired: true,
      choices: accounts(false),
    },
    { name: 'webhookSecret', label: 'Webhook secret', kind: 'secret' },
    { name: 'defaultSender', label: 'Default sender' },
  ],
  permissions: {
    add: 'signalbox:relays:edit',
    change: 'signalbox:relays:edit',
    remove: 'signalbox:relays:edit',
  },
  body: (values) =>
    filled(values, [
      'name',
      'connectionId',
      'integrationId',
      'accountId',
      'webhookSecret',
      'defaultSender',
    ]),
  more: (one) => (
    <Detail facts={[['Webhook to enter in the integration', textOf(one, 'webhookUrl')]]} />
  ),
}

export const librarySpec: ResourceSpec = {
  title: 'Response libraries',
  one: 'a library',
  intro: 'Prepared answers are kept in libraries; at the desk a slash finds them.',
  path: '/api/v2/responsemanagement/libraries',
  columns: [],
  fields: [{ name: 'name', label: 'Name', isRequired: true }],
  permissions: {
    add: 'responses:library:add',
    change: 'responses:library:edit',
    remove: 'responses:library:delete',
  },
  body: (values, entity) => ({ ...filled(values, ['name']), ...versionOf(entity) }),
}

function versionOf(entity: Entity | undefined) {
  return entity?.version === undefined ? {} : { version: entity.version }
}
