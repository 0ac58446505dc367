import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Conversation, currentLeg, isLive } from './conversation.ts'
import { open } from './conversation-flow.ts'
import { addParticipant, connectedLeg, newParticipant } from './conversation-legs.ts'
import { agentless } from './conversation-programs.ts'
import { type FaxProgress, faxFault, faxFileName, faxProgressed } from './fax.ts'

let ids = 0
const newId = () => {
  ids += 1
  return `id-${ids}`
}
const moment = { nowMs: 1000, newId }

/** A fax to that many numbers. */
function aFax(numbers: number): Conversation {
  const customer = { id: '+12025550100', idType: 'Phone' as const }
  const opening = {
    channel: 'fax',
    platformAddress: 'fax',
    customer,
    direction: 'outbound',
  } as const
  let { conversation } = open(opening, moment)
  for (let at = 1; at < numbers; at += 1) {
    const other = newParticipant('external', `+1202555010${at}`, moment)
    const communications = [connectedLeg('outbound', moment)]
    conversation = addParticipant(conversation, { ...other, communications })
  }
  return agentless(conversation, moment).conversation
}

const statuses = ['queued', 'sent', 'delivery-success', 'delivery-failed'] as const
const progress = fc.constantFrom<FaxProgress['status']>(...statuses)

test('a fax is open as long as something of it waits here, and no leg outlives it', () => {
  fc.assert(
    fc.property(fc.array(fc.array(progress, { minLength: 4, maxLength: 4 })), (rounds) => {
      let conversation = aFax(4)
      const legIds = conversation.participants.slice(0, 4).map((one) => currentLeg(one)?.id ?? '')
      let wasOver = false
      for (const round of rounds) {
        const news = new Map(
          legIds.map((id, at) => [id, { status: round[at] ?? 'queued' }] as const),
        )
        conversation = faxProgressed(conversation, news, moment).conversation
        const waits = round.includes('queued')
        const isOver = conversation.endMs !== undefined
        assert.equal(isOver, wasOver || !waits)
        assert.equal(conversation.participants.some(isLive), !isOver)
        const shown = conversation.participants.slice(0, 4).map(({ error }) => error !== undefined)
        assert.deepEqual(
          shown,
          round.map((status) => status === 'delivery-failed'),
        )
        wasOver = isOver
      }
    }),
  )
})

test('what is no such document is told by its first bytes', () => {
  const pdf = Buffer.from('%PDF-1.7')
  assert.equal(faxFault(pdf, 'application/pdf'), undefined)
  assert.equal(faxFault(Buffer.from('MM\0*'), 'image/tiff'), undefined)
  assert.match(faxFault(pdf, 'image/tiff') ?? '', /no image\/tiff/)
  assert.match(faxFault(pdf, 'text/plain') ?? '', /no text\/plain/)
  assert.match(faxFault(Buffer.alloc(0), 'application/pdf') ?? '', /empty/)
  assert.match(faxFault(Buffer.alloc(25_000_001), 'application/pdf') ?? '', /25000000 is the most/)
  assert.equal(faxFileName('application/msword'), 'fax.doc')
})
