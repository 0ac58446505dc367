import type { Migration } from './migrate.ts'

/** The audit of what agents did through tools. */
export const toolCalls: Migration = {
  number: 7,
  name: 'tool-calls',
  statements: [
    `create table if not exists tool_calls (
      organization_id text not null, id text not null, body text not null,
      primary key (organization_id, id))`,
  ],
}
