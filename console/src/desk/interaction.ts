import type { DeskView, Leg, WireConversation, WireParticipant } from '../wire.ts'
import type { Line } from './lines.ts'

/** How much of a thread has been read: its newest message only, its end, or all of it. What is read has no gap. */
export type Reach = 'newest' | 'end' | 'whole'

/** Where the user himself stands in an interaction. */
export interface OwnSeat {
  readonly participantId: string
  readonly communicationId: string
  readonly state: Leg['state']
  readonly queueId: string | undefined
  readonly queueName: string | undefined
  readonly alertingSinceMs: number | undefined
  readonly alertingTimeoutMs: number | undefined
  readonly connectedMs: number | undefined
  readonly acwSinceMs: number | undefined
  readonly acwTimeoutMs: number
  readonly wrapupPrompt: string | undefined
  readonly isWrappingUp: boolean
  readonly isMonitoring: boolean
  /** The user gave it to somebody else. */
  readonly isHandedOver: boolean
  readonly resumeMs: number | undefined
}

/** Who else has an interaction, or is asked to take it over: then it alerts there. */
export interface Colleague {
  readonly name: string
  readonly isAsked: boolean
}

/** Something that happened in an interaction besides its messages. */
export interface SystemEvent {
  readonly id: string
  readonly timeMs: number
  readonly text: string
}

/** A conversation as the desk shows it to its agent. */
export interface Interaction {
  readonly id: string
  /** Grows with every change but those of its messages. */
  readonly version: number
  readonly channel: 'sms' | 'open' | 'email' | 'other'
  readonly customerName: string
  readonly customerAddress: string
  readonly ourAddress: string
  readonly subject: string | undefined
  readonly queueName: string | undefined
  readonly startMs: number
  readonly endMs: number | undefined
  readonly own: OwnSeat | undefined
  readonly colleague: Colleague | undefined
  readonly customerId: string | undefined
  /** The messages that have been read, oldest first; none of an e-mail conversation. */
  readonly lines: readonly Line[]
  readonly reach: Reach
  readonly events: readonly SystemEvent[]
  readonly raw: WireConversation
}

/** What the roster sorts by: what needs the agent first. */
export type Stage = 'alerting' | 'connected' | 'parked' | 'wrap-up' | 'ended'

/** Where an interaction stands for the agent. */
export function stageOf({ own }: Interaction): Stage {
  if (own === undefined) return 'ended'
  if (own.isWrappingUp) return 'wrap-up'
  if (own.state === 'disconnected') return 'ended'
  return own.state
}

/** Reads what the server says of a conversation for its agent; the lines are joined by who knows the others. */
export function interactionOf(
  { version, conversation: raw }: DeskView,
  userId: string,
): Omit<Interaction, 'lines' | 'reach'> {
  const customer = raw.participants.find(
    ({ purpose }) => purpose === 'customer' || purpose === 'external',
  )
  const own = raw.participants.findLast((one) => one.userId === userId)
  const legs = raw.participants.flatMap(legsOf)
  const customerLeg = customer === undefined ? undefined : legsOf(customer).at(-1)
  const type = legs.find((leg) => leg.type !== undefined)?.type
  const isEmail = raw.participants.some(({ emails }) => (emails ?? []).length > 0)
  const theirs = endOf(customerLeg, 'theirs')
  return {
    id: raw.id,
    version,
    channel: isEmail ? 'email' : type === 'sms' || type === 'open' ? type : 'other',
    customerName: customer?.name ?? theirs?.name ?? raw.address ?? customer?.address ?? 'Customer',
    customerAddress: raw.address ?? customer?.address ?? '',
    ourAddress: endOf(customerLeg, 'ours')?.addressNormalized ?? '',
    subject: legs.find(({ subject }) => subject !== undefined)?.subject,
    queueName:
      own?.queueName ??
      raw.participants.findLast(({ queueName }) => queueName !== undefined)?.queueName,
    startMs: msOf(raw.startTime) ?? 0,
    endMs: msOf(raw.endTime),
    own: own === undefined ? undefined : seatOf(own),
    colleague: colleagueOf(raw, userId),
    customerId: customer?.id,
    events: eventsOf(raw, userId),
    raw,
  }
}

