import { isoTime } from '../../clock.ts'
import type { MessagingSetting, OpenIntegration, SupportedContent } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { everything } from '../everything.ts'
import { defaultSettingId, findSetting, presentSetting } from './setting.ts'
import { allProfiles, defaultProfile, presentProfile } from './supported-content-profile.ts'

/** Settings and profiles by id, and what of an integration's references is shown whole. */
export interface IntegrationView {
  readonly settings: ReadonlyMap<string, MessagingSetting>
  readonly profiles: ReadonlyMap<string, SupportedContent>
  readonly defaultProfile: SupportedContent
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
  const profiles = new Map((await allProfiles(store)).map((one) => [one.id, one]))
  return { settings, profiles, defaultProfile: await defaultProfile(store), expand }
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
  const usual = await defaultProfile(store)
  return (await everything(store, 'openIntegration')).filter(
    (integration) =>
      (content === undefined || content === (integration.supportedContentId ?? usual.id)) &&
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

function presentBase(integration: OpenIntegration, view: IntegrationView) {
  const { settings, profiles, expand } = view
  const { id, name, createdMs, modifiedMs, createdBy, modifiedBy } = integration
  const setting = settings.get(integration.messagingSettingId ?? defaultSettingId)
  const profile = profiles.get(integration.supportedContentId ?? '') ?? view.defaultProfile
  const { mediaTypes, version: _, ...content } = presentProfile(profile)
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
