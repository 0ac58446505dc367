import Type from 'typebox'
import { headersIn, type SectionOptions } from '../../domain/channel-section.ts'
import { AppError } from '../../errors.ts'
import type { Store } from '../../store/store.ts'
import { operation } from '../operation.ts'
import { CcidPath, checkCcid } from './contact-center.ts'
import { Envelope, succeeded } from './envelope.ts'
import {
  removeSection,
  type SectionSender,
  saveChannels,
  saveSection,
  sectionFault,
  sectionSenders,
  shareHeaders,
} from './sections.ts'
import { optionsOf } from './sender-ids.ts'

const Section = Type.Record(Type.String(), Type.Unknown())

const Change = Type.Object({
  section: Type.String(),
  action: Type.Enum(['create', 'change', 'remove', 'keep', 'leave']),
  options: Type.Array(
    Type.Object({ option: Type.String(), from: Type.String(), to: Type.String() }),
  ),
})

export const nexusApplySenderIds = operation({
  id: 'nexusApplySenderIds',
  method: 'POST',
  path: '/nexus/v3/provisioning/senderids/{ccid}/apply',
  summary:
    'Makes the sections as a file has them, all or none, and says what changed; with dryRun only says what would.',
  permission: 'nexus:channels:edit',
  input: {
    path: Type.Object(CcidPath),
    body: Type.Object({
      sections: Type.Record(Type.String(), Section),
      /** Sections named after a provider: only `Async` has options, its `header:` ones. */
      providers: Type.Optional(Type.Object({ Async: Type.Optional(Section) })),
      dryRun: Type.Optional(Type.Boolean()),
      /** Removes sections that the file does not have; otherwise they are left and told as drift. */
      prune: Type.Optional(Type.Boolean()),
    }),
  },
  reply: { status: 200, schema: Envelope(Type.Object({ changes: Type.Array(Change) })) },
  async handle({ path: { ccid }, body }, context) {
    checkCcid(ccid, context)
    const wanted = Object.entries(body.sections).map(([section, options]) => ({
      section,
      options: ofSection(section, () => optionsOf(section, options)),
    }))
    const headers = providerHeaders(body.providers?.Async)
    const isTrial = body.dryRun === true
    const changes = await tried(context.store, isTrial, async (store) => {
      const planned = await plan(store, { wanted, headers, prune: body.prune === true })
      // Removals first: a number may move from one section to another.
      for (const { section, action } of planned) {
        if (action === 'remove') await removeSection(store, section, context)
      }
      if (headers !== undefined) {
        await saveChannels(store, { webhookHeaders: headers }, context)
        await shareHeaders(store, context)
      }
      for (const one of wanted) {
        const action = planned.find(({ section }) => section === one.section)?.action
        if (action !== 'create' && action !== 'change') continue
        await saveSection(store, one, context).catch((cause) => {
          throw inSection(one.section, cause)
        })
      }
      return planned
    })
    return succeeded({ changes: [...changes] }, context)
  },
})

/** Does the work; a trial is taken back at its end, so that it meets every refusal that the work itself would. */
async function tried<T>(
  store: Store,
  isTrial: boolean,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const takenBack = new Error('This was a trial.')
  let result: { readonly of: T } | undefined
  try {
    return await store.transaction(async (store) => {
      const done = await work(store)
      if (!isTrial) return done
      result = { of: done }
      throw takenBack
    })
  } catch (cause) {
    if (cause === takenBack && result !== undefined) return result.of
    throw cause
  }
}

function ofSection<T>(section: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw inSection(section, cause)
  }
}

/** A refusal that says which section of the file it is about. */
function inSection(section: string, cause: unknown): unknown {
  if (!(cause instanceof AppError)) return cause
  return new AppError(cause.code, '{section}: {problem}', {
    params: { section, problem: cause.message },
    details: cause.details,
    cause,
  })
}

type Planned = Type.Static<typeof Change>

interface Wanted {
  readonly section: string
  readonly options: SectionOptions
}

async function plan(
  store: Store,
  given: {
    readonly wanted: readonly Wanted[]
    readonly headers: Readonly<Record<string, string>> | undefined
    readonly prune: boolean
  },
): Promise<readonly Planned[]> {
  const senders = await sectionSenders(store)
  const planned = given.wanted.map(({ section, options }): Planned => {
    const before = senders.find(({ channel }) => channel.section === section)
    const differing = differences(
      before === undefined ? {} : textsOf(before),
      textsOfOptions(options),
    )
    const action =
      before === undefined ? 'create' : differing.length > 0 ? 'change' : ('keep' as const)
    return { section, action, options: differing }
  })
  const named = new Set(given.wanted.map(({ section }) => section))
  const strays = senders.filter(({ channel }) => !named.has(channel.section))
  const others = strays.map(
    (sender): Planned => ({
      section: sender.channel.section,
      action: given.prune ? 'remove' : 'leave',
      options: differences(textsOf(sender), {}),
    }),
  )
  return [...(await providerPlan(store, given.headers)), ...planned, ...others]
}

async function providerPlan(
  store: Store,
  headers: Readonly<Record<string, string>> | undefined,
): Promise<readonly Planned[]> {
  if (headers === undefined) return []
  const channels = await store.records.get('digitalChannels', 'default')
  const options = differences(headerTexts(channels?.webhookHeaders ?? {}), headerTexts(headers))
  return [{ section: 'Async', action: options.length > 0 ? 'change' : 'keep', options }]
}

function textsOf({
  channel,
  webhookHeaders = {},
}: SectionSender): Readonly<Record<string, string>> {
  return textsOfOptions({ ...channel, headers: webhookHeaders })
}

function textsOfOptions(options: SectionOptions): Readonly<Record<string, string>> {
  const { channelId, endpoint, cxcOnly, provider, headers } = options
  return {
    channelId,
    endpoint,
    cxcOnly: String(cxcOnly),
    ...(provider === undefined ? {} : { provider }),
    ...headerTexts(headers),
  }
}

function headerTexts(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [`header:${name}`, value]),
  )
}

/** What differs, option by option; the values of headers are not told, since they may be passwords. */
function differences(
  from: Readonly<Record<string, string>>,
  to: Readonly<Record<string, string>>,
): { option: string; from: string; to: string }[] {
  const told = (option: string, value: string | undefined) =>
    value !== undefined && option.startsWith('header:') ? '***' : (value ?? '')
  return [...new Set([...Object.keys(from), ...Object.keys(to)])]
    .filter((option) => from[option] !== to[option])
    .map((option) => ({ option, from: told(option, from[option]), to: told(option, to[option]) }))
}

function providerHeaders(
  options: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, string>> | undefined {
  if (options === undefined) return undefined
  const { values, faults } = headersIn(options)
  const unknown = Object.keys(options)
    .filter((option) => !option.startsWith('header:'))
    .map((option) => ({
      option,
      message: `${option} is no option of a provider: there is header:….`,
    }))
  if (faults.length + unknown.length > 0) throw sectionFault([...faults, ...unknown])
  return values
}
