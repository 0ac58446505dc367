import { AppError } from '../errors.ts'
import type { RecordKind, RecordKinds } from '../store/records.ts'
import type { Store } from '../store/store.ts'

/** The vendor's 404 for an entity, such as `queue`, that has no such id. */
export function notFound(entityName: string, id: string): AppError {
  return new AppError('not.found', 'There is no {entity} with the id {id}.', {
    params: { entity: entityName, id },
    details: [{ errorCode: 'not.found', entityId: id, entityName }],
  })
}

/** The record of that id, or the 404 that calls it by the given name. */
export async function findRecord<K extends RecordKind>(
  store: Store,
  kind: K,
  id: string,
): Promise<RecordKinds[K]> {
  const record = await store.records.get(kind, id)
  if (record === undefined) throw notFound(entityNames[kind], id)
  return record
}

const entityNames: Readonly<Record<RecordKind, string>> = {
  organization: 'organization',
  toolPolicy: 'tool policy',
  user: 'user',
  queue: 'queue',
  notificationChannel: 'notification channel',
  oauthClient: 'OAuth client',
  openIntegration: 'open messaging integration',
  recipient: 'recipient',
  sender: 'sender',
  account: 'account',
  emailDomain: 'email domain',
  emailRoute: 'email route',
  relay: 'relay',
  consentPolicy: 'consent policy',
  contactList: 'contact list',
  flow: 'flow',
  messagingCampaign: 'messaging campaign',
  callableTimeSet: 'callable time set',
  contactListFilter: 'contact list filter',
  messagingSetting: 'messaging setting',
  responseLibrary: 'library',
  videoMeeting: 'meeting',
  preparedResponse: 'response',
  routingSkill: 'skill',
  routingLanguage: 'language',
  role: 'role',
  utilization: 'utilization',
  supportedContent: 'supported content profile',
  threadingTimeline: 'threading timeline',
  wrapupCode: 'wrap-up code',
  integration: 'integration',
  credential: 'credential',
  action: 'action',
  digitalChannels: 'Digital Channels configuration',
  apiKey: 'API key',
}
