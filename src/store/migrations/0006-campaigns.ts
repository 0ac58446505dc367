import type { Migration } from './migrate.ts'

/** Contacts of lists, each contact's text of each campaign, and how far campaigns have come. */
export const campaigns: Migration = {
  number: 6,
  name: 'campaigns',
  statements: [
    `create table if not exists contacts (
      organization_id text not null, list_id text not null, position bigint not null,
      id text not null, callable bigint not null, data text not null,
      primary key (organization_id, list_id, position))`,
    `create unique index if not exists contacts_id on contacts (organization_id, list_id, id)`,
    `create table if not exists campaign_texts (
      organization_id text not null, campaign_id text not null, position bigint not null,
      is_open bigint not null, body text not null,
      primary key (organization_id, campaign_id, position))`,
    `create index if not exists campaign_texts_open
      on campaign_texts (organization_id, campaign_id, position) where is_open = 1`,
    `create table if not exists campaign_progress (
      organization_id text not null, campaign_id text not null, version bigint not null,
      body text not null,
      primary key (organization_id, campaign_id))`,
  ],
}
