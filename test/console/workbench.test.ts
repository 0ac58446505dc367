import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { haveConsole } from '../../scripts/console.ts'
import { signIn } from '../browser.ts'
import type { House } from '../house.ts'
import { atConsole, paste } from './scene.ts'

before(haveConsole)

async function open(page: Page, house: House, path: string): Promise<void> {
  await page.goto(`${house.url}/workbench/${path}`)
  await page.getByRole('heading', { level: 1 }).first().waitFor()
}

/** Opens the form of a page, fills it in and makes what it is for. */
async function make(
  page: Page,
  fields: Readonly<Record<string, string>>,
  button = 'Make',
): Promise<void> {
  await page.getByRole('button', { name: 'New', exact: true }).first().click()
  const form = page.getByRole('dialog')
  for (const [label, value] of Object.entries(fields)) {
    const field = form.getByLabel(label, { exact: true })
    await field.waitFor()
    const isList = await field.evaluate((element) => element.tagName === 'SELECT')
    if (isList) {
      await form.locator('option', { hasText: value }).first().waitFor({ state: 'attached' })
      await field.selectOption({ label: value })
    } else await field.fill(value)
  }
  await form.getByRole('button', { name: button, exact: true }).click()
  const refusal = form.getByRole('alert')
  await form.waitFor({ state: 'detached', timeout: 8000 }).catch(async (cause: unknown) => {
    throw new Error(`It was not made: ${(await refusal.allTextContents()).join(' ')}`, { cause })
  })
}

