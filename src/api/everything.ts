import type { RecordKind, RecordKinds } from '../store/records.ts'
import type { Page, PageRequest, RecordFilter, Store } from '../store/store.ts'

const readAtOnce = 500

/** All records of a kind, for filters that the store does not know. Administrative records are few. */
export async function everything<K extends RecordKind>(
  store: Store,
  kind: K,
  filter: RecordFilter = {},
): Promise<readonly RecordKinds[K][]> {
  const all: RecordKinds[K][] = []
  for (let number = 1; ; number++) {
    const { entities, total } = await store.records.list(kind, { size: readAtOnce, number }, filter)
    all.push(...entities)
    if (all.length >= total || entities.length === 0) return all
  }
}

/** One page of what was read whole. */
export function pageWithin<T>(entities: readonly T[], { size, number }: PageRequest): Page<T> {
  return { entities: entities.slice((number - 1) * size, number * size), total: entities.length }
}
