import { isoTime } from '../../clock.ts'
import type { MessagingSetting } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { findRecord } from '../not-found.ts'

/** The id of the setting that applies where an integration names none. */
export const defaultSettingId = 'default'

/** Before anybody changes it: typing is off in both directions (vendor help on platform configuration profiles). */
const untouchedDefault: MessagingSetting = {
  id: defaultSettingId,
  name: 'Default Messaging Setting',
  version: 0,
  createdMs: 0,
  modifiedMs: 0,
  typingInbound: false,
  typingOutbound: false,
  isDefault: true,
}

/** The setting of that id, or a 404. The default one is there even before it was ever saved, as version 0. */
export async function findSetting(store: Store, id: string): Promise<MessagingSetting> {
  if (id !== defaultSettingId) return findRecord(store, 'messagingSetting', id)
  return (await store.records.get('messagingSetting', id)) ?? untouchedDefault
}

/** Saves the next version of a setting: the default one may be new to the store. */
export async function saveSetting(store: Store, setting: MessagingSetting): Promise<void> {
  if (setting.version === 1) await store.records.add('messagingSetting', setting)
  else await store.records.save('messagingSetting', setting)
}

/** The vendor's `MessagingSetting`; its version is a text there. */
export function presentSetting(setting: MessagingSetting) {
  const { id, name, version, createdMs, modifiedMs } = setting
  return {
    id,
    name,
    ...(version === 0
      ? {}
      : { dateCreated: isoTime(createdMs), dateModified: isoTime(modifiedMs) }),
    version: String(version),
    content: { story: { mention: { inbound: 'Disabled' }, reply: { inbound: 'Disabled' } } },
    event: {
      typing: {
        on: { inbound: word(setting.typingInbound), outbound: word(setting.typingOutbound) },
      },
    },
    selfUri: `/api/v2/conversations/messaging/settings/${id}`,
  }
}

function word(enabled: boolean): 'Enabled' | 'Disabled' {
  return enabled ? 'Enabled' : 'Disabled'
}