test('each page of the workbench does what it is for', async (t) => {
  const { house, browser, page } = await atConsole(t, 2)

  await open(page, house, 'wrapup-codes')
  await make(page, { 'Name *': 'Order status' })
  await page.getByRole('button', { name: 'Order status' }).waitFor()

  await open(page, house, 'queues')
  await make(page, { 'Name *': 'Returns', 'Alerting, seconds': '45' })
  await page.getByRole('button', { name: 'Returns' }).click()
  await page.getByLabel('Add to members').selectOption({ label: 'Ada Agent' })
  await page.getByRole('button', { name: 'Add', exact: true }).first().click()
  await page.getByRole('button', { name: 'Take out Ada Agent' }).waitFor()
  const queues = await house.call('GET', '/api/v2/routing/queues?name=Returns')
  const [returns] = queues.body.entities
  assert.equal(returns.mediaSettings.message.alertingTimeoutSeconds, 45)
  assert.equal(returns.memberCount, 1)

  await open(page, house, 'skills')
  await make(page, { 'Name *': 'Spanish' })
  await page.getByRole('button', { name: 'Spanish' }).waitFor()

  await open(page, house, 'libraries')
  await make(page, { 'Name *': 'Greetings' })
  await page.getByRole('button', { name: 'Greetings' }).waitFor()
  await open(page, house, 'responses')
  await make(page, { 'Name *': 'Hello', Text: 'Hello, how can I help?' })
  await page.getByRole('cell', { name: 'Hello, how can I help?' }).waitFor()

  await open(page, house, 'integrations')
  await make(page, {
    'Name *': 'Shop',
    'Webhook address *': 'https://shop.example/hook',
    'Webhook secret': 'a-secret-of-the-shop',
  })
  await page.getByRole('button', { name: 'Shop' }).waitFor()

  await open(page, house, 'providers')
  await make(
    page,
    {
      'Name *': 'Kaleyra',
      Connector: 'Kaleyra',
      'SID *': 'HX0000000001US',
      'API key *': 'an-api-key',
      'Callback secret *': 'a-callback-secret',
    },
    'Add',
  )
  await page.getByRole('button', { name: 'Kaleyra' }).click()
  const account = page.getByRole('dialog')
  await account
    .getByLabel('When it does not take texts, they go by')
    .selectOption({ label: 'Loopback handset' })
  await account.getByText(/^\d+ cases passed$/).waitFor()
  await account.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('row', { name: /Kaleyra.*Loopback handset/ }).waitFor()

  await open(page, house, 'senders')
  await make(page, {
    'Number, short code or name *': '+12025550177',
    'Account *': 'Loopback handset',
    'Its texts go to': 'Returns',
  })
  await page.getByRole('cell', { name: '+12025550177' }).first().waitFor()

  await open(page, house, 'email')
  await make(page, { 'Domain *': 'support.example.com' })
  await page.getByRole('button', { name: 'support.example.com' }).waitFor()

  await open(page, house, 'consent')
  await page.getByRole('button', { name: 'Record' }).click()
  await page.getByLabel('Handset *').fill('+12025550166')
  await page.getByRole('dialog').getByRole('button', { name: 'Record' }).click()
  await page.getByRole('cell', { name: 'Opted out' }).waitFor()

  await open(page, house, 'users')
  await make(page, {
    'Name *': 'Nora New',
    'E-mail address *': 'nora@signalbox.local',
    Password: 'a-long-password',
  })
  await page.getByRole('button', { name: 'Nora New' }).waitFor()

  await open(page, house, 'digital-channels')
  await make(page, {
    'Service *': 'mGageSMS',
    'Address *': 'https://provider.example/send',
    'User name *': 'shop',
    'Password *': 'planted',
  })
  await page.getByRole('button', { name: 'mGageSMS' }).click()
  await page.getByRole('dialog').getByText('"url": "https://provider.example/send"').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'New key' }).click()
  const key = page.getByRole('dialog')
  await key.getByLabel('Name *').fill('Shop')
  await key.getByRole('button', { name: 'Make', exact: true }).click()
  await key.getByText('shown only now').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('cell', { name: 'Shop' }).waitFor()

  await open(page, house, 'tool-policies')
  await make(page, {
    'Name *': 'Ask first',
    'Sends something to a customer': 'Ask a person',
    'Ends or hands over': 'Refuse',
  })
  await page.getByText('Sends something to a customer: Ask a person').waitFor()
  const policies = await house.call('GET', '/api/signalbox/tool-policies')
  assert.deepEqual(policies.body.entities[0]?.rules, {
    'effect:send': 'confirm',
    'effect:end': 'deny',
  })

  await open(page, house, 'consent-policies')
  await page.getByRole('button', { name: 'The organization' }).click()
  const rules = page.getByRole('dialog')
  await rules.getByLabel('Opt out too, separated by commas').fill('basta, genug')
  await rules.getByLabel('Only at these hours, where the handset is').check()
  await rules.getByLabel('From').fill('09:00')
  await rules.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('cell', { name: /^09:00 to 21:00/ }).waitFor()

  await open(page, house, 'contact-lists')
  await make(page, { 'Name *': 'Customers' })
  await page.getByRole('button', { name: 'Customers' }).waitFor()
  await open(page, house, 'campaigns')
  await make(page, {
    'Name *': 'Autumn',
    'Contact list *': 'Customers',
    'Sender *': house.credentials.sender.address,
    'Column with the number *': 'phone',
    'Column with the text': 'text',
  })
  await page.getByRole('button', { name: 'Autumn' }).click()
  await page.getByRole('dialog').getByText('0 of 0 contacts').waitFor()

  await open(page, house, 'clients')
  await page.getByRole('button', { name: 'New', exact: true }).click()
  const form = page.getByRole('dialog')
  await form.getByLabel('Name *').fill('Shop')
  await form.getByLabel('Agent', { exact: true }).check()
  await form.getByRole('button', { name: 'Make', exact: true }).click()
  await form.getByText('shown only now').waitFor()

  for (const path of [
    'health',
    'conversations',
    'recipients',
    'relays',
    'connections',
    'credentials',
  ]) {
    await open(page, house, path)
    await page.locator('[aria-label=Loading]').first().waitFor({ state: 'detached' })
    assert.equal(await page.getByRole('alert').count(), 0, path)
  }
  assert.deepEqual(browser.complaints, [])
})

