import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import platformClient from 'purecloud-platform-client-v2'
import { type Desk, startDesk } from '../skipping-desk.ts'
import { onBothStores } from '../stores.ts'

const { ConversationsApi } = platformClient
const hourMs = 3_600_000

onBothStores('threading', (database) => {
  let desk: Desk
  before(async () => {
    desk = await startDesk(await database())
  })
  after(() => desk.house.close())

  /** Tokens live a day, so every moment has its own. */
  const now = async () => new ConversationsApi(await desk.house.sdk())
  const write = async () => {
    const posted = await (await now()).postConversationsMessageInboundOpenMessage(
      desk.house.credentials.integration.id,
      {
        channel: {
          messageId: desk.outside.ids.uuid(),
          from: { id: 'faithful', idType: 'Opaque' },
          time: new Date(desk.outside.clock.now()).toISOString(),
        },
        text: 'Hello',
      },
      { prefetchConversationId: true },
    )
    return posted.conversationId ?? ''
  }
  const end = async (id: string) => (await now()).postConversationDisconnect(id)

  test('a conversation is open for its customer as long as nobody ends it', async () => {
    const first = await write()
    desk.outside.skip(100 * hourMs)
    assert.equal(await write(), first)
    await end(first)
  })

  test('72 hours after its end it takes the next message, a minute later another does', async () => {
    const first = await write()
    await end(first)
    desk.outside.skip(72 * hourMs - 60_000)
    assert.equal(await write(), first, 'inside of the window')
    await end(first)
    desk.outside.skip(72 * hourMs + 60_000)
    const second = await write()
    assert.notEqual(second, first, 'outside of it')
    const ended = await (await now()).getConversation(first)
    assert.ok(ended.endTime !== undefined)
    await end(second)
  })
})
