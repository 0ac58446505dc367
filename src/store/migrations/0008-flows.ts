import type { Migration } from './migrate.ts'

/** Where conversations stand in their routing applications. */
export const flows: Migration = {
  number: 8,
  name: 'flows',
  statements: [
    `create table if not exists flow_runs (
      organization_id text not null, conversation_id text not null, version bigint not null,
      body text not null,
      primary key (organization_id, conversation_id))`,
  ],
}
