import type { Migration } from './migrate.ts'

/** What is removed by its time is found by it. */
export const retention: Migration = {
  number: 2,
  name: 'retention',
  statements: [
    'create index if not exists answers_time on answers (organization_id, time_ms)',
    'create index if not exists held_receipts_time on held_receipts (organization_id, time_ms)',
  ],
}
