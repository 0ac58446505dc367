import type { House } from '../house.ts'

const dayMs = 86_400_000

/**
 * Gives a conversation so many older messages: copies of its newest one, said by both in turn over the last ten days,
 * `Line 1` the oldest. The feed is not told of them, as of what was there before it began.
 */
export async function fillThread(
  house: House,
  conversationId: string,
  lines: number,
): Promise<void> {
  const store = house.running.database.store(house.credentials.organization.id)
  const [sample] = await store.messages.ofConversation(conversationId, 1)
  if (sample === undefined) throw new Error('The conversation has no message to copy.')
  await store.transaction(async ({ messages }) => {
    for (let line = 1; line <= lines; line += 1) {
      const isInbound = line % 3 !== 0
      await messages.add({
        ...sample,
        id: `0180000000007000${line.toString(16).padStart(16, '0')}`,
        direction: isInbound ? 'inbound' : 'outbound',
        status: isInbound ? 'received' : 'delivery-success',
        text: `Line ${line}${' of a long talk'.repeat(line % 7)}`,
        timeMs: sample.timeMs - ((lines - line + 1) * 10 * dayMs) / lines,
      })
    }
  })
}
