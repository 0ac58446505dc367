import Type from 'typebox'
import { actionLimits } from '../../actions/run-limits.ts'
import { emailLimits } from '../../domain/email.ts'
import { mediaBytesMax } from '../../domain/media.ts'
import { operationLimits, platformLimits } from '../../rate-limits.ts'
import { customAttributesBytesMax } from '../conversations/inbound-open.ts'
import { notFound } from '../not-found.ts'
import { operation } from '../operation.ts'

const path = '/api/v2/organizations/limits/namespaces'
const scopes = ['organization', 'organization:readonly'] as const
const NamespacePath = Type.Object({ namespaceName: Type.String({ minLength: 1, maxLength: 100 }) })

const Limits = Type.Object({
  entities: Type.Array(
    Type.Object({ key: Type.String(), namespace: Type.String(), value: Type.Number() }),
  ),
})

/** Limits that are kept here, under the vendor's namespaces; keys that are not the vendor's begin with `signalbox.`. */
const limits: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'platform.api': {
    ...Object.fromEntries(Object.values(platformLimits).map(({ key, allowed }) => [key, allowed])),
    'request.bytes.max': 512_000,
  },
  messaging: {
    ...(customAttributesBytesMax === undefined
      ? {}
      : { 'signalbox.open.custom.attributes.bytes.max': customAttributesBytesMax }),
    'outbound.webmessaging.and.open.messaging.characters.max': 4000,
    'signalbox.typing.events.per.conversation.and.minute': 12,
    'signalbox.media.bytes.max': mediaBytesMax,
  },
  email: {
    'signalbox.mail.bytes.max': emailLimits.mailBytesMax,
    ...Object.fromEntries(Object.values(operationLimits).map(({ key, allowed }) => [key, allowed])),
  },
  'data.actions': Object.fromEntries(
    Object.values(actionLimits).map(({ key, value }) => [key, value]),
  ),
  notifications: {},
  conversation: {},
}

export const getOrganizationsLimitsNamespaces = operation({
  id: 'getOrganizationsLimitsNamespaces',
  method: 'GET',
  path,
  summary: 'Lists the namespaces of limits.',
  scopes,
  reply: { status: 200, schema: Type.Object({ entities: Type.Array(Type.String()) }) },
  examples: [{ title: 'All namespaces', input: {} }],
  async handle() {
    return { entities: Object.keys(limits) }
  },
})

export const getOrganizationsLimitsNamespace = operation({
  id: 'getOrganizationsLimitsNamespace',
  method: 'GET',
  path: `${path}/{namespaceName}`,
  summary: 'Lists the limits of one namespace as they are for this organization.',
  scopes,
  input: { path: NamespacePath },
  reply: { status: 200, schema: Limits },
  examples: [{ title: 'Requests a minute', input: { path: { namespaceName: 'platform.api' } } }],
  handle: async ({ path: { namespaceName } }) => presentLimits(namespaceName),
})

export const getOrganizationsLimitsNamespaceDefaults = operation({
  id: 'getOrganizationsLimitsNamespaceDefaults',
  method: 'GET',
  path: `${path}/{namespaceName}/defaults`,
  summary: 'Lists the limits of one namespace as they are unless changed: the same, for now.',
  scopes,
  input: { path: NamespacePath },
  reply: { status: 200, schema: Limits },
  examples: [{ title: 'Messaging', input: { path: { namespaceName: 'messaging' } } }],
  handle: async ({ path: { namespaceName } }) => presentLimits(namespaceName),
})

function presentLimits(namespace: string) {
  const found = Object.hasOwn(limits, namespace) ? limits[namespace] : undefined
  if (found === undefined) throw notFound('limit namespace', namespace)
  return {
    entities: Object.entries(found).map(([key, value]) => ({ key, namespace, value })),
  }
}
