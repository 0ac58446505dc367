import Type, { type Static } from 'typebox'
import { isoTime } from '../../clock.ts'
import { normalizeNumber } from '../../domain/address.ts'
import type { Consent, ConsentEntry } from '../../domain/consent.ts'
import { AppError } from '../../errors.ts'
import { consentAddressReader, recordConsent } from '../../messaging/consent.ts'
import type { Store } from '../../store/store.ts'
import { operation } from '../operation.ts'
import { Listing, listing, Paging, pageOf } from '../schema.ts'
import { optional } from './present.ts'

const path = '/api/signalbox/consents'
const entriesPath = `${path}/entries`

/** Lines that one request may bring: a larger ledger comes in several. */
const importMax = 1000

const Address = Type.String({ minLength: 1, maxLength: 40 })
const Status = Type.Enum(['opted-in', 'opted-out'])

const ConsentSchema = Type.Object({
  sender: Type.String(),
  handset: Type.String(),
  status: Status,
  date: Type.String(),
})

const EntrySchema = Type.Object({
  id: Type.String(),
  sender: Type.String(),
  handset: Type.String(),
  kind: Type.Enum(['opt-out', 'opt-in', 'help']),
  source: Type.Enum(['keyword', 'api', 'import', 'carrier']),
  date: Type.String(),
  text: Type.Optional(Type.String()),
  reference: Type.Optional(Type.String()),
  recordedBy: Type.Optional(Type.String()),
  note: Type.Optional(Type.String()),
  applied: Type.Boolean(),
})

const Said = Type.Object({
  sender: Address,
  handset: Address,
  status: Status,
  /** When the handset said so; now unless given, and never later. */
  date: Type.Optional(Type.String({ maxLength: 40 })),
  note: Type.Optional(Type.String({ maxLength: 500 })),
})

export const signalboxListConsents = operation({
  id: 'signalboxListConsents',
  method: 'GET',
  path,
  summary: 'Lists what handsets have said about being written to, as it is in force.',
  permission: 'signalbox:consents:view',
  input: {
    query: Type.Object({
      ...Paging,
      sender: Type.Optional(Address),
      handset: Type.Optional(Address),
      status: Type.Optional(Status),
    }),
  },
  reply: { status: 200, schema: Listing(ConsentSchema) },
  examples: [{ title: 'who opted out', input: { query: { status: 'opted-out' } } }],
  async handle({ query }, { store }) {
    const page = pageOf(query)
    const filter = { ...(await pairOf(store, query)), ...optionalStatus(query.status) }
    return listing(await store.consents.list(page, filter), page, path, presentConsent)
  },
})

export const signalboxListConsentEntries = operation({
  id: 'signalboxListConsentEntries',
  method: 'GET',
  path: entriesPath,
  summary: 'Lists the ledger of consent, newest first: who said what when, and how we know.',
  permission: 'signalbox:consents:view',
  input: {
    query: Type.Object({
      ...Paging,
      sender: Type.Optional(Address),
      handset: Type.Optional(Address),
    }),
  },
  reply: { status: 200, schema: Listing(EntrySchema) },
  examples: [{ title: 'the last lines', input: { query: { pageSize: '5' } } }],
  async handle({ query }, { store }) {
    const page = pageOf(query)
    return listing(
      await store.consents.entries(page, await pairOf(store, query)),
      page,
      entriesPath,
      presentEntry,
    )
  },
})

export const signalboxRecordConsent = operation({
  id: 'signalboxRecordConsent',
  method: 'POST',
  path,
  summary: 'Records a consent or its withdrawal that was given in another way than by text.',
  permission: 'signalbox:consents:edit',
  input: { body: Said },
  reply: { status: 201, schema: EntrySchema },
  examples: [
    {
      title: 'a customer opted out on the telephone',
      input: {
        body: {
          sender: '+12025550142',
          handset: '+12025550143',
          status: 'opted-out',
          note: 'Said so on the telephone.',
        },
      },
    },
  ],
  async handle({ body }, { store, messaging, outside, principal }) {
    const read = await consentAddressReader(store)
    const said = saidOf(body, { nowMs: outside.clock.now(), read })
    const recordedBy = principal.userId ?? principal.clientId
    return presentEntry(
      await recordConsent(
        store,
        { ...said, source: 'api', ...optional('recordedBy', recordedBy) },
        messaging,
      ),
    )
  },
})

export const signalboxImportConsents = operation({
  id: 'signalboxImportConsents',
  method: 'POST',
  path: `${path}/import`,
  summary: 'Takes over lines of another ledger. Older lines do not undo what was said later.',
  permission: 'signalbox:consents:edit',
  input: { body: Type.Object({ entries: Type.Array(Said, { minItems: 1, maxItems: importMax }) }) },
  reply: {
    status: 200,
    schema: Type.Object({ recorded: Type.Integer(), applied: Type.Integer() }),
  },
  async handle({ body }, { store, messaging, outside, principal }) {
    const nowMs = outside.clock.now()
    const recordedBy = principal.userId ?? principal.clientId
    const read = await consentAddressReader(store)
    const lines = body.entries.map((one, index) =>
      saidOf(one, { nowMs, read, within: `entries[${index}].` }),
    )
    return store.transaction(async (store) => {
      let applied = 0
      for (const line of lines) {
        const entry = await recordConsent(
          store,
          { ...line, source: 'import', ...optional('recordedBy', recordedBy) },
          messaging,
        )
        if (entry.applied) applied += 1
      }
      return { recorded: lines.length, applied }
    })
  },
})

function saidOf(
  body: Static<typeof Said>,
  given: {
    readonly nowMs: number
    readonly read: (address: string) => string
    readonly within?: string
  },
) {
  const { nowMs, read, within = '' } = given
  const atMs = body.date === undefined ? nowMs : Date.parse(body.date)
  if (Number.isNaN(atMs) || atMs > nowMs) {
    throw new AppError(
      'invalid.date',
      '{fieldName} must be a time that is over, such as 2026-01-31T09:30:00Z.',
      {
        params: { fieldName: `${within}date` },
        details: [{ errorCode: 'invalid.date', fieldName: `${within}date` }],
      },
    )
  }
  return {
    sender: read(body.sender),
    handset: handsetOf(read(body.handset), `${within}handset`),
    kind: body.status === 'opted-out' ? ('opt-out' as const) : ('opt-in' as const),
    atMs,
    ...optional('note', body.note),
  }
}

/** A handset is a number; what is none would never match a text, and the opt-out would not hold. */
function handsetOf(address: string, fieldName: string): string {
  if (normalizeNumber(address) !== undefined) return address
  throw new AppError('bad.request', '{fieldName} is no phone number: {address}.', {
    params: { fieldName, address },
    details: [{ errorCode: 'bad.request', fieldName }],
  })
}

async function pairOf(
  store: Store,
  query: { readonly sender?: string | undefined; readonly handset?: string | undefined },
) {
  const read = await consentAddressReader(store)
  return {
    ...(query.sender === undefined ? {} : { sender: read(query.sender) }),
    ...(query.handset === undefined ? {} : { handset: read(query.handset) }),
  }
}

function optionalStatus(status: Consent['status'] | undefined) {
  return status === undefined ? {} : { status }
}

function presentConsent({ sender, handset, status, atMs }: Consent) {
  return { sender, handset, status, date: isoTime(atMs) }
}

function presentEntry({ atMs, ...entry }: ConsentEntry) {
  return { ...entry, date: isoTime(atMs) }
}