function colleagueOf({ participants }: WireConversation, userId: string): Colleague | undefined {
  const others = participants.filter(
    (one) =>
      one.userId !== undefined && one.userId !== userId && one.monitoredParticipantId === undefined,
  )
  const found = others.findLast((one) =>
    ['alerting', 'connected', 'parked'].includes(legsOf(one).at(-1)?.state ?? ''),
  )
  if (found === undefined) return undefined
  return {
    name: found.name ?? 'A colleague',
    isAsked: legsOf(found).at(-1)?.state === 'alerting',
  }
}

function legsOf({ messages = [], emails = [] }: WireParticipant): readonly Leg[] {
  return [...messages, ...emails]
}

function endOf(leg: Leg | undefined, whose: 'ours' | 'theirs') {
  const isInbound = leg?.direction !== 'outbound'
  return (whose === 'ours') === isInbound ? leg?.toAddress : leg?.fromAddress
}

function seatOf(own: WireParticipant): OwnSeat | undefined {
  const leg = legsOf(own).at(-1)
  if (leg === undefined) return undefined
  const acwSinceMs = msOf(own.startAcwTime)
  return {
    participantId: own.id,
    communicationId: leg.id,
    state: leg.state,
    queueId: own.queueId,
    queueName: own.queueName,
    alertingSinceMs: msOf(leg.startAlertingTime),
    alertingTimeoutMs: own.alertingTimeoutMs,
    connectedMs: msOf(leg.connectedTime),
    acwSinceMs,
    acwTimeoutMs: own.wrapupTimeoutMs ?? 0,
    wrapupPrompt: own.wrapupPrompt,
    isWrappingUp:
      leg.state === 'disconnected' && acwSinceMs !== undefined && own.endAcwTime === undefined,
    isMonitoring: own.monitoredParticipantId !== undefined,
    isHandedOver: leg.disconnectType === 'transfer',
    resumeMs: msOf(leg.resumeTime),
  }
}

const endings: Readonly<Record<string, string>> = {
  transfer: 'handed over',
  'transfer.noanswer': 'did not answer',
  'transfer.notavailable': 'was not available',
  timeout: 'did not answer in time',
  inactivity: 'was taken out for inactivity',
}

function eventsOf(raw: WireConversation, userId: string): readonly SystemEvent[] {
  const events: SystemEvent[] = []
  const add = (id: string, time: string | undefined, text: string) => {
    const timeMs = msOf(time)
    if (timeMs !== undefined) events.push({ id, timeMs, text })
  }
  for (const participant of raw.participants) {
    const { purpose, name, queueName } = participant
    for (const leg of legsOf(participant)) {
      if (purpose === 'acd')
        add(`${leg.id}-in`, leg.connectedTime, `Waiting in ${queueName ?? name ?? 'a queue'}`)
      if (purpose !== 'agent' && purpose !== 'user') continue
      const who = name ?? 'An agent'
      const listens = participant.monitoredParticipantId !== undefined
      // who listens is not announced to those who take part
      if (listens && participant.userId !== userId) continue
      add(`${leg.id}-in`, leg.connectedTime, listens ? `${who} listens` : `${who} joined`)
      if (leg.state !== 'disconnected') continue
      const isDeclined = leg.connectedTime === undefined && leg.disconnectType === 'client'
      const how = isDeclined ? 'declined' : (endings[leg.disconnectType ?? ''] ?? 'left')
      add(`${leg.id}-out`, leg.disconnectedTime, `${who} ${how}`)
    }
  }
  add(`${raw.id}-end`, raw.endTime, 'The conversation ended')
  return events.sort((a, b) => a.timeMs - b.timeMs)
}

function msOf(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time)
}
