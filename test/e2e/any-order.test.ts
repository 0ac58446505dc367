import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { assertPossible } from '../../src/domain/test-possible.ts'
import { isWorking } from '../../src/messaging/step.ts'
import type { Store } from '../../src/store/store.ts'
import { eventually, type House } from '../house.ts'
import { type Agent, type Desk, startDesk } from '../skipping-desk.ts'
import { onBothStores } from '../stores.ts'

/** What a caller believes without asking: which conversation the customer's messages belong to. */
interface Belief {
  conversationId: string | undefined
}

/** What the commands act on. */
interface Scene {
  readonly desk: Desk
  readonly store: Store
  readonly customer: string
}

type Command = fc.AsyncCommand<Belief, Scene>

const states = ['connected', 'disconnected', 'alerting', 'parked'] as const
const users = ['ada', 'alan', 'sam'] as const

/** A command that may be tried at any time; the server refuses what cannot be done. */
function command(name: string, run: (belief: Belief, scene: Scene) => Promise<void>): Command {
  return {
    check: () => true,
    async run(belief, scene) {
      await run(belief, scene)
      await assertSound(belief, scene)
    },
    toString: () => name,
  }
}

const write = command('the customer writes', async (belief, { desk, store, customer }) => {
  const before = belief.conversationId
  belief.conversationId = await desk.customer(customer)
  if (before !== undefined) assert.equal(belief.conversationId, before, 'one thread')
  const conversation = await store.conversations.get(belief.conversationId)
  assert.equal(conversation?.endMs, undefined, 'a conversation with something new is open')
})

const end = command('a program ends it', async (belief, { desk, store }) => {
  if (belief.conversationId === undefined) return
  const path = `/api/v2/conversations/${belief.conversationId}/disconnect`
  const { status } = await desk.house.call('POST', path)
  assert.ok(status < 500)
  const conversation = await store.conversations.get(belief.conversationId)
  assert.ok(conversation?.endMs !== undefined, 'what was ended is over')
})

const skip = fc
  .constantFrom(1_000, 31_000, 61_000, 700_000)
  .map((ms) => command(`${ms} ms go by`, async (_belief, { desk }) => desk.outside.skip(ms)))

const work = fc
  .tuple(fc.constantFrom(...users), fc.constantFrom('IDLE' as const, 'OFF_QUEUE' as const))
  .map(([user, status]) =>
    command(`${user} goes ${status}`, (_belief, { desk }) => desk[user].work(status)),
  )

/** What an agent may ask of the place that he has, or had, in the conversation. */
const asks = [
  ...states.map((state) => ['PATCH', '', { state }] as const),
  ['PATCH', '/parkingstate', { state: 'parked' }],
  ['PATCH', '/parkingstate', { state: 'connected' }],
  ['PATCH', '', { wrapup: { code: 'default', notes: 'done' } }],
  ['PATCH', '', { wrapupSkipped: true }],
  ['PATCH', '/attributes', { attributes: { a: 'b' } }],
  ['POST', '/monitor', {}],
  ...(['Attended', 'Unattended'] as const).flatMap((transferType) => [
    ['POST', '/replace', { transferType, userId: 'ada' }] as const,
    ['POST', '/replace', { transferType, userId: 'alan' }] as const,
    ['POST', '/replace', { transferType, queueId: 'queue' }] as const,
  ]),
] as const

const ask = fc
  .tuple(
    fc.constantFrom('owner', 'owner', 'owner', ...users),
    fc.constantFrom(0, 0, 0, 1, 2, 3, 4),
    fc.constantFrom(...asks),
  )
  .map(([user, place, asked]) => asking(user, place, asked))

function asking(
  user: 'owner' | (typeof users)[number],
  place: number,
  [method, part, body]: (typeof asks)[number],
): Command {
  return command(`${user}: ${method} ${place}${part} ${JSON.stringify(body)}`, (belief, scene) =>
    askAs(user, { belief, scene, place, method, part, body }),
  )
}

/** Asks as one of the users, or as the one whose place it is. */
async function askAs(
  user: 'owner' | (typeof users)[number],
  given: {
    readonly belief: Belief
    readonly scene: Scene
    readonly place: number
    readonly method: string
    readonly part: string
    readonly body: object
  },
): Promise<void> {
  const { belief, scene, place, method, part } = given
  const { house, ada, alan, sam } = scene.desk
  if (belief.conversationId === undefined) return
  const { body: view } = await house.call('GET', `/api/v2/conversations/${belief.conversationId}`)
  const participants: readonly { id: string; userId?: string }[] = view.participants
  const participant = participants.at(-1 - (place % participants.length))
  const path = `/api/v2/conversations/messages/${belief.conversationId}/participants/${participant?.id}`
  const owner = [ada, alan, sam].find(({ id }) => id === participant?.userId)
  const token = await tokenOf(house, user === 'owner' ? (owner ?? ada) : scene.desk[user])
  const body = withIds(scene, given.body)
  const answer = await house.call(method, `${path}${part}`, { token, body })
  assert.ok(answer.status < 500, `${answer.status} ${JSON.stringify(answer.body)}`)
  if (answer.status < 300) taken.add(`${method}${part}`)
}

/** Kinds of requests that were taken at least once: a run in which all are refused shows nothing. */
const taken = new Set<string>()

