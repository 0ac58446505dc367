import type { TestContext } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { type Browser, openBrowser, signIn } from '../browser.ts'
import { type House, startHouse } from '../house.ts'

/** A house and a browser in front of it, both gone when the test is over. */
export interface Scene {
  readonly house: House
  readonly browser: Browser
  readonly page: Page
}

/** Opens a house and a browser, signed in as a user of the demo where one is named (see `signIn`). */
export async function atConsole(t: TestContext, userIndex?: number): Promise<Scene> {
  const house = await startHouse()
  t.after(() => house.close())
  const browser = await openBrowser()
  t.after(() => browser.close())
  const { page } = browser
  if (userIndex !== undefined) await signIn(page, house, userIndex)
  return { house, browser, page }
}

/** Secrets that are put where secrets go, and must be found nowhere on a page. */
export const planted = ['planted-api-key-4711', 'planted-callback-secret', 'planted-client-secret']

/** Puts secrets into an account, a credential and requests. */
export async function plantSecrets(house: House): Promise<void> {
  const [apiKey, callbackSecret, clientSecret] = planted
  await house.call('POST', '/api/signalbox/accounts', {
    body: {
      name: 'Provider with secrets',
      connector: 'kaleyra',
      settings: { sid: 'HX0000000001US', apiKey, callbackSecret },
    },
  })
  const type = { id: 'pureCloudOAuthClient' }
  const credential = {
    name: 'With a secret',
    type,
    credentialFields: { clientId: 'client', clientSecret },
  }
  await house.call('POST', '/api/v2/integrations/credentials', { body: credential })
  await house.call('POST', `/api/v2/conversations/messages?token=${apiKey}`, {
    body: { apiKey, nested: { client_secret: clientSecret } },
    headers: { 'x-api-key': String(apiKey) },
  })
}

/** A customer writes a text from a loopback handset to the demo's number. */
export async function aTextFrom(house: House, from: string, text: string): Promise<void> {
  const to = house.credentials.sender.address
  await house.call('POST', '/api/signalbox/handset/messages', { body: { from, to, text } })
}

/** What the carrier of the demo's loopback account reports from now on. */
export async function carrierReports(house: House, report: string, code?: string): Promise<void> {
  const body = {
    accountId: house.credentials.account.id,
    report,
    ...(code === undefined ? {} : { code }),
  }
  await house.call('PUT', '/api/signalbox/handset/carrier', { body })
}

/** Goes on queue by the switch in the head of the page. */
export async function onQueue(page: Page): Promise<void> {
  await page.getByRole('switch').focus()
  await page.keyboard.press('Space')
  await page.getByText('On queue', { exact: true }).waitFor()
}

/** Puts a text into a code editor as people do who have it elsewhere: in place of what is there, by the clipboard. */
export async function paste(editor: Locator, text: string): Promise<void> {
  await editor.click()
  await editor.page().evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`)
  await editor.press('ControlOrMeta+a')
  await editor.press('ControlOrMeta+v')
}
