// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of the template language
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import platformClient from 'purecloud-platform-client-v2'
import { type StandIn, startStandIn } from '../../src/connectors/stand-in.ts'
import { newSecretlessClient } from '../clients.ts'
import { eventually, type House, startHouse } from '../house.ts'
import { onBothStores } from '../stores.ts'
import { startWebhook, type Webhook } from '../webhook.ts'

const { IntegrationsApi } = platformClient
type Api = InstanceType<typeof IntegrationsApi>
type NewAction = Parameters<Api['postIntegrationsActionsDrafts']>[0]

/** What the official SDK fails with: the vendor's error body. */
async function refusal(call: Promise<unknown>): Promise<Record<string, unknown>> {
  return call.then(
    () => assert.fail('it should be refused'),
    (error: Record<string, unknown>) => error,
  )
}

onBothStores('data actions', (database) => {
  let house: House
  let service: StandIn
  let webhook: Webhook
  let api: Api
  let shopId: string

  before(async () => {
    service = await startStandIn(({ path, headers }) => {
      if (path.startsWith('/orders/gone')) return { status: 404, body: '{"error":"no such order"}' }
      if (path.startsWith('/login/')) {
        return { status: 200, body: '{"access_token":"fetched-token","expires_in":600}' }
      }
      const body = `{"order":{"id":"${path.split('/').at(-1)}","total":90071992547409931},"as":"${headers['authorization']}"}`
      return { status: 200, headers: { 'content-type': 'application/json' }, body }
    })
    webhook = await startWebhook()
    const url = await database()
    const argv = ['--allow-private-networks', '127.0.0.0/8']
    house = await startHouse(url === undefined ? { argv } : { argv, database: url })
    api = new IntegrationsApi(await house.sdk())
    shopId = await installShop()
  })
  after(async () => {
    await house.close()
    await service.close()
    await webhook.close()
  })

  async function installShop(): Promise<string> {
    const credential = await api.postIntegrationsCredentials({
      body: {
        name: 'Shop',
        type: { id: 'basicAuth', name: 'basicAuth' },
        credentialFields: { userName: 'shop', password: 'a-secret-pass-phrase' },
      },
    })
    const { id = '', intendedState } = await api.postIntegrations({
      body: { name: 'Shop', integrationType: { id: 'custom-rest-actions' } },
    })
    assert.equal(intendedState, 'DISABLED')
    const { version } = await api.getIntegrationConfigCurrent(id)
    const changed = await api.putIntegrationConfigCurrent(id, {
      body: {
        name: 'Shop',
        version: version ?? 0,
        properties: { allowPlainHttp: true },
        advanced: {},
        notes: '',
        credentials: { basicAuth: { id: credential.id ?? '' } },
      },
    } as Parameters<Api['putIntegrationConfigCurrent']>[1])
    assert.equal(changed.credentials?.['basicAuth']?.id, credential.id)
    await api.patchIntegration(id, { body: { intendedState: 'ENABLED' } } as Parameters<
      Api['patchIntegration']
    >[1])
    return id
  }

  function lookUp(name: string, more: object = {}): NewAction {
    return {
      name,
      category: 'Shop',
      integrationId: shopId,
      secure: false,
      contract: {
        input: {
          inputSchema: {
            type: 'object',
            required: ['order'],
            properties: { order: { type: 'string' } },
          },
        },
        output: {
          successSchema: {
            type: 'object',
            properties: {
              order: { type: 'object', properties: { id: { type: 'string' } } },
              as: { type: 'string' },
            },
          },
        },
      },
      config: {
        request: {
          requestUrlTemplate: `${service.url}/orders/$esc.uriEncode(\${input.order})`,
          requestType: 'GET',
        },
        response: { successTemplate: '${rawResult}' },
      },
      ...more,
    } as NewAction
  }

  test('go from draft to execution through the official SDK', async () => {
    const draft = await api.postIntegrationsActionsDrafts(lookUp('Look up an order'))
    const id = draft.id ?? ''
    assert.match(id, /^custom_-_[0-9a-f-]{36}$/)
    assert.equal((await refusal(api.getIntegrationsAction(id)))['status'], 404)
    const validation = await api.getIntegrationsActionDraftValidation(id)
    assert.deepEqual([validation.valid, validation.errors], [true, []])

    const tested = await api.postIntegrationsActionDraftTest(id, { order: 'o-1' })
    assert.equal(tested.success, true)
    assert.deepEqual(tested.operations?.map(({ step, name }) => `${step} ${name}`).slice(0, 3), [
      '1 Validate request body contains simple json (key-value pairs)',
      '2 Validate draft definition',
      '3 Validate request body against simple input schema',
    ])
    assert.ok(!JSON.stringify(tested.operations).includes('a-secret-pass-phrase'))

    const stale = await refusal(api.postIntegrationsActionDraftPublish(id, { version: 99 }))
    assert.equal(stale['status'], 409)
    assert.match(String(stale['message']), /does not match the current version/)
    const published = await api.postIntegrationsActionDraftPublish(id, {
      version: draft.version ?? 0,
    })
    assert.equal(published.id, id)
    assert.equal((await refusal(api.getIntegrationsActionDraft(id)))['status'], 404)

    const result = await api.postIntegrationsActionExecute(id, { order: 'o 1' })
    assert.deepEqual(result, {
      order: { id: 'o%201', total: Number('90071992547409931') },
      as: `Basic ${Buffer.from('shop:a-secret-pass-phrase').toString('base64')}`,
    })
    const flat = await house.call(
      'POST',
      `/api/v2/integrations/actions/${id}/execute?flatten=true`,
      {
        body: { order: 'o1' },
        headers: { accept: 'application/json' },
      },
    )
    assert.equal(flat.body['order.id'], 'o1')
  })

  test('keep every digit of a result', async () => {
    const { id } = await api.postIntegrationsActions(lookUp('Digits'))
    const answer = await fetch(`${house.url}/api/v2/integrations/actions/${id}/execute`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${house.adminToken}`,
        'content-type': 'application/json',
      },
      body: '{"order":"o1"}',
    })
    assert.match(await answer.text(), /"total": ?90071992547409931\b/)
  })

  test('leave a transcript of every call, with secrets masked', async () => {
    const { id = '' } = await api.postIntegrationsActions(lookUp('Transcript'))
    await api.postIntegrationsActionExecute(id, { order: 'seen-once' })
    const { body } = await house.call('GET', '/api/signalbox/exchanges?limit=20')
    const kept = body.entities.filter(({ url }: { url: string }) => url.includes('seen-once'))
    assert.equal(kept.length, 1)
    const { body: whole } = await house.call('GET', `/api/signalbox/exchanges/${kept[0].id}`)
    assert.match(JSON.stringify(whole), /90071992547409931/)
    assert.ok(!JSON.stringify(whole).includes(Buffer.from('shop:a-secret').toString('base64')))
  })

  test('are explained without their service, against a sample that is kept', async () => {
    const { id = '' } = await api.postIntegrationsActions(
      lookUp('Explained', {
        config: {
          request: {
            requestUrlTemplate: 'https://nowhere.invalid/${input.order}',
            requestType: 'GET',
          },
          response: {
            translationMap: { first: '$.orders[?(@.open)][0].id', note: '$.note' },
            translationMapDefaults: { first: '"none"', note: '"none"' },
            successTemplate: '{"order": {"id": "$esc.jsonEncode(${first})"}, "as": ${note}}',
          },
        },
      }),
    )
    const explain = (body: object) =>
      house.call('POST', `/api/signalbox/actions/${id}/explain`, { body })
    const made = await explain({})
    assert.equal(made.status, 200, JSON.stringify(made.body))
    const response = { status: 200, body: { orders: [{ id: 'o-1', open: true }], note: null } }
    const given = await explain({ input: { order: 'o-1' }, response, save: true })
    const told = JSON.stringify(given.body.operations)
    assert.match(told, /Nothing was sent/)
    assert.match(told, /The default does not apply/)
    const kept = await explain({ input: { order: 'o-1' } })
    assert.match(JSON.stringify(kept.body.operations), /o-1/)
    assert.equal(kept.body.operations.length, given.body.operations.length)
  })

  test('keep every digit of their inputs', async () => {
    const { id = '' } = await api.postIntegrationsActions(
      lookUp('Input digits', {
        contract: {
          input: { inputSchema: { type: 'object', properties: { n: { type: 'integer' } } } },
          output: { successSchema: { type: 'object', properties: {} } },
        },
        config: {
          request: { requestUrlTemplate: `${service.url}/echo`, requestType: 'GET' },
          response: { successTemplate: '{"n": ${input.n}, "all": ${input.rawRequest}}' },
        },
      }),
    )
    const run = (body: string) =>
      house.call('POST', `/api/v2/integrations/actions/${id}/execute`, {
        body,
        headers: { accept: 'text/plain' },
      })
    const answer = await fetch(`${house.url}/api/v2/integrations/actions/${id}/execute`, {
      method: 'POST',
      headers: { authorization: `Bearer ${house.adminToken}`, 'content-type': 'application/json' },
      body: '{"n": 9007199254740993123}',
    })
    const text = (await answer.text()).replaceAll(' ', '')
    assert.equal(text, '{"n":9007199254740993123,"all":{"n":9007199254740993123}}')
    const broken = await run('{"n": 1,}')
    assert.deepEqual([broken.status, broken.body.code], [400, 'bad.request'])
  })

  test('are edited as drafts whose contract is frozen once it was published', async () => {
    const { id = '', version = 0 } = await api.postIntegrationsActions(lookUp('Frozen'))
    const draft = await api.postIntegrationsActionDraft(id)
    assert.equal((await refusal(api.postIntegrationsActionDraft(id)))['status'], 409)
    const contract = {
      input: { inputSchema: { type: 'object', properties: { other: { type: 'string' } } } },
      output: { successSchema: { type: 'object', properties: {} } },
    }
    const frozen = await house.call('PATCH', `/api/v2/integrations/actions/${id}/draft`, {
      body: { version: draft.version, contract },
    })
    assert.equal(frozen.status, 400)
    assert.match(frozen.body.message, /contract and the secure flag/)
    const renamed = await house.call('PATCH', `/api/v2/integrations/actions/${id}/draft`, {
      body: { version: draft.version, name: 'Thawed' },
    })
    assert.equal(renamed.body.name, 'Thawed')
    assert.equal((await api.getIntegrationsAction(id)).name, 'Frozen')
    const published = await api.postIntegrationsActionDraftPublish(id, {
      version: renamed.body.version,
    })
    assert.ok((published.version ?? 0) > version)
    assert.equal((await api.getIntegrationsAction(id)).name, 'Thawed')
    await api.deleteIntegrationsAction(id)
    assert.equal((await refusal(api.getIntegrationsAction(id)))['status'], 404)
  })

  test('are shown as far as they are asked for, whole or flattened', async () => {
    const { id = '' } = await api.postIntegrationsActions(lookUp('Shown'))
    const plain = await api.getIntegrationsAction(id)
    assert.ok(plain.contract === undefined && plain.config === undefined)
    const whole = await api.getIntegrationsAction(id, { expand: 'contract', includeConfig: true })
    assert.deepEqual(whole.config?.request?.headers, {})
    assert.ok(whole.contract?.output?.successSchema?.properties?.['order'])
    const flat = await house.call(
      'GET',
      `/api/v2/integrations/actions/${id}?expand=contract&flatten=true`,
    )
    const flattened = flat.body.contract.output.successSchemaFlattened
    assert.deepEqual(Object.keys(flattened.schema.properties), ['order.id', 'as'])
    assert.deepEqual(flattened.arrayProperties, [])
    const template = await house.call('GET', whole.config?.request?.requestTemplateUri ?? '')
    assert.equal(template.body, '${input.rawRequest}')
    assert.match(template.headers.get('content-type') ?? '', /^text\/plain/)
    const schema = await house.call('GET', whole.contract?.input?.inputSchemaUri ?? '')
    assert.deepEqual(schema.body.required, ['order'])

    const found = await api.getIntegrationsActions({ name: 'SHOWN', pageSize: 1 })
    assert.deepEqual([found.total, found.entities?.[0]?.id], [1, id])
    const categories = await api.getIntegrationsActionsCategories()
    assert.deepEqual(
      categories.entities?.map(({ name }) => name),
      ['Platform', 'Shop'],
    )
  })

  test('answer the vendor’s error body with the service’s own words inside', async () => {
    const { id = '' } = await api.postIntegrationsActions(lookUp('Failing'))
    const gone = await refusal(api.postIntegrationsActionExecute(id, { order: 'gone' }))
    assert.deepEqual([gone['status'], gone['code']], [404, 'not.found'])
    assert.deepEqual(gone['details'], [{ errorCode: 'ACTION.REMOTE_ENDPOINT' }])
    assert.match(JSON.stringify(gone['errors']), /no such order/)
    const off = await refusal(api.postIntegrationsActionExecute(id, { order: 5 }))
    assert.equal(off['status'], 400)
    assert.match(String(off['message']), /instance type \(integer\)/)
    const test = await api.postIntegrationsActionTest(id, { order: { nested: true } })
    assert.equal(test.success, false)
    assert.equal(test.operations?.length, 1)
    const bad = await refusal(api.postIntegrationsActions(lookUp('Bad', { config: {} })))
    assert.equal(bad['status'], 400)
    assert.match(String(bad['message']), /config.request/)
  })

  test('are refused when a draft is not valid, which the validation explains', async () => {
    const input = { inputSchema: { type: 'object', properties: { deep: { type: 'object' } } } }
    const output = { successSchema: { type: 'object', properties: {} } }
    const body = lookUp('Invalid', { contract: { input, output } })
    const { id = '', version = 0 } = await api.postIntegrationsActionsDrafts(body)
    const validation = await api.getIntegrationsActionDraftValidation(id)
    assert.equal(validation.valid, false)
    assert.match(
      String(validation.errors?.[0]?.message),
      /Failed Validation of contract.input.inputSchema as a simple properties schema/,
    )
    const refused = await refusal(api.postIntegrationsActionDraftPublish(id, { version }))
    assert.equal(refused['status'], 400)
    assert.match(JSON.stringify(refused['details']), /ACTION\.PROCESSING/)
    await api.deleteIntegrationsActionDraft(id)
    assert.equal((await refusal(api.getIntegrationsActionDraft(id)))['status'], 404)
  })

  test('never give the fields of a credential back', async () => {
    const { entities = [] } = await api.getIntegrationsCredentialsListing({ pageSize: '100' })
    const shop = entities.find(({ name }) => name === 'Shop')
    const one = await house.call('GET', `/api/v2/integrations/credentials/${shop?.id}`)
    const config = await house.call('GET', `/api/v2/integrations/${shopId}/config/current`)
    const installed = await house.call('GET', '/api/v2/integrations?expand=config.current')
    const told = JSON.stringify([entities, one.body, config.body, installed.body])
    assert.ok(!told.includes('a-secret-pass-phrase') && !told.includes('credentialFields'))
    const used = await refusal(api.deleteIntegrationsCredential(shop?.id ?? ''))
    assert.equal(used['status'], 409)
    const lacking = await house.call('POST', '/api/v2/integrations/credentials', {
      body: { name: 'Half', type: { id: 'basicAuth' }, credentialFields: { password: 'p' } },
    })
    assert.equal(lacking.body.details[0].fieldName, 'credentialFields.userName')
  })

  test('need the vendor’s permissions', async () => {
    const token = await newSecretlessClient(house)
    const answer = await house.call('GET', '/api/v2/integrations/actions', { token })
    assert.equal(answer.body.code, 'missing.any.permissions')
    assert.match(answer.body.message, /integrations:action:view, bridge:actions:view/)
  })

  test('sign in through the custom-auth action that comes with an OAuth credential', async () => {
    const credential = await api.postIntegrationsCredentials({
      body: {
        name: 'OAuth',
        type: { id: 'userDefinedOAuth', name: 'userDefinedOAuth' },
        credentialFields: { key: 'a-key-of-some-length' },
      },
    })
    const { id = '' } = await api.postIntegrations({
      body: { name: 'OAuth shop', integrationType: { id: 'custom-rest-actions' } },
    })
    await house.call('PUT', `/api/v2/integrations/${id}/config/current`, {
      body: { version: 1, credentials: { basicAuth: { id: credential.id } } },
    })
    const authId = `customAuth_-_${id}`
    const hidden = await api.getIntegrationsActions({ pageSize: 100 })
    assert.ok(!hidden.entities?.some((action) => action.id === authId))
    const listed = await api.getIntegrationsActions({ pageSize: 100, includeAuthActions: 'true' })
    assert.ok(listed.entities?.some((action) => action.id === authId))
    assert.equal((await refusal(api.postIntegrationsActionExecute(authId, {})))['status'], 400)
    assert.equal((await refusal(api.deleteIntegrationsAction(authId)))['status'], 400)

    await house.call('PUT', `/api/v2/integrations/${id}/config/current`, {
      body: {
        version: 2,
        properties: { allowPlainHttp: true },
        credentials: { basicAuth: { id: credential.id } },
      },
    })
    await house.call('PATCH', `/api/v2/integrations/${id}`, { body: { intendedState: 'ENABLED' } })
    const body = readFileSync(new URL('../fixtures/actions/sign-in.json', import.meta.url), 'utf8')
      .replace('https://login.shop.example/', `${service.url}/login/`)
      .replaceAll(/credentials\.\w+/g, 'credentials.key')
    const path = `/api/signalbox/actions/import?integrationId=${id}`
    const imported = await house.call('POST', path, { body })
    assert.equal(imported.body.id, authId, JSON.stringify(imported.body))
    await api.postIntegrationsActionDraftPublish(authId, { version: imported.body.version })
    const using = lookUp('With a token', { integrationId: id })
    Object.assign(using.config.request ?? {}, {
      headers: { Authorization: 'Bearer ${authResponse.token}' },
    })
    const { id: usingId = '' } = await api.postIntegrationsActions(using)
    const result = await api.postIntegrationsActionExecute(usingId, { order: 'o1' })
    assert.equal(Object(result).as, 'Bearer fetched-token')

    await api.deleteIntegration(id)
    assert.equal((await refusal(api.getIntegrationsAction(authId)))['status'], 404)
  })

  test('import a real export that texts somebody through this very server', async () => {
    const exported = readFileSync(
      new URL('../fixtures/actions/open-text.json', import.meta.url),
      'utf8',
    )
    const { id: openId } = (
      await house.call('POST', '/api/v2/conversations/messaging/integrations/open', {
        body: {
          name: 'Outside',
          outboundNotificationWebhookUrl: webhook.url,
          outboundNotificationWebhookSignatureSecretToken: 'a-secret-of-some-length',
        },
      })
    ).body
    const body = exported.replace('{id of the integration}', openId)
    const imported = await house.call('POST', '/api/signalbox/actions/import', { body })
    assert.equal(imported.status, 200, JSON.stringify(imported.body))
    const { id, version } = imported.body
    const validation = await house.call(
      'GET',
      `/api/v2/integrations/actions/${id}/draft/validation`,
    )
    assert.equal(validation.body.valid, true)
    assert.ok(
      validation.body.warnings.some(({ code }: { code: string }) => code === 'unescapedInput'),
    )
    await api.postIntegrationsActionDraftPublish(id, { version })
    const inputs = { To: 'bob@example.net', Message: 'Your parcel is here' }
    const sent = await api.postIntegrationsActionExecute(id, inputs)
    const arrived = await eventually('the text is at the webhook', async () =>
      webhook.received.find((one) => one.body['text'] === inputs.Message),
    )
    assert.equal(arrived.body['id'], Object(sent).id)
    const back = await house.call('GET', `/api/signalbox/actions/${id}/export`)
    assert.match(back.body.fileName, /^Send-a-text-through.*-Exported-.*\.custom\.json$/)
    const again = JSON.parse(back.body.content)
    assert.deepEqual(again.config, JSON.parse(body).config)
    assert.deepEqual(Object.keys(again), Object.keys(JSON.parse(body)))
  })

  test('tell where an imported action can go, and take foreign types as web services', async () => {
    const file = JSON.parse(
      readFileSync(new URL('../fixtures/actions/search-contacts.json', import.meta.url), 'utf8'),
    )
    const importing = (body: object, query = '') =>
      house.call('POST', `/api/signalbox/actions/import${query}`, { body })
    const missing = await importing(file)
    assert.equal(missing.status, 400)
    assert.match(missing.body.message, /no integration of the type salesforce-datadip: make one/)
    const foreign = { ...file, integrationType: 'google-data-actions' }
    const refused = await importing(foreign)
    assert.match(refused.body.message, /no integrations of the type google-data-actions/)
    const { id } = (
      await house.call('POST', '/api/v2/integrations', {
        body: { name: 'Functions elsewhere', integrationType: { id: 'custom-rest-actions' } },
      })
    ).body
    const taken = await importing(foreign, `?integrationId=${id}`)
    assert.equal(taken.status, 200, JSON.stringify(taken.body))
    assert.equal((await importing(file, `?integrationId=${id}`)).status, 400)
    const { integrationType, actionType, ...rest } = file
    const ofAnother = await importing({ ...rest, category: 'C', integrationId: 'of-another-org' })
    assert.match(ofAnother.body.message, /names no integration of this organization/)
  })
})