test('a browser without a language of its own draws the charts all the same', async (t) => {
  const { house, browser, page } = await atConsole(t)
  // What Chromium says on a Linux without a locale; `Intl` refuses it.
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'language', { value: 'en-US@posix', configurable: true })
  })
  await signIn(page, house, 2)
  await open(page, house, 'health')
  await page.getByRole('heading', { level: 1, name: 'Health' }).waitFor()
  await page.locator('canvas').first().waitFor()
  assert.deepEqual(browser.complaints, [])
})

test('a data action is explained while it is typed, marked where it will fail, and published', async (t) => {
  const { house, browser, page } = await atConsole(t, 2)
  await open(page, house, 'actions')
  await make(page, { 'Name *': 'Who am I' })
  await page.getByRole('heading', { name: /Who am I/ }).waitFor()
  const contract =
    '{"type":"object","properties":{"userId":{"type":"string"}},"required":["userId"]}'
  await paste(page.getByRole('textbox', { name: 'Input contract (JSON Schema)' }), contract)
  await page.getByRole('tab', { name: 'Request' }).click()
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a Velocity reference
  await paste(page.getByRole('textbox', { name: 'URL template' }), '/api/v2/users/${input.userId}')
  await paste(
    page.getByRole('textbox', { name: 'Tried with this input' }),
    '{"userId":"user-4711"}',
  )
  await page.getByText('/api/v2/users/user-4711').first().waitFor()

  const template = page.getByRole('textbox', { name: 'Request template' })
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a Velocity reference
  await paste(template, '{\n  "who": "${input.nobody}"\n}')
  await page.locator('.cm-lintRange', { hasText: 'input.nobody' }).first().waitFor()
  await page
    .getByText(/^Request template, line 2, column/)
    .first()
    .waitFor()
  await paste(template, '{}')

  await page.getByRole('tab', { name: 'Changes' }).click()
  await page.getByText('Nothing is published yet').waitFor()
  await page.getByRole('button', { name: 'Publish' }).click()
  await page.getByText('It is published and runs as it stands.').waitFor()
  const published = await house.call('GET', '/api/v2/integrations/actions?name=Who')
  assert.equal(published.body.entities[0]?.name, 'Who am I')
  assert.deepEqual(browser.complaints, [])
})

test('an editor takes Tab for itself, and lets it go after Escape', async (t) => {
  const { house, page } = await atConsole(t, 2)
  await open(page, house, 'flows')
  const file = page.getByLabel('File of the application')
  await paste(file, 'a: 1')
  const hasFocus = () => file.evaluate((element) => element.matches(':focus'))
  await page.keyboard.press('Tab')
  assert.equal(await hasFocus(), true)
  await page.keyboard.press('q')
  await file.getByText('q').waitFor()
  assert.equal(await page.getByText('Off queue', { exact: true }).count(), 1)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Tab')
  assert.equal(await hasFocus(), false)
})

test('a routing application is tried with nothing sent, and published', async (t) => {
  const { house, page } = await atConsole(t, 2)
  await open(page, house, 'flows')
  await paste(page.getByRole('textbox', { name: 'File of the application' }), application)
  await page.getByLabel('The customer writes, one text a line').fill('Hello')
  await page.getByRole('button', { name: 'Dry run' }).click()
  await page
    .getByRole('list', { name: 'Steps of the dry run' })
    .getByText('Which order is it?')
    .first()
    .waitFor()
  const texts = await house.call('GET', '/api/signalbox/handset/messages')
  assert.deepEqual(texts.body.entities, [])
  await page.getByRole('button', { name: 'Publish as new' }).click()
  await page.getByRole('button', { name: 'Orders, version 1' }).waitFor()
})

const application = `inboundShortMessage:
  name: Orders
  states:
    - state:
        name: Start
        actions:
          - askForText:
              question: Which order is it?
              variable: order
              timeoutSeconds: 600
              noAnswer:
                actions: [{ disconnect: {} }]
          - disconnect: {}
`
