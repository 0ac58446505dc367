import Type from 'typebox'
import { isSectionName, readSection, type SectionOptions } from '../../domain/channel-section.ts'
import { AppError } from '../../errors.ts'
import type { Store } from '../../store/store.ts'
import { operation } from '../operation.ts'
import { CcidPath, checkCcid } from './contact-center.ts'
import { Envelope, succeeded } from './envelope.ts'
import {
  removeSection,
  type SectionSender,
  saveSection,
  sectionFault,
  sectionSenders,
  senderOfSection,
} from './sections.ts'

const path = '/nexus/v3/provisioning/senderids/{ccid}'
const one = Type.Object({ ...CcidPath, section: Type.String({ maxLength: 200 }) })

/** The options of a section as they are shown: header values stand as `***`. */
const Options = Type.Record(Type.String(), Type.Union([Type.String(), Type.Boolean()]))

const SectionSchema = Type.Object({
  section: Type.String(),
  options: Options,
  address: Type.String(),
  senderId: Type.String(),
  accountId: Type.String(),
})

export const nexusListSenderIds = operation({
  id: 'nexusListSenderIds',
  method: 'GET',
  path,
  summary:
    'Lists the sender IDs of a contact center: the chat.* sections of its NexusServices transaction.',
  permission: 'nexus:channels:view',
  input: { path: Type.Object(CcidPath) },
  reply: { status: 200, schema: Envelope(Type.Array(SectionSchema)) },
  async handle({ path: { ccid } }, context) {
    checkCcid(ccid, context)
    return succeeded((await sectionSenders(context.store)).map(presentSection), context)
  },
})

export const nexusGetSenderId = operation({
  id: 'nexusGetSenderId',
  method: 'GET',
  path: `${path}/{section}`,
  summary: 'Reads the section of one sender ID.',
  permission: 'nexus:channels:view',
  input: { path: one },
  reply: { status: 200, schema: Envelope(SectionSchema) },
  async handle({ path: { ccid, section } }, context) {
    checkCcid(ccid, context)
    return succeeded(presentSection(await existing(context.store, section)), context)
  },
})

export const nexusPutSenderId = operation({
  id: 'nexusPutSenderId',
  method: 'PUT',
  path: `${path}/{section}`,
  summary: 'Writes the section of a sender ID as a whole: creates it, or replaces its options.',
  permission: 'nexus:channels:edit',
  input: { path: one, body: Type.Record(Type.String(), Type.Unknown()) },
  reply: { status: 200, schema: Envelope(SectionSchema) },
  async handle({ path: { ccid, section }, body }, context) {
    checkCcid(ccid, context)
    const options = optionsOf(section, body)
    const sender = await context.store.transaction((store) =>
      saveSection(store, { section, options }, context),
    )
    return succeeded(presentSection(sender), context)
  },
})

export const nexusDeleteSenderId = operation({
  id: 'nexusDeleteSenderId',
  method: 'DELETE',
  path: `${path}/{section}`,
  summary: 'Removes a sender ID with its section. Texts for its number are then routed nowhere.',
  permission: 'nexus:channels:edit',
  input: { path: one },
  reply: { status: 204 },
  async handle({ path: { ccid, section } }, context) {
    checkCcid(ccid, context)
    await context.store.transaction(async (store) => {
      await existing(store, section)
      await removeSection(store, section, context)
    })
  },
})

/** The options of a section, read; `bad.request` names the section or each option that is not as it must be. */
export function optionsOf(
  section: string,
  given: Readonly<Record<string, unknown>>,
): SectionOptions {
  if (!isSectionName(section)) {
    const message =
      'The section must be named chat. and then letters, digits, underscores and dashes, without spaces: chat.SMS_Main.'
    throw sectionFault([{ option: 'section', message }])
  }
  const read = readSection(given)
  if (read.ok) return read.options
  throw sectionFault(read.faults)
}

async function existing(store: Store, section: string): Promise<SectionSender> {
  const sender = await senderOfSection(store, section)
  if (sender !== undefined) return sender
  throw new AppError('not.found', 'There is no section {section}.', {
    params: { section },
    details: [{ errorCode: 'not.found', fieldName: 'section', entityName: section }],
  })
}

/** A section on the wire, with every option in the vendor's words. */
export function presentSection(sender: SectionSender) {
  const { channel, webhookHeaders = {} } = sender
  const headers = Object.keys(webhookHeaders).map((name) => [`header:${name}`, '***'] as const)
  return {
    section: channel.section,
    options: {
      channelId: channel.channelId,
      channelType: 'sms',
      endpoint: channel.endpoint,
      interactionSubtype: 'SMS',
      interactionType: 'Inbound',
      media: 'chat',
      cxcOnly: channel.cxcOnly,
      ...(channel.provider === undefined ? {} : { provider: channel.provider }),
      ...Object.fromEntries(headers),
    },
    address: sender.address,
    senderId: sender.id,
    accountId: sender.accountId,
  }
}
