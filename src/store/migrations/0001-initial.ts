import type { Migration } from './migrate.ts'

/**
 * The first form of the database. Every table and index starts with organization_id, the key to shard by,
 * except organizations, directory and leases, which are what is known before an organization is.
 */
export const initial: Migration = {
  number: 1,
  name: 'initial',
  statements: [
    `create table if not exists organizations (id text not null primary key)`,

    `create table if not exists directory (
      kind text not null, key text not null, organization_id text not null,
      primary key (kind, key)) without rowid`,

    `create table if not exists records (
      organization_id text not null, kind text not null, id text not null,
      lookup text, name_folded text not null, version bigint not null,
      body text not null, secrets text,
      primary key (organization_id, kind, id))`,
    `create unique index if not exists records_lookup
      on records (organization_id, kind, lookup) where lookup is not null`,

    `create table if not exists conversations (
      organization_id text not null, id text not null, version bigint not null,
      thread_key text not null, is_open bigint not null,
      waiting_queue_id text, waiting_since_ms bigint,
      start_ms bigint not null, end_ms bigint, body text not null,
      primary key (organization_id, id))`,
    `create unique index if not exists conversations_open_thread
      on conversations (organization_id, thread_key) where is_open = 1`,
    `create index if not exists conversations_thread
      on conversations (organization_id, thread_key, is_open, start_ms)`,
    `create index if not exists conversations_open
      on conversations (organization_id, is_open, id) where is_open = 1`,
    `create index if not exists conversations_waiting
      on conversations (organization_id, waiting_queue_id, waiting_since_ms)
      where waiting_queue_id is not null`,

    `create table if not exists conversation_users (
      organization_id text not null, user_id text not null, conversation_id text not null,
      primary key (organization_id, user_id, conversation_id)) without rowid`,

    `create table if not exists messages (
      organization_id text not null, id text not null, conversation_id text not null,
      status text not null, error text, body text not null,
      primary key (organization_id, id))`,
    `create index if not exists messages_conversation
      on messages (organization_id, conversation_id, id)`,

    `create table if not exists deliveries (
      organization_id text not null, id text not null, account_id text not null,
      kind text not null, lane text not null, bucket bigint not null, priority bigint not null,
      state text not null, is_unfinished bigint not null, attempts bigint not null, accepted_ms bigint not null,
      due_ms bigint not null, expires_ms bigint not null, message_id text,
      conversation_id text, relay_id text, lease_epoch bigint not null, failure text,
      primary key (organization_id, id))`,
    // Not by bucket: the rows of many buckets are read in the order accepted. The leading constant makes
    // SQLite choose this index over the primary key, which would wade through everything ever sent.
    `create index if not exists deliveries_unfinished
      on deliveries (organization_id, is_unfinished, id, bucket) where is_unfinished = 1`,
    `create index if not exists deliveries_stuck
      on deliveries (organization_id, state, id)
      where state in ('uncertain', 'failed', 'canceled')`,
    `create index if not exists deliveries_message
      on deliveries (organization_id, message_id, id) where message_id is not null`,

    `create table if not exists delivery_bodies (
      organization_id text not null, delivery_id text not null, body text not null,
      primary key (organization_id, delivery_id)) without rowid`,

    `create table if not exists attempts (
      organization_id text not null, delivery_id text not null, number bigint not null,
      body text not null, exchange text, provider_ids text,
      primary key (organization_id, delivery_id, number))`,

    // A row without a delivery stands for a provider's id that receipts came for before the send was settled.
    `create table if not exists provider_ids (
      organization_id text not null, account_id text not null, provider_id text not null,
      delivery_id text,
      primary key (organization_id, account_id, provider_id)) without rowid`,
    `create index if not exists provider_ids_delivery
      on provider_ids (organization_id, delivery_id) where delivery_id is not null`,

    `create table if not exists receipts (
      organization_id text not null, id text not null, message_id text not null,
      body text not null,
      primary key (organization_id, id))`,
    `create index if not exists receipts_message on receipts (organization_id, message_id, id)`,

    `create table if not exists held_receipts (
      organization_id text not null, account_id text not null, provider_id text not null,
      position bigint not null, time_ms bigint not null, body text not null,
      primary key (organization_id, account_id, provider_id, position)) without rowid`,

    `create table if not exists answers (
      organization_id text not null, scope text not null, key text not null,
      time_ms bigint not null, answer text not null,
      primary key (organization_id, scope, key)) without rowid`,

    `create table if not exists feed_heads (
      organization_id text not null primary key, sequence bigint not null) without rowid`,
    // A row holds several events of one commit; `sequence` is the last one's number.
    `create table if not exists feed (
      organization_id text not null, sequence bigint not null, size bigint not null,
      time_ms bigint not null, events text not null,
      primary key (organization_id, sequence))`,

    `create table if not exists agents (
      organization_id text not null, user_id text not null, version bigint not null,
      body text not null,
      primary key (organization_id, user_id))`,

    `create table if not exists timers (
      organization_id text not null, id text not null, due_ms bigint not null,
      kind text not null, body text not null,
      primary key (organization_id, id)) without rowid`,
    `create index if not exists timers_due on timers (organization_id, due_ms, id)`,

    `create table if not exists tokens (
      organization_id text not null, hash text not null, expires_ms bigint not null,
      body text not null,
      primary key (organization_id, hash))`,
    `create index if not exists tokens_expiry on tokens (organization_id, expires_ms)`,

    `create table if not exists handset_texts (
      organization_id text not null, id text not null, handset text not null,
      delivery_id text, status text not null, body text not null,
      primary key (organization_id, id))`,
    `create index if not exists handset_texts_handset
      on handset_texts (organization_id, handset, id)`,
    `create unique index if not exists handset_texts_delivery
      on handset_texts (organization_id, delivery_id) where delivery_id is not null`,

    `create table if not exists media (
      organization_id text not null, id text not null, conversation_id text not null,
      communication_id text not null, status text not null, body text not null,
      secret text not null,
      primary key (organization_id, id))`,
    `create index if not exists media_communication
      on media (organization_id, conversation_id, communication_id, id)`,
    // The bytes in base64, a chunk a row: any node can serve them, and they are in every backup.
    `create table if not exists media_chunks (
      organization_id text not null, media_id text not null, position bigint not null,
      bytes text not null,
      primary key (organization_id, media_id, position))`,

    `create table if not exists exchanges (
      organization_id text not null, id text not null, account_id text not null,
      body text not null,
      primary key (organization_id, id))`,
  ],
  ofOneNode: [
    // Where the rows of `provider_ids` go, many at a time: `id-runs.ts`. A run is moved and removed as a whole.
    `create table if not exists provider_id_runs (
      run bigint not null, organization_id text not null, account_id text not null,
      provider_id text not null, delivery_id text not null,
      primary key (run, organization_id, account_id, provider_id)) without rowid`,
    `create table if not exists provider_id_heads (
      run integer not null primary key, level bigint not null, newest_delivery_id text not null,
      target bigint)`,
  ],
  // A single node knows the order of its lanes by itself.
  ofManyNodes: [
    `create index if not exists deliveries_lane
      on deliveries (organization_id, lane, id) where state in ('queued', 'sending')`,
    // Every message gets another status soon: with room beside it, that leaves its indexes alone.
    `alter table messages set (fillfactor = 50)`,
  ],
}
