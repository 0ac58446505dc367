import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { haveConsole } from '../../scripts/console.ts'
import { openBrowser, signIn } from '../browser.ts'
import { type House, startHouse } from '../house.ts'
import { aTextFrom, onQueue } from './scene.ts'

before(haveConsole)

const customer = '+12025550117'

/** A library with a prepared answer, and a template whose second place has a default. */
async function withResponses(house: House): Promise<{ readonly templateId: string }> {
  const library = await house.call('POST', '/api/v2/responsemanagement/libraries', {
    body: { name: 'Shipping' },
  })
  const make = (body: object) =>
    house.call('POST', '/api/v2/responsemanagement/responses', {
      body: { libraries: [{ id: library.body.id }], ...body },
    })
  await make({ name: 'Greeting', texts: [{ content: 'Good day!', contentType: 'text/plain' }] })
  const template = await make({
    name: 'Order left',
    texts: [{ content: 'Hi {{name}}, your order left on {{day}}.', contentType: 'text/plain' }],
    substitutions: [
      { id: 'name', description: 'How the customer is addressed' },
      { id: 'day', defaultValue: 'Friday' },
    ],
    responseType: 'MessagingTemplate',
  })
  assert.equal(template.status, 200)
  return { templateId: template.body.id }
}

async function inConversation(page: Page, house: House): Promise<void> {
  await signIn(page, house, 0)
  await onQueue(page)
  await aTextFrom(house, customer, 'Where is it?')
  await page.getByRole('button', { name: new RegExp(`\\${customer}`) }).click()
  await page.getByRole('button', { name: 'Answer' }).click()
  await page.getByLabel(/^Answer to/).waitFor()
}

test('a template is chosen, filled in, looked at and sent', async (t) => {
  const house = await startHouse()
  t.after(() => house.close())
  const { templateId } = await withResponses(house)
  const browser = await openBrowser()
  t.after(() => browser.close())
  const { page } = browser
  await inConversation(page, house)
  const bodies: unknown[] = []
  page.on('request', (request) => {
    if (/communications\/[^/]+\/messages$/.test(request.url())) bodies.push(request.postDataJSON())
  })

  await page.getByRole('button', { name: 'Send a template' }).click()
  const dialog = page.getByRole('dialog', { name: 'Send a template' })
  const name = dialog.getByLabel('name', { exact: true })
  await name.waitFor()
  assert.deepEqual(
    await dialog.getByLabel('Template', { exact: true }).locator('option').allTextContents(),
    ['Order left'],
    'what has no places is no template',
  )
  const preview = dialog.getByRole('region', { name: 'Preview' })
  await preview.getByText('Hi {{name}}, your order left on Friday.').waitFor()
  assert.ok(await dialog.getByRole('button', { name: 'Send', exact: true }).isDisabled())
  await name.fill('Ann')
  await dialog.getByLabel('day', { exact: true }).fill('Monday')
  await preview.getByText('Hi Ann, your order left on Monday.').waitFor()
  await dialog.getByRole('button', { name: 'Send', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })

  const thread = page.getByRole('log', { name: 'Messages' })
  await thread.getByText('Hi Ann, your order left on Monday.').waitFor()
  await thread.getByText('Delivered', { exact: true }).waitFor()
  assert.deepEqual(bodies, [
    {
      messagingTemplate: {
        responseId: templateId,
        headerParameters: [],
        bodyParameters: [
          { id: 'name', value: 'Ann' },
          { id: 'day', value: 'Monday' },
        ],
        buttonUrlParameters: [],
      },
    },
  ])
  assert.deepEqual(browser.complaints, [])
})

test('a slash finds templates beside prepared answers: the ones are filled in, the others written', async (t) => {
  const house = await startHouse()
  t.after(() => house.close())
  await withResponses(house)
  const browser = await openBrowser({ width: 390, height: 844 })
  t.after(() => browser.close())
  const { page } = browser
  await inConversation(page, house)
  const answer = page.getByLabel(/^Answer to/)
  await answer.fill('/greet')
  await page.getByRole('list', { name: 'Prepared answers' }).getByText('Greeting').click()
  assert.equal(await answer.inputValue(), 'Good day!')
  await answer.fill('/order')
  await page
    .getByRole('list', { name: 'Prepared answers' })
    .getByText('Order left', { exact: true })
    .waitFor()
  await answer.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Send a template' })
  await dialog.getByLabel('name', { exact: true }).fill('Ann')
  await dialog.getByLabel('name', { exact: true }).press('Enter')
  await dialog.waitFor({ state: 'detached' })
  await page
    .getByRole('log', { name: 'Messages' })
    .getByText('Hi Ann, your order left on Friday.')
    .waitFor()
  assert.equal(await answer.inputValue(), '')
})

test('a template with parts beside its text is shown filled in, before and after it is sent', async (t) => {
  const house = await startHouse()
  t.after(() => house.close())
  const library = await house.call('POST', '/api/v2/responsemanagement/libraries', {
    body: { name: 'App' },
  })
  await house.call('POST', '/api/v2/responsemanagement/responses', {
    body: {
      name: 'On its way',
      libraries: [{ id: library.body.id }],
      texts: [{ content: 'Hi {{name}}.' }],
      messagingTemplate: {
        whatsApp: {
          header: { type: 'text', content: 'Order {{number}}' },
          buttons: [{ type: 'url', contentText: 'Track', content: 'https://t.example/{{code}}' }],
        },
      },
    },
  })
  const browser = await openBrowser()
  t.after(() => browser.close())
  const { page } = browser
  await signIn(page, house, 0)
  await onQueue(page)
  const channel = {
    messageId: 'first',
    from: { id: 'ava', idType: 'Opaque', nickname: 'Ava' },
    time: new Date().toISOString(),
  }
  await house.call(
    'POST',
    `/api/v2/conversations/messages/${house.credentials.integration.id}/inbound/open/message`,
    { body: { channel, type: 'Text', text: 'Hello', direction: 'Inbound' } },
  )
  await page.locator('.roster-list').getByText('Ava').click()
  await page.getByRole('button', { name: 'Answer' }).click()
  await page.getByRole('button', { name: 'Send a template' }).click()
  const dialog = page.getByRole('dialog', { name: 'Send a template' })
  await dialog.getByLabel('number (in the header)').fill('777')
  await dialog.getByLabel('name', { exact: true }).fill('Ann')
  await dialog.getByLabel(/^code/).fill('abc')
  await dialog.getByRole('region', { name: 'Preview' }).getByText('Order 777').waitFor()
  await dialog.getByRole('button', { name: 'Send', exact: true }).click()
  const sent = page.getByRole('log', { name: 'Messages' }).locator('.bubble.out')
  for (const words of ['Order 777', 'Hi Ann.', 'Track']) {
    await sent.getByText(words, { exact: true }).waitFor()
  }
  assert.equal(await sent.getByText('{{').count(), 0)
})
