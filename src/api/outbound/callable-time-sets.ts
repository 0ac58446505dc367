import Type, { type Static } from 'typebox'
import { isoTime } from '../../clock.ts'
import { zoneNamed } from '../../domain/callable-times.ts'
import { clockTime } from '../../domain/quiet-hours.ts'
import { AppError } from '../../errors.ts'
import type { CallableTimeSet, MessagingCampaign } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed, newRecord } from '../record-change.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { checkVersion } from '../signalbox/records.ts'
import { Name } from './schema.ts'

const path = '/api/v2/outbound/callabletimesets'
const byId = `${path}/{callableTimeSetId}`
const scopes = ['outbound']
const readScopes = ['outbound', 'outbound:readonly']

const Time = Type.String({
  pattern: '^([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d+)?)?$|^24:00(:00)?$',
})
const Slot = Type.Object({
  /** Such as 09:00:00, by the clock of the contact. */
  startTime: Time,
  stopTime: Time,
  /** 1 is Monday, 7 is Sunday. */
  day: Type.Integer({ minimum: 1, maximum: 7 }),
})
const Times = Type.Object({
  name: Type.Optional(Type.String({ maxLength: 200 })),
  timeZoneId: Type.String({ minLength: 1, maxLength: 64 }),
  timeSlots: Type.Array(Slot, { maxItems: 100 }),
})
const Body = Type.Object({
  name: Name,
  callableTimes: Type.Array(Times, { minItems: 1, maxItems: 500 }),
  version: Type.Optional(Type.Integer()),
})
const Shown = Type.Object({
  id: Type.String(),
  name: Type.String(),
  version: Type.Integer(),
  callableTimes: Type.Array(Times),
  selfUri: Type.String(),
})
const SetPath = Type.Object({ callableTimeSetId: Id })

export const getOutboundCallabletimesets = operation({
  id: 'getOutboundCallabletimesets',
  method: 'GET',
  path,
  summary: 'Lists the callable time sets.',
  scopes: readScopes,
  permission: 'outbound:callableTimeSet:view',
  input: { query: Type.Object({ ...Paging, name: Type.Optional(Type.String()) }) },
  reply: { status: 200, schema: Listing(Shown) },
  examples: [{ title: 'all', input: {} }],
  async handle({ query }, { store }) {
    const page = pageOf(query)
    const filter = query.name === undefined ? {} : { name: query.name }
    return listing(await store.records.list('callableTimeSet', page, filter), page, path, present)
  },
})

export const getOutboundCallabletimeset = operation({
  id: 'getOutboundCallabletimeset',
  method: 'GET',
  path: byId,
  summary: 'Reads a callable time set.',
  scopes: readScopes,
  permission: 'outbound:callableTimeSet:view',
  input: { path: SetPath },
  reply: { status: 200, schema: Shown },
  async handle({ path: { callableTimeSetId } }, { store }) {
    return present(await findRecord(store, 'callableTimeSet', callableTimeSetId))
  },
})

export const postOutboundCallabletimesets = operation({
  id: 'postOutboundCallabletimesets',
  method: 'POST',
  path,
  summary: 'Makes a callable time set: in which hours contacts of each time zone are written to.',
  scopes,
  permission: 'outbound:callableTimeSet:add',
  input: { body: Body },
  reply: { status: 200, schema: Shown },
  async handle({ body }, context) {
    const made: CallableTimeSet = { ...newRecord(body.name, context), ...contentOf(body) }
    await context.store.records.add('callableTimeSet', made)
    return present(made)
  },
})

