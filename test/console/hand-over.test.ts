import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { haveConsole } from '../../scripts/console.ts'
import { openBrowser, signIn } from '../browser.ts'
import { startHouse } from '../house.ts'
import { aTextFrom, onQueue } from './scene.ts'

before(haveConsole)

const customer = '+12025550117'
const ofCustomer = { name: new RegExp(`\\${customer}`) }

test('a declined alert is told as such, and an attended transfer says who is asked and who has it', async (t) => {
  const house = await startHouse()
  t.after(() => house.close())
  const [ada, alan] = await Promise.all([openBrowser(), openBrowser()])
  t.after(() => ada.close())
  t.after(() => alan.close())
  const [from, to] = [ada.page, alan.page]
  await signIn(from, house, 0)
  await signIn(to, house, 1)
  await onQueue(to)
  await aTextFrom(house, customer, 'Hello')
  await to.getByRole('button', ofCustomer).click()
  await onQueue(from)
  await to.getByRole('button', { name: 'Decline' }).click()
  await from.getByRole('button', ofCustomer).click()
  await from.getByRole('button', { name: 'Answer' }).click()
  await from.getByLabel(/^Answer to/).waitFor()
  const thread = from.getByRole('log', { name: 'Messages' })
  await thread.getByText(/Alan Agent declined/).waitFor()

  await from.getByRole('button', { name: 'Transfer' }).click()
  const dialog = from.getByRole('dialog', { name: 'Transfer' })
  await dialog.getByLabel('To a').selectOption('user')
  await dialog.getByLabel('Colleague').selectOption({ label: 'Alan Agent' })
  await dialog.getByRole('checkbox').check()
  await dialog.getByRole('button', { name: 'Transfer' }).click()
  await from.getByText('Alan Agent is asked to take over.').waitFor()
  assert.equal(await from.getByLabel(/^Answer to/).count(), 1, 'who asks is still in')
  await to.getByRole('button', { name: 'Answer' }).click()
  await to.getByLabel(/^Answer to/).waitFor()
  await from.getByText('You handed this interaction over. Alan Agent has it now.').waitFor()
  assert.deepEqual([...ada.complaints, ...alan.complaints], [])
})

test('a key that the user chose is the one that is shown and that works', async (t) => {
  const house = await startHouse()
  t.after(() => house.close())
  const browser = await openBrowser({ width: 320, height: 700 })
  t.after(() => browser.close())
  const { page } = browser
  await signIn(page, house, 0)
  await page.getByRole('button', { name: /^Ada Agent/ }).click()
  await page.getByRole('menuitem', { name: 'Settings' }).click()
  const key = page.getByLabel('Key for: Answer the alert')
  await key.press('j')
  await page.getByText('also: Next interaction').waitFor()
  await key.press('y')
  assert.equal(await key.inputValue(), 'y')
  const widthPx = Number(await page.evaluate('document.documentElement.scrollWidth'))
  assert.ok(widthPx <= 320, `the page is ${widthPx} px wide on a screen of 320`)
  await page.getByRole('button', { name: 'Menu' }).click()
  await page.getByRole('link', { name: 'Desk' }).click()
  await page.getByRole('switch').focus()
  await page.keyboard.press('Space')
  await aTextFrom(house, customer, 'Hello')
  await page.getByRole('button', ofCustomer).click()
  await page.getByRole('button', { name: 'Answer' }).locator('kbd').getByText('y').waitFor()
  await page.locator('#main').focus()
  await page.keyboard.press('a')
  await page.keyboard.press('y')
  await page.getByLabel(/^Answer to/).waitFor()
})

test('typing of a customer is seen at the desk where the setting lets it in', async (t) => {
  const house = await startHouse()
  t.after(() => house.close())
  const settings = await house.call('GET', '/api/v2/conversations/messaging/settings/default')
  const on = { inbound: 'Enabled', outbound: 'Enabled' }
  const changed = await house.call(
    'PATCH',
    `/api/v2/conversations/messaging/settings/${settings.body.id}`,
    { body: { event: { typing: { on } } } },
  )
  assert.equal(changed.status, 200)
  const browser = await openBrowser()
  t.after(() => browser.close())
  const { page } = browser
  await signIn(page, house, 2)
  await onQueue(page)
  await page.getByRole('button', { name: 'Show the handset' }).click()
  await page.getByRole('button', { name: 'Open messaging' }).click()
  const message = page.getByLabel('Message', { exact: true })
  await message.fill('Hello')
  await page.getByRole('button', { name: 'Send as the customer' }).click()
  await page.locator('.roster-list').getByText('Ava').click()
  await page.getByRole('button', { name: 'Answer' }).click()
  await page.getByLabel(/^Answer to/).waitFor()
  await message.fill('Are you')
  await page.getByText('Ava is typing…').waitFor()
})
