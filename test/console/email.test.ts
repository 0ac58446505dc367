import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, test } from 'node:test'
import PostalMime from 'postal-mime'
import { haveConsole } from '../../scripts/console.ts'
import { openBrowser, signIn } from '../browser.ts'
import { eventually } from '../house.ts'
import { ours, startMailHouse } from '../mail-house.ts'

before(haveConsole)

/** A green dot. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M/wHwAEBgIApD5fRAAAAABJRU5ErkJggg==',
  'base64',
)

const html = `<h1 style="color: rgb(0, 128, 0)">Broken</h1><p>Look at it: <img src="cid:dot@example" alt="the dot"></p>
<img src="https://spy.example.com/pixel.png" alt="a spy"><script>parent.document.title = 'Taken over'</script>
<a href="javascript:parent.document.title='Taken over'">here</a><form action="/x"><button>Log in</button></form>`

test('a mail is read as it was written and can do nothing; it is answered to all, with a file', async (t) => {
  const mail = await startMailHouse()
  const { house } = mail
  t.after(() => house.close())
  await mail.send({
    from: '"Alice B" <alice@example.net>',
    to: ours,
    cc: 'bob@example.net',
    subject: 'My lamp is broken',
    text: 'Broken. Look at it.',
    html,
    messageId: '<a1@example.net>',
    attachments: [
      { filename: 'dot.png', content: picture, cid: 'dot@example' },
      { filename: 'Rechnung ü.pdf', content: Buffer.from('%PDF-1.4 lamp') },
    ],
  })
  const browser = await openBrowser()
  t.after(() => browser.close())
  const { page } = browser
  const elsewhere: string[] = []
  // what the page's policy refuses does not come here
  await page.route(/^https:/, async (route) => {
    elsewhere.push(route.request().url())
    await route.abort()
  })
  await signIn(page, house, 0)
  await page.getByRole('button', { name: /My lamp is broken/ }).click()
  await page.getByRole('button', { name: 'Answer' }).click()

  const written = page.frameLocator('iframe.mail-html')
  await written.getByRole('heading', { name: 'Broken' }).waitFor()
  const colour = await written
    .getByRole('heading', { name: 'Broken' })
    .evaluate((element) => Reflect.get(globalThis, 'getComputedStyle')(element).color)
  assert.equal(colour, 'rgb(0, 128, 0)', 'it looks as its writer made it')
  await eventually('the picture that came with it is drawn', () =>
    written
      .getByAltText('the dot')
      .evaluate((element) => Reflect.get(element, 'naturalWidth') === 1),
  )
  await written.getByRole('link', { name: 'here' }).click()
  assert.doesNotMatch(await page.title(), /Taken over/)
  assert.deepEqual(elsewhere, [], 'nothing is asked for elsewhere')
  await page.getByRole('button', { name: 'Only the words' }).click()
  await page.getByText('Broken. Look at it.').first().waitFor()

  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: /Rechnung ü\.pdf/ }).click()
  const saved = await download
  assert.equal(saved.suggestedFilename(), 'Rechnung ü.pdf')
  assert.equal(readFileSync(await saved.path(), 'utf8'), '%PDF-1.4 lamp')

  const draft = page.getByRole('form', { name: 'Draft' })
  await draft.getByRole('button', { name: 'Reply to all' }).click()
  await eventually('the draft answers all', async () => {
    const cc = await draft.getByLabel('Cc', { exact: true }).inputValue()
    return cc.includes('bob@example.net')
  })
  await draft.getByLabel('Mail', { exact: true }).fill('A new one is on its way.')
  for (const name of ['manual.txt', 'wrong.txt']) {
    const file = { name, mimeType: 'text/plain', buffer: Buffer.from(`This is ${name}`) }
    await draft.getByLabel('File to attach').setInputFiles(file)
    await draft.getByText(name, { exact: true }).waitFor()
  }
  await draft.getByRole('button', { name: 'Remove wrong.txt' }).click()
  await draft.getByText('wrong.txt', { exact: true }).waitFor({ state: 'detached' })
  await draft.getByText('The draft is kept by the server.').waitFor()
  await page.reload()
  await eventually('the draft is there after a reload', async () => {
    return (
      (await draft.getByLabel('Mail', { exact: true }).inputValue()) === 'A new one is on its way.'
    )
  })
  await draft.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByRole('article').getByText('A new one is on its way.').waitFor()
  const sent = await PostalMime.parse((await mail.captured('bob@example.net')).raw)
  assert.equal(sent.inReplyTo, '<a1@example.net>')
  assert.ok(sent.attachments.some(({ filename }) => filename === 'manual.txt'))
  assert.ok(!sent.attachments.some(({ filename }) => filename === 'wrong.txt'))

  await mail.send({
    from: 'alice@example.net',
    to: ours,
    subject: 'RE: My lamp is broken',
    text: 'Thank you!',
    messageId: '<a2@example.net>',
    inReplyTo: sent.messageId ?? '',
  })
  await page.getByRole('article').getByText('Thank you!').waitFor()
  const others = browser.complaints.filter(
    (one) => !/spy\.example\.com|JavaScript URL/.test(one), // what the mail tried, and was refused
  )
  assert.deepEqual(others, [])
})
