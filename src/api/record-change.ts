import type { Context } from '../context.ts'
import type { RecordBase } from '../store/records.ts'

/** What a record starts with: a new id, the name, the first version, and now as its time. */
export function newRecord(name: string, { outside }: Pick<Context, 'outside'>) {
  const nowMs = outside.clock.now()
  return { id: outside.ids.uuid(), name, version: 1, createdMs: nowMs, modifiedMs: nowMs }
}

/** The next version of a record, as `save` wants it. */
export function changed<R extends RecordBase>(
  record: R,
  changes: Partial<R>,
  { outside }: Pick<Context, 'outside'>,
): R {
  return {
    ...record,
    ...changes,
    version: record.version + 1,
    modifiedMs: outside.clock.now(),
  }
}
