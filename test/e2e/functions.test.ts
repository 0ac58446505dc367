import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import platformClient from 'purecloud-platform-client-v2'
import { packageOf, zipOf } from '../../src/actions/functions/test-runtime.ts'
import { type House, startHouse } from '../house.ts'
import { onBothStores } from '../stores.ts'

const { IntegrationsApi } = platformClient
type Api = InstanceType<typeof IntegrationsApi>

const greeting = `exports.handler = async (event, context) => {
  console.log('greeting', event.name)
  if (event.name === 'nobody') throw new Error('nobody is there')
  return { text: 'Hello ' + event.name, header: context.clientContext['x-tone'] }
}`

onBothStores('function actions', (database) => {
  let house: House
  let api: Api
  let integrationId: string

  before(async () => {
    const url = await database()
    house = await startHouse(url === undefined ? {} : { database: url })
    api = new IntegrationsApi(await house.sdk())
    const { id = '' } = await api.postIntegrations({
      body: { name: 'Functions', integrationType: { id: 'function-data-actions' } },
    })
    integrationId = id
    await house.call('PATCH', `/api/v2/integrations/${id}`, { body: { intendedState: 'ENABLED' } })
  })
  after(() => house.close())

  async function newDraft(name: string) {
    const draft = await house.call('POST', '/api/v2/integrations/actions/drafts', {
      body: {
        ...{ name, category: 'Functions', integrationId, secure: false },
        contract: {
          input: { inputSchema: { type: 'object', properties: { name: { type: 'string' } } } },
          output: {
            successSchema: { type: 'object', properties: { text: { type: 'string' } } },
          },
        },
        config: {
          request: { requestType: 'POST', headers: { 'x-tone': 'warm' } },
          // biome-ignore lint/suspicious/noTemplateCurlyInString: this is a reference of the template language
          response: { successTemplate: '${rawResult}' },
        },
      },
    })
    assert.equal(draft.status, 200, JSON.stringify(draft.body))
    return String(draft.body.id)
  }

  async function upload(id: string, zip: Buffer | string) {
    const { url = '', headers = {} } = await api.postIntegrationsActionDraftFunctionUpload(id, {
      fileName: 'greet-1.zip',
    })
    return fetch(url, {
      method: 'PUT',
      headers: { ...headers, 'content-type': 'application/zip' },
      body: new Uint8Array(Buffer.from(zip)),
    })
  }

  const settings = { description: '', handler: 'src/index.handler', runtime: 'nodejs22.x' }

  async function publish(id: string) {
    const { body } = await house.call('GET', `/api/v2/integrations/actions/${id}/draft`)
    return house.call('POST', `/api/v2/integrations/actions/${id}/draft/publish`, {
      body: { version: body.version },
    })
  }

  test('go from an uploaded zip to an execution through the official SDK', async () => {
    const id = await newDraft('Greet')
    const unready = await api.getIntegrationsActionDraftValidation(id)
    assert.equal(unready.valid, false)
    assert.match(JSON.stringify(unready.errors), /upload a zip/)
    const early = await publish(id)
    assert.equal(early.body.details[0].errorCode, 'ACTION.PROCESSING')

    assert.equal((await upload(id, packageOf(greeting))).status, 200)
    const set = await api.putIntegrationsActionDraftFunction(id, settings)
    assert.equal(set.function?.timeoutSeconds, 15)
    const draft = await api.getIntegrationsActionDraftFunction(id)
    assert.deepEqual([draft.zip?.status, draft.zip?.name], ['Available', 'greet-1.zip'])
    assert.equal(draft.function?.zipId, draft.zip?.id)

    const tested = await api.postIntegrationsActionDraftTest(id, { name: 'Ann' })
    assert.equal(tested.success, true, JSON.stringify(tested.error))
    assert.match(JSON.stringify(tested.operations), /Log: log: greeting Ann/)
    assert.equal((await publish(id)).status, 200)
    const result = await api.postIntegrationsActionExecute(id, { name: 'Ben' })
    assert.deepEqual(result, { text: 'Hello Ben', header: 'warm' })
    assert.equal((await api.getIntegrationsActionFunction(id)).zip?.status, 'Available')
    const gone = await house.call('GET', `/api/v2/integrations/actions/${id}/draft/function`)
    assert.equal(gone.status, 404)
  })

  test('answer a throw as the vendor does, with the message inside', async () => {
    const id = await newDraft('Fail')
    await upload(id, packageOf(greeting))
    await api.putIntegrationsActionDraftFunction(id, settings)
    await publish(id)
    const path = `/api/v2/integrations/actions/${id}/execute`
    const refused = await house.call('POST', path, { body: { name: 'nobody' } })
    assert.deepEqual(
      [refused.status, refused.body.message, refused.body.details[0].errorCode],
      [500, 'Internal Server Error', 'ACTION.REMOTE_ENDPOINT'],
    )
    assert.match(
      refused.body.errors[0].message,
      /Invoked function failed\. Response from function: Function execution failed with error Type: Unhandled; Message: errorType:Error,errorMessage:nobody is there,trace:\[Error: nobody is there, at line \d+\] \[/,
    )
  })

  test('keep what is published while a draft brings new code', async () => {
    const id = await newDraft('Change')
    await upload(id, packageOf(greeting))
    await api.putIntegrationsActionDraftFunction(id, settings)
    await publish(id)
    await api.postIntegrationsActionDraft(id)
    await upload(id, packageOf(greeting.replace('Hello', 'Welcome')))
    const old = await api.postIntegrationsActionExecute(id, { name: 'Ann' })
    assert.equal(Object(old).text, 'Hello Ann')
    const draft = await api.postIntegrationsActionDraftTest(id, { name: 'Ann' })
    assert.equal(Object(draft.finalResult).text, 'Welcome Ann')
    await api.deleteIntegrationsActionDraft(id)
    const kept = await api.postIntegrationsActionExecute(id, { name: 'Ann' })
    assert.equal(Object(kept).text, 'Hello Ann')
  })

  test('stop at the time-out of their function', async () => {
    const id = await newDraft('Hang')
    await upload(id, packageOf('exports.handler = () => new Promise(() => setInterval(() => {}))'))
    await api.putIntegrationsActionDraftFunction(id, { ...settings, timeoutSeconds: 1 })
    const tested = await api.postIntegrationsActionDraftTest(id, {})
    assert.equal(tested.success, false)
    assert.match(JSON.stringify(tested.error), /timeout/)
    const long = await house.call('PUT', `/api/v2/integrations/actions/${id}/draft/function`, {
      body: { ...settings, timeoutSeconds: 16 },
    })
    assert.equal(long.status, 400)
  })

  test('refuse hostile zips and tell why in the history of uploads', async () => {
    const id = await newDraft('Hostile')
    const bomb = zipOf([{ name: 'src/index.js', content: Buffer.alloc(40_000_000) }])
    const outside = zipOf([{ name: '../outside.js', content: 'x' }])
    const answers: number[] = []
    for (const zip of ['not a zip', outside, bomb]) answers.push((await upload(id, zip)).status)
    assert.deepEqual(answers, [400, 400, 400])
    const { zip, uploadExceptionHistory = [] } = await api.getIntegrationsActionDraftFunction(id)
    assert.equal(zip?.status, 'InvalidFile')
    assert.deepEqual(
      uploadExceptionHistory.map(({ status }) => status),
      ['InvalidFile', 'InvalidFile', 'InvalidFormat'],
    )
    assert.match(String(uploadExceptionHistory[0]?.errorMessage), /bomb/)
  })

  test('take one zip at an address, and none that was changed or is over', async () => {
    const id = await newDraft('Once')
    const { url = '' } = await api.postIntegrationsActionDraftFunctionUpload(id, {
      fileName: 'a.zip',
      signedUrlTimeoutSeconds: 600,
    })
    const put = (to: string) =>
      fetch(to, { method: 'PUT', body: new Uint8Array(packageOf(greeting)) })
    const later = url.replace(/expires=\d+/, `expires=${Date.now() + 9_999_999}`)
    assert.equal((await put(later)).status, 403)
    assert.equal((await put(url)).status, 200)
    assert.equal((await put(url)).status, 409)
    const named = await house.call(
      'POST',
      `/api/v2/integrations/actions/${id}/draft/function/upload`,
      {
        body: { fileName: '../a.zip' },
      },
    )
    assert.equal(named.status, 400)
  })

  test('list their runtimes, and refuse others', async () => {
    const runtimes = await api.getIntegrationsActionsFunctionsRuntimes()
    assert.ok(runtimes.some(({ name, status }) => name === 'nodejs22.x' && status === 'Available'))
    const id = await newDraft('Runtime')
    const refused = await house.call('PUT', `/api/v2/integrations/actions/${id}/draft/function`, {
      body: { ...settings, runtime: 'python3.12' },
    })
    assert.match(refused.body.message, /nodejs22\.x/)
  })

  test('need the permissions for functions', async () => {
    const id = await newDraft('Closed')
    const token = await house.userToken(0)
    const refused = await house.call('PUT', `/api/v2/integrations/actions/${id}/draft/function`, {
      token,
      body: settings,
    })
    assert.equal(refused.status, 403)
    assert.match(refused.body.message, /integrations:actionFunction:edit/)
  })
})
