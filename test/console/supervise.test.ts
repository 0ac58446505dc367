import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { haveConsole } from '../../scripts/console.ts'
import { openBrowser, signIn } from '../browser.ts'
import { startHouse } from '../house.ts'
import { aTextFrom } from './scene.ts'

before(haveConsole)

const customer = '+12025550117'

test('a supervisor sees conversations come, be said and go, and listens, with no list read twice', async (t) => {
  const house = await startHouse()
  t.after(() => house.close())
  const supervisor = await openBrowser()
  t.after(() => supervisor.close())
  const agent = await openBrowser()
  t.after(() => agent.close())
  const { page } = supervisor
  await signIn(agent.page, house, 0)
  await signIn(page, house, 2)
  await page.goto(`${house.url}/workbench/conversations`)
  await page.getByText('Follows the feed').waitFor()
  await page.getByText('Nothing goes on').waitFor()

  await aTextFrom(house, customer, 'The first words')
  const row = page.getByRole('row').filter({ hasText: customer })
  await row.getByText('Waiting', { exact: true }).waitFor()
  await row.getByText('The first words').waitFor()
  let lists = 0
  page.on('request', (request) => {
    if (request.url().includes('/api/signalbox/conversations?')) lists += 1
  })
  await agent.page.getByRole('switch').focus()
  await agent.page.keyboard.press('Space')
  await row.getByText('Alerting', { exact: true }).waitFor()
  await agent.page.getByRole('button', { name: new RegExp(`\\${customer}`) }).click()
  await agent.page.getByRole('button', { name: 'Answer' }).click()
  await row.getByRole('button', { name: 'Monitor' }).waitFor()
  await aTextFrom(house, customer, 'The second words')
  await row.getByText('The second words').waitFor()
  assert.equal(lists, 0, 'only what changed was read')

  await row.getByRole('button', { name: 'Monitor' }).click()
  await page.getByText(/You are monitoring/).waitFor()
  await page.getByRole('log', { name: 'Messages' }).getByText('The second words').waitFor()
  assert.equal(await page.getByLabel(/^Answer to/).count(), 0)
  const thread = agent.page.getByRole('log', { name: 'Messages' })
  await aTextFrom(house, customer, 'The third words')
  await thread.getByText('The third words').waitFor()
  assert.equal(await thread.getByText(/listens/).count(), 0, 'who takes part is not told')
  await page.getByRole('button', { name: 'Stop monitoring' }).click()
  await page.getByText('You have stopped monitoring.').waitFor()
  assert.deepEqual(supervisor.complaints, [])
})

test('the list of queues tells who waits and who is there, as the feed does', async (t) => {
  const house = await startHouse()
  t.after(() => house.close())
  const supervisor = await openBrowser()
  t.after(() => supervisor.close())
  const { page } = supervisor
  await signIn(page, house, 2)
  await page.goto(`${house.url}/workbench/queues`)
  const row = page.getByRole('row').filter({ hasText: 'Support' })
  await row.getByText('0 waiting, 0 of 3 on queue').waitFor()
  await aTextFrom(house, customer, 'Hello')
  await row.getByText(/^1 waiting \(.*\), 0 of 3 on queue$/).waitFor()
  const ada = house.credentials.users[0]
  await house.call('PUT', `/api/v2/users/${ada?.id}/routingstatus`, {
    body: { status: 'IDLE' },
    token: await house.userToken(0),
  })
  await row.getByText('0 waiting, 1 of 3 on queue').waitFor()
  assert.deepEqual(supervisor.complaints, [])
})
