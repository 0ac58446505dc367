/** `npm run screenshots`: writes the pictures of the console that the README and the docs show to `docs/images`. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { openBrowser, signIn } from '../test/browser.ts'
import { aTextFrom, carrierReports, onQueue, paste } from '../test/console/scene.ts'
import { type House, startHouse } from '../test/house.ts'
import { haveConsole } from './console.ts'

const folder = fileURLToPath(new URL('../docs/images/', import.meta.url))

const customers = [
  ['+12025550117', 'Hello, my parcel has not come. The number is 4711.'],
  ['+12025550128', 'Can I still change the address?'],
  ['+12025550131', 'Thank you!'],
] as const

await haveConsole()
for (const theme of ['light', 'dark'] as const) {
  const house = await startHouse()
  const browser = await openBrowser({ theme, width: 1440, height: 900 })
  try {
    await pictures(browser.page, house, theme)
  } finally {
    await browser.close()
    await house.close()
  }
}

async function pictures(page: Page, house: House, theme: string): Promise<void> {
  const shoot = async (name: string) => {
    await page.locator('[aria-label=Loading]').first().waitFor({ state: 'detached' })
    await page.waitForTimeout(400) // fonts, charts and fades come to rest
    await page.screenshot({ path: join(folder, `console-${name}-${theme}.png`) })
    process.stdout.write(`docs/images/console-${name}-${theme}.png\n`)
  }
  const goTo = (path: string) => page.evaluate(`history.pushState(null, '', '${path}')`)

  await page.goto(house.url)
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  await shoot('sign-in')
  await signIn(page, house, 2)
  await goTo('/welcome')
  await shoot('welcome')
  await goTo('/desk')
  await deskScene(page, house)
  await shoot('desk')
  await page.getByRole('link', { name: 'Timeline' }).last().click()
  await page.getByText('Where it is').or(page.locator('.timeline')).first().waitFor()
  await shoot('timeline')
  await inspectorScene(page, house, goTo)
  await shoot('inspector')
  await goTo('/inspector/deliveries')
  await shoot('deliveries')
  await goTo('/workbench/queues')
  await page.getByRole('button', { name: 'Support' }).click()
  await page.getByRole('dialog').waitFor()
  await shoot('queues')
  await page.keyboard.press('Escape')
  await goTo('/workbench/health')
  await page.waitForTimeout(9000)
  await shoot('health')
  await actionScene(page, goTo)
  await shoot('data-action')
}

/** Three customers, one of them answered, one answer failed. */
async function deskScene(page: Page, house: House): Promise<void> {
  await onQueue(page)
  for (const [number, text] of customers) await aTextFrom(house, number, text)
  const [first] = customers
  await page.getByRole('button', { name: new RegExp(`\\${first[0]}`) }).click()
  await page.getByRole('button', { name: 'Answer' }).click()
  const composer = page.getByLabel(/^Answer to/)
  await composer.fill('Good morning! I have found it: it left our house on Monday.')
  await page.keyboard.press('Enter')
  const thread = page.getByRole('log', { name: 'Messages' })
  await thread.getByText('Delivered', { exact: true }).first().waitFor()
  await aTextFrom(house, first[0], 'And where is it now?')
  await thread.getByText('And where is it now?').waitFor()
  await carrierReports(house, 'failed', '34')
  await composer.fill('In Springfield. It comes tomorrow before noon.')
  await page.keyboard.press('Enter')
  await thread.getByText('Failed', { exact: true }).waitFor()
  await carrierReports(house, 'delivered')
  await page.getByRole('button', { name: 'Show the handset' }).click()
  await page.getByLabel('Writes to').waitFor()
  await page.getByRole('button', { name: first[0], exact: true }).click()
  await composer.fill('May I try once more – with a “map”?')
}

async function inspectorScene(
  page: Page,
  house: House,
  goTo: (path: string) => Promise<unknown>,
): Promise<void> {
  await goTo('/inspector/requests')
  await page.locator('.log-list').waitFor()
  const inbound = `/api/v2/conversations/messages/${house.credentials.integration.id}/inbound/open/message`
  await house.call('GET', '/api/v2/routing/queues')
  await house.call('GET', '/api/v2/users?pageSize=25&expand=routingStatus')
  const from = { id: 'ava@example.com', idType: 'Email', nickname: 'Ava' }
  const channel = { messageId: 'shop-1', from, time: new Date().toISOString() }
  await house.call('POST', inbound, {
    body: { channel, type: 'Text', text: 'Is the blue one there again?', direction: 'Inbound' },
  })
  await house.call('POST', inbound, { body: { type: 'Text', text: 'Hello' } })
  await page.getByRole('button', { name: /400/ }).first().click()
  await page.getByText('Why this 400').waitFor()
}

async function actionScene(page: Page, goTo: (path: string) => Promise<unknown>): Promise<void> {
  await goTo('/workbench/actions')
  await page.getByRole('button', { name: 'New' }).click()
  await page.getByRole('dialog').getByLabel('Name *').fill('Read a user')
  await page.getByRole('button', { name: 'Make', exact: true }).click()
  const contract = {
    type: 'object',
    properties: { userId: { type: 'string' } },
    required: ['userId'],
  }
  await paste(
    page.getByRole('textbox', { name: 'Input contract (JSON Schema)' }),
    JSON.stringify(contract, null, 2),
  )
  await page.getByRole('tab', { name: 'Request' }).click()
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a Velocity reference
  const url = '/api/v2/users/${input.userId}?expand=routingStatus'
  await paste(page.getByRole('textbox', { name: 'URL template' }), url)
  const input = page.getByRole('textbox', { name: 'Tried with this input' })
  await paste(input, '{ "userId": "ada-4711" }')
  await page.getByText('/api/v2/users/ada-4711').first().waitFor()
}
