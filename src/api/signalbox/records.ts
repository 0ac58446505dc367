import { isoTime } from '../../clock.ts'
import { AppError } from '../../errors.ts'
import type { Messaging } from '../../messaging/messaging.ts'
import type { Account, RecordBase, RecordKind, RecordKinds } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'

/** The record of that id, or `not.found` in the words of its kind. */
export async function recordOf<K extends RecordKind>(
  store: Store,
  kind: K,
  id: string,
): Promise<RecordKinds[K]> {
  const record = await store.records.get(kind, id)
  if (record !== undefined) return record
  throw new AppError('not.found', `There is no ${kind} {id}.`, {
    params: { id },
    details: [{ errorCode: 'not.found', entityId: id, entityName: kind }],
  })
}

/** An account that a request names and that must carry texts, platform calls or faxes; `bad.request` otherwise. */
export async function accountThatCarries(
  store: Store,
  asked: {
    readonly id: string
    readonly carries: 'sms' | 'platform' | 'fax'
    readonly fieldName: string
  },
  messaging: Messaging,
): Promise<Account> {
  const account = await store.records.get('account', asked.id)
  const carries =
    account === undefined ? undefined : messaging.connectors.get(account.connector)?.carries
  if (account !== undefined && carries === asked.carries) return account
  const what = { sms: 'texts', platform: 'calls of a platform', fax: 'faxes' }[asked.carries]
  throw new AppError(
    'bad.request',
    `{fieldName} must be the id of an account that carries ${what}.`,
    {
      params: { fieldName: asked.fieldName },
      details: [{ errorCode: 'bad.request', fieldName: asked.fieldName, entityId: asked.id }],
    },
  )
}

/** `conflict` when a change was made from another version than the last; without a version it is made anyway. */
export function checkVersion(record: RecordBase, version: number | undefined): void {
  if (version === undefined || version === record.version) return
  throw new AppError(
    'conflict',
    'Version {given} was changed, but the last is {last}: read it again, then change that.',
    { params: { given: String(version), last: String(record.version) } },
  )
}

/** What every record shows of itself. */
export function presentBase(record: RecordBase, path: string) {
  return {
    id: record.id,
    name: record.name,
    version: record.version,
    dateCreated: isoTime(record.createdMs),
    dateModified: isoTime(record.modifiedMs),
    selfUri: `${path}/${record.id}`,
  }
}
