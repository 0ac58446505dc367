import type { Migration } from './migrate.ts'

/** What handsets have said about being written to, and the ledger of how we know. */
export const consent: Migration = {
  number: 5,
  name: 'consent',
  statements: [
    `create table if not exists consents (
      organization_id text not null, sender text not null, handset text not null,
      status text not null, at_ms bigint not null,
      primary key (organization_id, sender, handset))`,
    `create table if not exists consent_entries (
      organization_id text not null, id text not null, sender text not null, handset text not null,
      body text not null,
      primary key (organization_id, id))`,
    // When bulk texts went to a handset, as far back as the policy's cap looks.
    `create table if not exists bulk_texts (
      organization_id text not null, sender text not null, handset text not null,
      sent text not null,
      primary key (organization_id, sender, handset))`,
    `create index if not exists consent_entries_pair
      on consent_entries (organization_id, sender, handset, id)`,
  ],
}
