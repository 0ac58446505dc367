import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { haveConsole } from '../../scripts/console.ts'
import { openBrowser, signIn } from '../browser.ts'
import { type House, startHouse } from '../house.ts'
import { aTextFrom, onQueue, planted, plantSecrets } from './scene.ts'

before(haveConsole)

const views = [
  '/welcome',
  '/desk',
  '/settings',
  '/inspector/requests',
  '/inspector/messages',
  '/inspector/deliveries',
  '/inspector/verify',
  '/workbench/health',
  '/workbench/queues',
  '/workbench/users',
  '/workbench/wrapup-codes',
  '/workbench/skills',
  '/workbench/responses',
  '/workbench/libraries',
  '/workbench/integrations',
  '/workbench/recipients',
  '/workbench/email',
  '/workbench/providers',
  '/workbench/connections',
  '/workbench/senders',
  '/workbench/relays',
  '/workbench/consent',
  '/workbench/consent-policies',
  '/workbench/credentials',
  '/workbench/actions',
  '/workbench/conversations',
  '/workbench/campaigns',
  '/workbench/contact-lists',
  '/workbench/clients',
  '/workbench/digital-channels',
  '/workbench/tool-policies',
  '/workbench/tool-calls',
  '/workbench/flows',
] as const

/** What axe finds wrong with what is seen now, each with the view it was found in. */
async function look(page: Page, view: string, found: string[]): Promise<void> {
  await settled(page)
  // a tooltip stands outside the landmarks by its nature, and goes with the pointer
  const { violations } = await new AxeBuilder({ page })
    .exclude('[data-overlay-container]:has([role=tooltip])')
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze()
  for (const { id, nodes } of violations) {
    for (const { html, failureSummary } of nodes) {
      found.push(`${view}: ${id}: ${html} ${failureSummary ?? ''}`)
    }
  }
}

/** Waits until nothing fades or slides any more: colours that are still on their way are nobody's to read. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(`Promise.allSettled(document.getAnimations()
    .filter((each) => each.effect?.getComputedTiming().iterations !== Infinity)
    .map((each) => each.finished))`)
}

/** Goes to a view inside the page, so that the session and its live connection stay. */
async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate(`history.pushState(null, '', ${JSON.stringify(path)})`)
  await page.locator('[aria-label=Loading]').first().waitFor({ state: 'detached' })
}

for (const theme of ['light', 'dark'] as const) {
  test(`no view has an accessibility violation or a secret in it, ${theme}`, async (t) => {
    const house = await startHouse()
    t.after(() => house.close())
    const browser = await openBrowser({ theme })
    t.after(() => browser.close())
    const { page } = browser
    const found: string[] = []
    await plantSecrets(house)
    await page.goto(`${house.url}/`)
    await page.getByRole('button', { name: 'Sign in' }).waitFor()
    await look(page, 'sign-in', found)
    await signIn(page, house, 2)
    for (const view of views) {
      await goTo(page, view)
      await look(page, view, found)
      await holdsNoSecret(page, house, view)
    }
    await overlays(page, house, found)
    assert.deepEqual(found, [])
    assert.deepEqual(browser.complaints, [])
  })
}

/** What opens above a view: an interaction with its handset, the key sheet, the command bar, a form. */
async function overlays(page: Page, house: House, found: string[]): Promise<void> {
  await goTo(page, '/desk')
  await onQueue(page)
  await aTextFrom(house, '+12025550117', 'Hello')
  await page.getByRole('button', { name: /\+12025550117/ }).click()
  await page.getByRole('button', { name: 'Answer' }).waitFor()
  await look(page, 'alert', found)
  await page.keyboard.press('a')
  await page.getByLabel(/^Answer to/).waitFor()
  await page.getByRole('button', { name: 'Show the handset' }).click()
  await page.getByLabel('Writes to').waitFor()
  await look(page, 'interaction', found)
  await page.keyboard.press('Escape')
  await page.locator('#main').focus()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor()
  await look(page, 'keys', found)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'What do you want to do?' }).waitFor()
  await look(page, 'commands', found)
  await page.keyboard.press('Escape')
  await goTo(page, '/workbench/integrations')
  await page.getByRole('button', { name: 'Demo open' }).click()
  await page.getByRole('dialog').waitFor()
  await look(page, 'form', found)
  await holdsNoSecret(page, house, 'form')
  await page.keyboard.press('Escape')
}

async function holdsNoSecret(page: Page, house: House, view: string): Promise<void> {
  const content = await page.content()
  const values = await page
    .locator('input, textarea')
    .evaluateAll((fields) => fields.map((field) => ('value' in field ? String(field.value) : '')))
  const { client, integration, account } = house.credentials
  for (const secret of [...planted, client.secret, integration.webhookSecret, account.token]) {
    assert.ok(!content.includes(secret), `${view} has a secret in its DOM`)
    assert.ok(!values.includes(secret), `${view} has a secret in a field`)
  }
}
