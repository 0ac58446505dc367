import type { Migration } from './migrate.ts'

/** How far the rates of senders and accounts are used up, so that restarts and other nodes know it. */
export const throttles: Migration = {
  number: 3,
  name: 'throttles',
  statements: [
    `create table if not exists throttles (
      organization_id text not null, key text not null,
      full_us bigint not null, day bigint not null, used bigint not null,
      primary key (organization_id, key))`,
  ],
}
