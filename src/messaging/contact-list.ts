import { AppError } from '../errors.ts'
import type { Contact } from '../store/campaign-store.ts'
import type { ContactList } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { Messaging } from './messaging.ts'

/** Contacts that one list holds at the most (vendor limit `contact.list.max.records`: a million). */
export const contactsMax = 1_000_000
/** Rows that are named when a file is brought in; the rest is counted. */
const badRowsShown = 100

/** A contact as it is handed in; an id of the caller's own makes a second row of it no second contact. */
export interface NewContact {
  readonly id?: string | undefined
  readonly data: Readonly<Record<string, string>>
  readonly callable?: boolean | undefined
}

/** Why a row is no contact of the list; undefined where it is one. */
export function rowProblem(list: ContactList, data: NewContact['data']): string | undefined {
  const unknown = Object.keys(data).find((name) => !list.columnNames.includes(name))
  if (unknown !== undefined) return `The list has no column ${unknown}.`
  const long = Object.entries(data).find(([, value]) => value.length > 2000)
  if (long !== undefined) return `${long[0]} is longer than 2000 characters.`
  const phones = list.phoneColumns.map(({ columnName }) => data[columnName] ?? '')
  if (phones.length > 0 && phones.every((phone) => phone.trim() === '')) {
    return `There is no number in ${list.phoneColumns.map((one) => one.columnName).join(' or ')}.`
  }
  return undefined
}

/** Adds contacts behind those that the list has. They are on disk, in order, when the promise resolves. */
export async function addToList(
  store: Store,
  given: {
    readonly listId: string
    readonly contacts: readonly NewContact[]
    /** How the list's import stands after these. */
    readonly importStatus?: (added: number) => ContactList['importStatus']
  },
  messaging: Messaging,
): Promise<readonly Contact[]> {
  const { listId, contacts } = given
  return store.transaction(async (store) => {
    const list = await store.records.get('contactList', listId)
    if (list === undefined) throw new AppError('not.found', 'There is no contact list any more.')
    const last = await store.campaigns.lastPosition(listId)
    if (last + contacts.length > contactsMax) {
      throw new AppError('bad.request', 'A contact list takes {max} contacts at the most.', {
        params: { max: String(contactsMax) },
      })
    }
    const rows = contacts.map(({ id, data, callable }, index) => ({
      id: id ?? messaging.outside.ids.uuid(),
      position: last + index + 1,
      data,
      callable: callable ?? true,
    }))
    const added = await store.campaigns.addContacts(listId, rows)
    const importStatus = given.importStatus?.(added)
    // A new version every time: of two that add at once, one tries again, and no place is given twice.
    await store.records.save('contactList', {
      ...list,
      ...(importStatus === undefined ? {} : { importStatus }),
      version: list.version + 1,
      modifiedMs: messaging.outside.clock.now(),
    })
    return rows
  })
}

/** A row of a file with the number of the line that it ended on. */
export interface FileRow {
  readonly line: number
  readonly data: Readonly<Record<string, string>>
}

/** Rows of one transaction: the first is on disk long before the last is read. */
const chunkRows = 500

/**
 * Brings the rows of a file into a list while they arrive. Rows that are no contacts are named with line and reason,
 * and the others come in all the same. `idColumn` names the column whose value is a contact's id, so that the same
 * file brought in twice adds nothing.
 */
export async function importContacts(
  store: Store,
  given: {
    readonly listId: string
    readonly rows: AsyncIterable<FileRow>
    readonly idColumn?: string | undefined
  },
  messaging: Messaging,
): Promise<NonNullable<ContactList['importStatus']>> {
  const { listId, idColumn } = given
  const list = await store.records.get('contactList', listId)
  if (list === undefined) {
    throw new AppError('not.found', 'There is no contact list {id}.', { params: { id: listId } })
  }
  const badRows: { line: number; reason: string }[] = []
  let total = 0
  let completed = 0
  let badRowCount = 0
  let chunk: NewContact[] = []
  const status = (
    state: 'IN_PROGRESS' | 'COMPLETE' | 'FAILED',
    failureReason?: string,
  ): NonNullable<ContactList['importStatus']> => ({
    state,
    totalRecords: total,
    completedRecords: completed,
    badRows: badRows.slice(),
    badRowCount,
    ...(failureReason === undefined ? {} : { failureReason }),
  })
  const put = async (state: 'IN_PROGRESS' | 'COMPLETE') => {
    await addToList(
      store,
      {
        listId,
        contacts: chunk,
        importStatus: (added) => {
          const after = status(state)
          return { ...after, completedRecords: after.completedRecords + added }
        },
      },
      messaging,
    )
    completed += chunk.length
    chunk = []
  }
  try {
    for await (const { line, data } of given.rows) {
      total += 1
      const problem = rowProblem(list, data)
      if (problem === undefined) {
        const id = idColumn === undefined ? undefined : data[idColumn]?.trim()
        chunk.push({ data, ...(id === undefined || id === '' ? {} : { id }) })
      } else {
        badRowCount += 1
        if (badRows.length < badRowsShown) badRows.push({ line, reason: problem })
      }
      if (chunk.length === chunkRows) await put('IN_PROGRESS')
    }
    await put('COMPLETE')
    return status('COMPLETE')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    // What was read before the file broke off is kept; what the list itself refused is not tried again.
    const contacts = cause instanceof AppError ? [] : chunk
    await addToList(
      store,
      {
        listId,
        contacts,
        importStatus: (added) => {
          const after = status('FAILED', reason)
          return { ...after, completedRecords: after.completedRecords + added }
        },
      },
      messaging,
    )
    throw cause instanceof AppError
      ? cause
      : new AppError(
          'bad.request',
          'The file could not be read: {reason} What came before it is in the list.',
          { params: { reason }, cause },
        )
  }
}
