import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { haveConsole } from '../../scripts/console.ts'
import { openBrowser } from '../browser.ts'
import { startHouse } from '../house.ts'
import { atConsole } from './scene.ts'

before(haveConsole)

test('leads a newcomer from the printed link to an answer on the handset in under a minute', async (t) => {
  const { house, browser, page } = await atConsole(t)
  const startedMs = Date.now()

  const link = /http\S+#\S+/.exec(house.running.first?.summary.join('\n') ?? '')?.[0] ?? ''
  await page.goto(link)
  await page.getByRole('heading', { name: 'Welcome, Sam' }).waitFor()
  assert.equal(new URL(page.url()).hash, '', 'the code does not stay in the address')
  await page.getByRole('button', { name: 'Go on queue' }).click()
  await page.getByRole('button', { name: 'You are on queue' }).waitFor()
  await page.getByRole('button', { name: 'Send the text' }).click()
  await page.getByRole('button', { name: 'Open the interaction' }).click()
  await page.getByRole('button', { name: 'Answer' }).click()
  await page.getByLabel(/^Answer to/).fill('It is on its way.')
  await page.keyboard.press('Enter')

  const thread = page.getByRole('log', { name: 'Messages' })
  await thread.getByText('Delivered', { exact: true }).waitFor()
  const phone = page.getByRole('log', { name: /^Texts on/ })
  await phone.getByText('It is on its way.').waitFor()
  assert.ok(Date.now() - startedMs < 60_000)
  assert.deepEqual(browser.complaints, [])
})

test('refuses a link that was used before, and says where the password is', async (t) => {
  const house = await startHouse()
  t.after(() => house.close())
  const first = await openBrowser()
  t.after(() => first.close())
  const link = /http\S+#\S+/.exec(house.running.first?.summary.join('\n') ?? '')?.[0] ?? ''
  await first.page.goto(link)
  await first.page.getByRole('heading', { name: 'Welcome, Sam' }).waitFor()
  const second = await openBrowser()
  t.after(() => second.close())
  await second.page.goto(link)
  await second.page.getByRole('alert').getByText('credentials.json').waitFor()
})
