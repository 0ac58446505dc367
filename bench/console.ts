import { haveConsole } from '../scripts/console.ts'
import { openBrowser, signIn } from '../test/browser.ts'
import { aTextFrom } from '../test/console/scene.ts'
import { eventually, type House, startHouse } from '../test/house.ts'
import { printTable, show, spread } from './figures.ts'
import type { Options } from './options.ts'

const conversationsUsual = 200
const textsARound = 50
const scrollsARound = 40
/** A task of this length or longer keeps a page from answering (W3C Long Tasks). */
const longTaskMs = 50

/** How soon the console is drawn, and how soon what happens is seen in it, with many conversations open. */
export async function benchConsole({ rounds, messages }: Options): Promise<object> {
  await haveConsole()
  const conversations = messages ?? conversationsUsual
  const house = await startHouse()
  try {
    await takeMany(house, conversations)
    const paints: number[] = []
    for (let round = 0; round < Math.max(5, rounds); round += 1)
      paints.push(await firstPaint(house))
    const { pixels, longTasks } = await eventToPixel(house, { conversations, rounds })
    const p95 = pixels.toSorted((a, b) => a - b)[Math.floor(pixels.length * 0.95)] ?? 0
    printTable([
      ['', 'min / median / max'],
      ['first contentful paint, ms', show(spread(paints))],
      [`event to pixel with ${conversations} conversations, ms`, show(spread(pixels))],
      ['event to pixel, 95th of 100, ms', p95.toFixed(0)],
      [`tasks of ${longTaskMs} ms or more while it scrolls`, String(longTasks)],
    ])
    return { firstPaintMs: spread(paints), eventToPixelMs: { ...spread(pixels), p95 }, longTasks }
  } finally {
    await house.close()
  }
}

/** Lets agents take as many conversations as there are, and answers for them. */
async function takeMany(house: House, conversations: number): Promise<void> {
  const path = `/api/v2/routing/queues/${house.credentials.queue.id}`
  const queue = await house.call('GET', path)
  await house.call('PUT', path, {
    body: {
      ...queue.body,
      mediaSettings: { message: { alertingTimeoutSeconds: 30, enableAutoAnswer: true } },
    },
  })
  await house.call('PUT', '/api/v2/routing/utilization', {
    body: { utilization: { message: { maximumCapacity: Math.min(25, conversations) } } },
  })
  const ada = house.credentials.users[0]?.id ?? ''
  const token = await house.userToken(0)
  for (let at = 0; at < conversations; at += 1) {
    await house.call('POST', '/api/v2/conversations/messages', {
      token,
      body: {
        queueId: house.credentials.queue.id,
        toAddress: handset(at),
        toAddressMessengerType: 'sms',
        useExistingConversation: true,
      },
    })
    await aTextFrom(house, handset(at), `Text of customer ${at}`)
  }
  await eventually('all conversations are open', async () => {
    const open = await house.call('GET', '/api/v2/conversations', { token })
    return open.body.entities.length >= conversations
  })
  if (ada === '') throw new Error('The demo has no agent.')
}

const handset = (at: number): string => `+1202555${String(1000 + at)}`

async function firstPaint(house: House): Promise<number> {
  const browser = await openBrowser()
  try {
    await browser.page.goto(house.url, { waitUntil: 'load' })
    await browser.page.getByRole('button', { name: 'Sign in' }).waitFor()
    const paint = await browser.page.evaluate(
      "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0",
    )
    return Number(paint)
  } finally {
    await browser.close()
  }
}

async function eventToPixel(
  house: House,
  given: { readonly conversations: number; readonly rounds: number },
): Promise<{ readonly pixels: readonly number[]; readonly longTasks: number }> {
  const browser = await openBrowser()
  const { page } = browser
  try {
    await signIn(page, house, 0)
    await page
      .getByRole('button', { name: /Text of customer 0/ })
      .first()
      .click()
    await page.getByLabel(/^Answer to/).waitFor()
    const pixels: number[] = []
    for (let text = 0; text < given.rounds * textsARound; text += 1) {
      const words = `Event ${text} to pixel`
      const seen = page.evaluate(seenAt, words)
      const startedMs = Date.now()
      await aTextFrom(house, handset(0), words)
      pixels.push(Number(await seen) - startedMs)
    }
    await page.evaluate(
      `window.longTasks = 0; new PerformanceObserver((list) => { window.longTasks += list.getEntries().length }).observe({ type: 'longtask' })`,
    )
    await page.getByRole('log', { name: 'Messages' }).hover()
    for (let scroll = 0; scroll < given.rounds * scrollsARound; scroll += 1) {
      await page.mouse.wheel(0, scroll % 2 === 0 ? -1200 : 900)
    }
    return { pixels, longTasks: Number(await page.evaluate('window.longTasks')) }
  } finally {
    await browser.close()
  }
}

/** In the page: when a text has been painted, by the machine's clock. */
function seenAt(words: string): Promise<number> {
  return new Promise((resolve) => {
    const look = () => {
      const page: { body: { textContent: string | null } } = Reflect.get(globalThis, 'document')
      if (page.body.textContent?.includes(words) === true) {
        // the frame after the next has it on the screen
        Reflect.get(globalThis, 'requestAnimationFrame')(() => resolve(Date.now()))
      } else Reflect.get(globalThis, 'requestAnimationFrame')(look)
    }
    look()
  })
}
