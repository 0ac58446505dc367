import { isoTime } from '../../clock.ts'
import type { MessagingSetting, OpenIntegration } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { everything } from '../everything.ts'
import { defaultSettingId, findSetting, presentSetting } from './setting.ts'
import { defaultSupportedContent, supportedContentId } from './supported-content.ts'

/** Settings by id, and what of an integration's references is shown whole. */
export interface IntegrationView {
  readonly settings: ReadonlyMap<string, MessagingSetting>
  readonly expand: readonly string[]
}

/** Reads what presenting integrations needs. */
export async function integrationView(
  store: Store,
  expand: readonly string[] = [],
): Promise<IntegrationView> {
  const settings = new Map<string, MessagingSetting>()
  settings.set(defaultSettingId, await findSetting(store, defaultSettingId))
  for (const setting of await everything(store, 'messagingSetting')) {
    settings.set(setting.id, setting)
  }
  return { settings, expand }
}

/** What a listing of integrations can be narrowed to. */
export interface IntegrationFilter {
  readonly 'supportedContent.id'?: string
  readonly 'messagingSetting.id'?: string
}

/** The integrations that use the profile and the setting that are asked for. */
export async function integrationsMatching(
  store: Store,
  filter: IntegrationFilter,
): Promise<readonly OpenIntegration[]> {
  const content = filter['supportedContent.id']
  const setting = filter['messagingSetting.id']
  return (await everything(store, 'openIntegration')).filter(
    (integration) =>
      (content === undefined ||
        content === (integration.supportedContentId ?? supportedContentId)) &&
      (setting === undefined || setting === (integration.messagingSettingId ?? defaultSettingId)),
  )
}

/**
 * The vendor's `OpenIntegration`. The vendor makes integrations in the background and clients wait for `Completed`;
 * here the work is done by the time of the answer, which says `Initiated` all the same.
 */
export function presentOpenIntegration(
  integration: OpenIntegration,
  view: IntegrationView,
  createStatus: 'Initiated' | 'Completed' = 'Completed',
) {
  return {
    ...presentBase(integration, view),
    outboundNotificationWebhookUrl: integration.webhookUrl,
    outboundNotificationWebhookSignatureSecretToken: integration.secrets?.['token'] ?? '',
    webhookHeaders: integration.webhookHeaders,
    status: 'Active',
    createStatus,
    selfUri: `/api/v2/conversations/messaging/integrations/open/${integration.id}`,
  }
}

/** The vendor's `MessagingIntegration`: what integrations of all kinds have in common. */
export function presentIntegration(integration: OpenIntegration, view: IntegrationView) {
  return {
    ...presentBase(integration, view),
    status: 'Active',
    messengerType: 'open',
    openExtensionType: 'None',
    version: integration.version,
    selfUri: `/api/v2/conversations/messaging/integrations/${integration.id}`,
  }
}

function presentBase(integration: OpenIntegration, { settings, expand }: IntegrationView) {
  const { id, name, createdMs, modifiedMs, createdBy, modifiedBy } = integration
  const setting = settings.get(integration.messagingSettingId ?? defaultSettingId)
  const { mediaTypes, version: _, ...content } = defaultSupportedContent
  return {
    id,
    name,
    supportedContent: {
      ...content,
      ...(expand.includes('supportedContent') ? { mediaTypes } : {}),
    },
    ...(setting === undefined ? {} : { messagingSetting: settingRef(setting, expand) }),
    recipient: { id, name, selfUri: `/api/v2/routing/message/recipients/${id}` },
    dateCreated: isoTime(createdMs),
    dateModified: isoTime(modifiedMs),
    ...(createdBy === undefined ? {} : { createdBy: userRef(createdBy) }),
    ...(modifiedBy === undefined ? {} : { modifiedBy: userRef(modifiedBy) }),
  }
}

function settingRef(setting: MessagingSetting, expand: readonly string[]) {
  const whole = presentSetting(setting)
  if (expand.includes('messagingSetting')) return whole
  return { id: whole.id, name: whole.name, selfUri: whole.selfUri }
}

function userRef(id: string) {
  return { id, selfUri: `/api/v2/users/${id}` }
}
