import type { Migration } from './migrate.ts'

/** E-mails: what each says, what is being written, the files, and the embedded mailbox. */
export const email: Migration = {
  number: 4,
  name: 'email',
  statements: [
    // Texts stand apart from the rest, because listings show neither.
    `create table if not exists emails (
      organization_id text not null, id text not null, conversation_id text not null,
      status text not null, error text, body text not null, texts text not null,
      primary key (organization_id, id))`,
    `create index if not exists emails_conversation
      on emails (organization_id, conversation_id, id)`,

    `create table if not exists email_message_ids (
      organization_id text not null, message_id text not null, email_id text not null,
      conversation_id text not null,
      primary key (organization_id, message_id, email_id))`,
    `create index if not exists email_message_ids_conversation
      on email_message_ids (organization_id, conversation_id)`,

    `create table if not exists email_drafts (
      organization_id text not null, conversation_id text not null, version bigint not null,
      body text not null,
      primary key (organization_id, conversation_id))`,

    `create table if not exists email_contents (
      organization_id text not null, key text not null, conversation_id text not null,
      content text not null,
      primary key (organization_id, key))`,
    `create index if not exists email_contents_conversation
      on email_contents (organization_id, conversation_id)`,

    `create table if not exists mailbox (
      organization_id text not null, id text not null, delivery_id text not null,
      body text not null, raw text not null,
      primary key (organization_id, id))`,
    `create unique index if not exists mailbox_delivery
      on mailbox (organization_id, delivery_id)`,
  ],
}
