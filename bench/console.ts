import type { Page } from 'playwright-core'
import { haveConsole } from '../scripts/console.ts'
import { openBrowser, signIn } from '../test/browser.ts'
import { fillThread } from '../test/console/long-thread.ts'
import { aTextFrom } from '../test/console/scene.ts'
import { eventually, type House, startHouse } from '../test/house.ts'
import { printTable, show, spread } from './figures.ts'
import type { Options } from './options.ts'

const conversationsUsual = 200
const textsARound = 50
const threadLines = 10_000
/** One turn of the wheel, in pixels, and how often it is turned before the thread counts as stuck. */
const wheelPx = 2400
const turnsMax = 2000
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
    const pixels = await eventToPixel(house, rounds)
    const p95 = pixels.toSorted((a, b) => a - b)[Math.floor(pixels.length * 0.95)] ?? 0
    const { longest, longTasks } = await scrollThread(house, rounds)
    printTable([
      ['', 'min / median / max'],
      ['first contentful paint, ms', show(spread(paints))],
      [`event to pixel with ${conversations} conversations, ms`, show(spread(pixels))],
      ['event to pixel, 95th of 100, ms', p95.toFixed(0)],
      [`longest task from end to beginning of ${threadLines} messages, ms`, show(spread(longest))],
      [`tasks of ${longTaskMs} ms or more meanwhile`, show(spread(longTasks))],
    ])
    return {
      firstPaintMs: spread(paints),
      eventToPixelMs: { ...spread(pixels), p95 },
      longestTaskMs: spread(longest),
      longTasks: spread(longTasks),
    }
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
    // The entry comes after the paint, and the button may be found before it.
    const paint = await browser.page.evaluate(`new Promise((resolve) => {
      new PerformanceObserver((list) => {
        for (const { startTime } of list.getEntriesByName('first-contentful-paint')) resolve(startTime)
      }).observe({ type: 'paint', buffered: true })
    })`)
    return Number(paint)
  } finally {
    await browser.close()
  }
}

async function eventToPixel(house: House, rounds: number): Promise<readonly number[]> {
  const browser = await openBrowser()
  const { page } = browser
  try {
    await openFirst(page, house)
    const pixels: number[] = []
    for (let text = 0; text < rounds * textsARound; text += 1) {
      const words = `Event ${text} to pixel`
      const seen = page.evaluate(seenAt, words)
      const startedMs = Date.now()
      await aTextFrom(house, handset(0), words)
      pixels.push(Number(await seen) - startedMs)
    }
    return pixels
  } finally {
    await browser.close()
  }
}

async function openFirst(page: Page, house: House): Promise<void> {
  await signIn(page, house, 0)
  await page.getByText('Live', { exact: true }).waitFor()
  await page
    .getByRole('button', { name: new RegExp(`\\${handset(0)}`) })
    .first()
    .click()
  await page.getByLabel(/^Answer to/).waitFor()
}

/** Turns the wheel over a long thread from its end to its first line: the longest task of each round, and how many were long. */
async function scrollThread(house: House, rounds: number) {
  const token = await house.userToken(0)
  const desk = await house.call('GET', '/api/signalbox/desk', { token })
  const views: readonly { conversation: { id: string; address: string } }[] = desk.body.entities
  const first = views.find(({ conversation }) => conversation.address === handset(0))
  await fillThread(house, first?.conversation.id ?? '', threadLines)
  const longest: number[] = []
  const longTasks: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const browser = await openBrowser()
    const { page } = browser
    try {
      await openFirst(page, house)
      await page.getByRole('log', { name: 'Messages' }).hover()
      await page.evaluate(
        `window.tasks = []; new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' })`,
      )
      const firstLine = page.getByText('Line 1 of a long talk', { exact: true })
      for (let turn = 0; (await firstLine.count()) === 0; turn += 1) {
        if (turn > turnsMax) throw new Error('The first line of the thread does not come.')
        await page.mouse.wheel(0, -wheelPx)
      }
      const tasks = JSON.parse(String(await page.evaluate('JSON.stringify(window.tasks)')))
      longest.push(Math.max(0, ...tasks))
      longTasks.push(tasks.length)
    } finally {
      await browser.close()
    }
  }
  return { longest, longTasks }
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
