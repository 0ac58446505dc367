import { isoTime } from '../../clock.ts'
import { defaultAllowedMedia } from '../../domain/media.ts'
import type { SupportedContent } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { everything } from '../everything.ts'
import { findRecord } from '../not-found.ts'

/** The id of the profile that is there from the start: the vendor's own for its default. */
export const supportedContentId = 'webMessagingDefault'

/** The built-in profile before anybody changes it. */
const untouched: SupportedContent = {
  ...defaultAllowedMedia,
  id: supportedContentId,
  name: 'Default Supported Content',
  version: 0,
  createdMs: 0,
  modifiedMs: 0,
  isDefault: true,
}

/** The profile of that id, or a 404. The built-in one is there even before it was ever saved, as version 0. */
export async function findProfile(store: Store, id: string): Promise<SupportedContent> {
  if (id !== supportedContentId) return findRecord(store, 'supportedContent', id)
  const saved = await store.records.get('supportedContent', id)
  if (saved !== undefined) return saved
  const other = (await everything(store, 'supportedContent')).some(({ isDefault }) => isDefault)
  return { ...untouched, isDefault: !other }
}

/** The profile that applies where an integration names none. */
export async function defaultProfile(store: Store): Promise<SupportedContent> {
  const chosen = (await everything(store, 'supportedContent')).find(({ isDefault }) => isDefault)
  return chosen ?? findProfile(store, supportedContentId)
}

/** Every profile, the built-in one first. */
export async function allProfiles(store: Store): Promise<readonly SupportedContent[]> {
  const own = (await everything(store, 'supportedContent')).filter(
    ({ id }) => id !== supportedContentId,
  )
  return [await findProfile(store, supportedContentId), ...own]
}

/** Saves the next version of a profile: the built-in one may be new to the store. */
export async function saveProfile(store: Store, profile: SupportedContent): Promise<void> {
  if (profile.version === 1) await store.records.add('supportedContent', profile)
  else await store.records.save('supportedContent', profile)
}

/** The vendor's `SupportedContent`. */
export function presentProfile(profile: SupportedContent) {
  const { id, name, version, createdMs, modifiedMs } = profile
  const types = (all: readonly string[]) => all.map((type) => ({ type }))
  return {
    id,
    name,
    ...(version === 0
      ? {}
      : { dateCreated: isoTime(createdMs), dateModified: isoTime(modifiedMs) }),
    version: Math.max(1, version),
    mediaTypes: { allow: { inbound: types(profile.inbound), outbound: types(profile.outbound) } },
    selfUri: `/api/v2/conversations/messaging/supportedcontent/${id}`,
  }
}