/** Whoever has a place in that state asks for the next one, so that histories get somewhere. */
function onward(state: string, part: string, next: string): Command {
  return command(`who is ${state} becomes ${next}`, async (belief, { desk }) => {
    const { house, ada, alan, sam } = desk
    if (belief.conversationId === undefined) return
    const { participants } = await desk.admin.getConversation(belief.conversationId)
    const one = participants.findLast(
      ({ purpose, messages }) => purpose === 'agent' && messages?.at(-1)?.state === state,
    )
    const agent = [ada, alan, sam].find(({ id }) => id === one?.userId)
    if (one === undefined || agent === undefined) return
    const path = `/api/v2/conversations/messages/${belief.conversationId}/participants/${one.id}`
    const token = await tokenOf(house, agent)
    const { status } = await house.call('PATCH', `${path}${part}`, { token, body: { state: next } })
    assert.ok(status < 500)
    if (status < 300) taken.add(next)
  })
}

/** A history that is known to work: were it refused, so would be all that chance tries after it. */
const plain: readonly Command[] = [
  onward('alerting', '', 'connected'),
  onward('connected', '/parkingstate', 'parked'),
  onward('parked', '/parkingstate', 'connected'),
  asking('owner', 0, ['POST', '/replace', { transferType: 'Unattended', queueId: 'queue' }]),
  write,
  end,
]

/** The body with the ids that its words stand for. */
function withIds({ desk }: Scene, body: object): object {
  const { ada, alan, house } = desk
  const ids: Readonly<Record<string, string>> = {
    ada: ada.id,
    alan: alan.id,
    queue: house.credentials.queue.id,
  }
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, name.endsWith('Id') ? ids[value] : value]),
  )
}

const tokens = new Map<string, Promise<string>>()

function tokenOf(house: House, { id }: Agent): Promise<string> {
  const key = `${house.url} ${id}`
  const index = house.credentials.users.findIndex((user) => user.id === id)
  const known = tokens.get(key) ?? house.userToken(index)
  tokens.set(key, known)
  return known
}

/** The conversation is possible and can be read, and everybody's status goes with what he has to do. */
async function assertSound(belief: Belief, { desk, store }: Scene): Promise<void> {
  if (belief.conversationId !== undefined) {
    const conversation = await store.conversations.get(belief.conversationId)
    assert.ok(conversation !== undefined)
    assertPossible(conversation)
    const { status } = await desk.house.call('GET', `/api/v2/conversations/${conversation.id}`)
    assert.equal(status, 200)
  }
  // A timer may have its turn between two reads, so they need not fit at once.
  await eventually('everybody’s status goes with his work', async () => {
    const fits = await Promise.all(
      [desk.ada, desk.alan, desk.sam].map(async ({ id }) => {
        const [agent, works] = await Promise.all([store.agents.get(id), isWorking(store, id)])
        const status = agent?.routingStatus
        return status === 'IDLE' ? !works : status !== 'INTERACTING' || works
      }),
    )
    return fits.every((fit) => fit)
  })
}

/** Plays one history with a customer of its own, and sends everybody home after it. */
async function play(
  { desk, store }: Omit<Scene, 'customer'>,
  history: Iterable<Command>,
): Promise<void> {
  const customer = desk.outside.ids.uuid()
  await desk.ada.work('IDLE')
  const conversationId = await desk.customer(customer)
  await fc.asyncModelRun(
    () => ({ model: { conversationId }, real: { desk, store, customer } }),
    history,
  )
  await Promise.all(
    [desk.ada, desk.alan, desk.sam].map(async (agent) => {
      for (const { id = '' } of (await agent.api.getConversationsMessages()).entities ?? [])
        await desk.admin.postConversationDisconnect(id)
      await agent.work('OFF_QUEUE')
    }),
  )
}

onBothStores('operations in any order', (database) => {
  let desk: Desk
  let store: Store
  before(async () => {
    desk = await startDesk(await database())
    store = desk.house.running.database.store(desk.house.credentials.organization.id)
    await desk.queue({
      acwSettings: { wrapupPrompt: 'MANDATORY_TIMEOUT', timeoutMs: 60_000 },
      mediaSettings: {
        message: {
          enableInactivityTimeout: true,
          inactivityTimeoutSettings: { timeoutSeconds: 600 },
        },
      },
    })
  })
  after(() => desk.house.close())

  test('reach no conversation that cannot be', async () => {
    const anything = fc.oneof(
      { arbitrary: fc.constant(write), weight: 2 },
      { arbitrary: fc.constant(end), weight: 1 },
      { arbitrary: skip, weight: 2 },
      { arbitrary: work, weight: 3 },
      { arbitrary: ask, weight: 12 },
      { arbitrary: fc.constant(onward('alerting', '', 'connected')), weight: 4 },
      { arbitrary: fc.constant(onward('connected', '/parkingstate', 'parked')), weight: 1 },
      { arbitrary: fc.constant(onward('parked', '/parkingstate', 'connected')), weight: 1 },
    )
    taken.clear()
    await play({ desk, store }, plain)
    for (const kind of ['connected', 'parked', 'POST/replace']) {
      assert.ok(taken.has(kind), `only these were taken: ${[...taken].join(', ')}`)
    }
    taken.clear()
    await fc.assert(
      fc.asyncProperty(fc.commands([anything], { maxCommands: 30, size: 'max' }), (tries) =>
        play({ desk, store }, tries),
      ),
      { numRuns: 10, endOnFailure: true },
    )
    assert.ok(taken.has('connected') && taken.has('PATCH'), 'by chance too something was taken')
  })
})
