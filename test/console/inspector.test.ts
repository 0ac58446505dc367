import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { haveConsole } from '../../scripts/console.ts'
import { openBrowser, signIn } from '../browser.ts'
import { eventually, startHouse } from '../house.ts'
import { startWebhook } from '../webhook.ts'
import { atConsole, paste } from './scene.ts'

before(haveConsole)

test('the inspector shows a request as it comes, says why it was refused, and sends it again', async (t) => {
  const { house, page } = await atConsole(t, 2)
  await page.goto(`${house.url}/inspector/requests`)
  await page.getByText('Listening…').waitFor()
  const path = `/api/v2/conversations/messages/${house.credentials.integration.id}/inbound/open/message`
  await house.call('POST', path, { body: { text: 'no channel' } })
  await page.getByRole('button', { name: /inbound\/open\/message/ }).click()
  const why = page.getByRole('region', { name: 'Why this 400' })
  await why.getByRole('listitem').getByText('channel').waitFor()

  await page.getByRole('button', { name: 'Copy as curl' }).click()
  const curl = String(await page.evaluate('navigator.clipboard.readText()'))
  assert.match(curl, /^curl -X POST 'http/)
  assert.ok(!curl.includes(house.adminToken))
  await page.getByRole('button', { name: 'Copy as SDK call' }).click()
  assert.match(String(await page.evaluate('navigator.clipboard.readText()')), /callApi/)

  await page.getByRole('button', { name: 'Edit and send again' }).click()
  const message = {
    channel: {
      messageId: 'again-1',
      from: { id: 'ava', idType: 'Opaque' },
      time: new Date().toISOString(),
    },
    type: 'Text',
    text: 'Now with a channel',
    direction: 'Inbound',
  }
  await paste(page.getByRole('textbox', { name: 'Body' }), JSON.stringify(message))
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByRole('status').getByText('200').waitFor()
  await page.getByLabel('Filter').fill('Now with a channel')
  await eventually(
    'only what fits the filter is there',
    async () => (await page.locator('.log-row').count()) === 1,
  )
})

test('a webhook that failed tells of its next attempt, and is sent again from the console', async (t) => {
  const house = await startHouse({ argv: ['--allow-private-networks', '127.0.0.0/8'] })
  t.after(() => house.close())
  const webhook = await startWebhook()
  t.after(() => webhook.close())
  const browser = await openBrowser()
  t.after(() => browser.close())
  const { page } = browser
  const made = await house.call('POST', '/api/v2/conversations/messaging/integrations/open', {
    body: {
      name: 'Shop',
      outboundNotificationWebhookUrl: webhook.url,
      outboundNotificationWebhookSignatureSecretToken: 'a-secret-of-some-length',
    },
  })
  await house.call('POST', '/api/v2/conversations/messages/agentless', {
    body: {
      fromAddress: made.body.id,
      toAddress: 'ava',
      toAddressMessengerType: 'open',
      textBody: 'Your order left.',
    },
  })
  await signIn(page, house, 2)
  await page.goto(`${house.url}/inspector/deliveries`)
  await page
    .getByRole('button', { name: /delivery/ })
    .first()
    .click()
  const dialog = page.getByRole('dialog', { name: 'Delivery' })
  await dialog.getByText('Attempt 1').waitFor()
  await dialog.getByText('Raw exchange').first().click()
  await dialog.getByText('Your order left.').first().waitFor()
  await dialog.getByRole('link', { name: 'Timeline' }).click()
  await page
    .getByText(/^\+\d+ ms/)
    .first()
    .waitFor()
  assert.deepEqual(browser.complaints, [])
})

test('deliveries appear as the feed tells of them, and a lost feed is said with its age', async (t) => {
  const { house, page } = await atConsole(t, 2)
  await page.goto(`${house.url}/inspector/deliveries`)
  await page.getByText('Follows the feed').waitFor()
  await page.getByText('Nothing has left yet').waitFor()
  const body = {
    fromAddress: house.credentials.sender.address,
    toAddress: '+12025550131',
    toAddressMessengerType: 'sms',
    textBody: 'Your order left.',
  }
  await house.call('POST', '/api/v2/conversations/messages/agentless', { body })
  await page.getByRole('row', { name: /delivered.*\+12025550131.*Loopback handset/ }).waitFor()

  await page.route('**/api/signalbox/feed**', (route) => route.abort())
  await page.reload()
  await page.getByText(/Stale: .* old/).waitFor()
  await house.call('POST', '/api/v2/conversations/messages/agentless', {
    body: { ...body, toAddress: '+12025550132' },
  })
  await page.unroute('**/api/signalbox/feed**')
  await page.getByRole('row', { name: /delivered.*\+12025550132/ }).waitFor()
  await page.getByText('Follows the feed').waitFor()
})

test('a signature is verified in the browser', async (t) => {
  const { house, page } = await atConsole(t, 2)
  await page.goto(`${house.url}/inspector/verify`)
  await page.getByLabel('Webhook secret').fill('secret')
  await page.getByLabel('Body, to the byte').fill('{"a":1}')
  await page.getByRole('button', { name: 'Verify' }).click()
  await page.getByText('The signature does not fit.').waitFor()
  const computed = await page.locator('.notice code').textContent()
  await page.getByLabel('X-Hub-Signature-256').fill(computed ?? '')
  await page.getByRole('button', { name: 'Verify' }).click()
  await page.getByText('The signature fits.').waitFor()
})