export const putOutboundCallabletimeset = operation({
  id: 'putOutboundCallabletimeset',
  method: 'PUT',
  path: byId,
  summary: 'Replaces a callable time set; campaigns under way are held to it at once.',
  scopes,
  permission: 'outbound:callableTimeSet:edit',
  input: { path: SetPath, body: Body },
  reply: { status: 200, schema: Shown },
  handle: ({ path: { callableTimeSetId }, body }, context) =>
    context.store.transaction(async (store) => {
      const before = await findRecord(store, 'callableTimeSet', callableTimeSetId)
      checkVersion(before, body.version)
      const saved = changed(before, { name: body.name, ...contentOf(body) }, context)
      await store.records.save('callableTimeSet', saved)
      return present(saved)
    }),
})

export const deleteOutboundCallabletimeset = operation({
  id: 'deleteOutboundCallabletimeset',
  method: 'DELETE',
  path: byId,
  summary: 'Removes a callable time set that no campaign names.',
  scopes,
  permission: 'outbound:callableTimeSet:delete',
  input: { path: SetPath },
  reply: { status: 204 },
  handle: ({ path: { callableTimeSetId: id } }, { store }) =>
    store.transaction(async (store) => {
      await findRecord(store, 'callableTimeSet', id)
      await refuseNamed(store, ({ callableTimeSetId }) => callableTimeSetId === id)
      await store.records.remove('callableTimeSet', id)
    }),
})

/** Refuses to remove what a campaign names (`conflict`). */
export async function refuseNamed(
  store: Store,
  names: (campaign: MessagingCampaign) => boolean,
): Promise<void> {
  const { entities } = await store.records.list('messagingCampaign', { size: 1000, number: 1 })
  const user = entities.find(names)
  if (user === undefined) return
  throw new AppError('conflict', 'The campaign {name} names it: change that first.', {
    params: { name: user.name },
    details: [{ errorCode: 'conflict', entityId: user.id, entityName: 'messagingCampaign' }],
  })
}

function contentOf({ callableTimes }: Static<typeof Body>) {
  const zones = new Set<string>()
  return {
    callableTimes: callableTimes.map(({ name, timeZoneId, timeSlots }, index) => {
      const zone = zoneNamed(timeZoneId)
      const fieldName = `callableTimes[${index}]`
      if (zone === undefined || zones.has(zone)) {
        const sentence =
          zone === undefined ? '{zone} is no time zone.' : 'The time zone {zone} is there twice.'
        throw wrong(sentence, `${fieldName}.timeZoneId`, timeZoneId)
      }
      zones.add(zone)
      const slots = timeSlots.map(({ day, startTime, stopTime }, at) => {
        const slot = { day, fromMinute: minuteOf(startTime), toMinute: minuteOf(stopTime) }
        if (slot.fromMinute < slot.toMinute) return slot
        const sentence = 'The slot ends before it begins; one over midnight is written as two.'
        throw wrong(sentence, `${fieldName}.timeSlots[${at}].stopTime`, timeZoneId)
      })
      return { zone: timeZoneId, slots, ...(name === undefined ? {} : { name }) }
    }),
  }
}

/** The minute of the day; the last second of a minute counts as its end, so 23:59:59 is midnight. */
function minuteOf(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number)
  return hours * 60 + minutes + (seconds >= 59 ? 1 : 0)
}

function wrong(sentence: string, fieldName: string, zone: string): AppError {
  return new AppError('bad.request', sentence, {
    params: { zone },
    details: [{ errorCode: 'bad.request', fieldName }],
  })
}

function present(set: CallableTimeSet) {
  return {
    id: set.id,
    name: set.name,
    version: set.version,
    dateCreated: isoTime(set.createdMs),
    dateModified: isoTime(set.modifiedMs),
    callableTimes: set.callableTimes.map(({ name, zone, slots }) => ({
      ...(name === undefined ? {} : { name }),
      timeZoneId: zone,
      timeSlots: slots.map(({ day, fromMinute, toMinute }) => ({
        startTime: `${clockTime(fromMinute)}:00`,
        stopTime: toMinute === 1440 ? '23:59:59' : `${clockTime(toMinute)}:00`,
        day,
      })),
    })),
    selfUri: `${path}/${set.id}`,
  }
}
