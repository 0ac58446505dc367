import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import platformClient from 'purecloud-platform-client-v2'
import { type House, startHouse } from '../house.ts'
import { onBothStores } from '../stores.ts'

const { IntegrationsApi } = platformClient
const pem = (name: string) =>
  readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url), 'utf8')

onBothStores('certificates of integrations', (database) => {
  let house: House
  let service: Server
  let api: InstanceType<typeof IntegrationsApi>
  before(async () => {
    service = createServer(
      { key: pem('server-key'), cert: pem('server'), ca: pem('ca'), requestCert: true },
      (request, response) => {
        const { subject } = (request.socket as TLSSocket).getPeerCertificate() // asked for above
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify({ client: subject?.CN }))
      },
    ).listen(0, '127.0.0.1')
    await once(service, 'listening')
    const url = await database()
    const argv = ['--allow-private-networks', '127.0.0.0/8']
    house = await startHouse(url === undefined ? { argv } : { database: url, argv })
    api = new IntegrationsApi(await house.sdk())
  })
  after(async () => {
    await house.close()
    service.close()
  })

  const credential = (credentialFields: object) =>
    house.call('POST', '/api/v2/integrations/credentials', {
      body: { name: 'Mine', type: { id: 'clientCertificate' }, credentialFields },
    })

  test('are shown to services that ask, and listed without their keys', async () => {
    const { body } = await credential({
      certificate: pem('client'),
      privateKey: pem('client-key'),
    })
    const { id = '' } = await api.postIntegrations({
      body: { name: 'Closed shop', integrationType: { id: 'custom-rest-actions' } },
    })
    const configured = await house.call('PUT', `/api/v2/integrations/${id}/config/current`, {
      body: {
        version: 1,
        properties: { caCertificate: pem('ca') },
        credentials: { clientCertificate: { id: body.id } },
      },
    })
    assert.equal(configured.status, 200, JSON.stringify(configured.body))
    await house.call('PATCH', `/api/v2/integrations/${id}`, { body: { intendedState: 'ENABLED' } })
    const { port } = service.address() as AddressInfo // it listens on TCP
    const schema = { type: 'object', properties: {} }
    const action = await house.call('POST', '/api/v2/integrations/actions', {
      body: {
        ...{ name: 'Who', category: 'Shop', integrationId: id },
        contract: { input: { inputSchema: schema }, output: { successSchema: schema } },
        config: {
          request: { requestUrlTemplate: `https://127.0.0.1:${port}/`, requestType: 'GET' },
          // biome-ignore lint/suspicious/noTemplateCurlyInString: this is a reference of the template language
          response: { successTemplate: '${rawResult}' },
        },
      },
    })
    const result = await api.postIntegrationsActionExecute(action.body.id, {})
    assert.deepEqual(result, { client: 'client' })
    const { entities = [], total } = await api.getIntegrationsActionsCertificates({
      status: 'Current',
    })
    assert.deepEqual([total, entities[0]?.type, entities[0]?.status], [1, 'Client', 'Current'])
    assert.equal(entities[0]?.certificate, pem('client'))
    assert.ok(!JSON.stringify(entities).includes('PRIVATE'))
  })

  test('must come with their own key', async () => {
    const other = await credential({ certificate: pem('client'), privateKey: pem('server-key') })
    assert.equal(other.status, 400)
    assert.match(other.body.message, /not that of the certificate/)
    const none = await credential({ certificate: 'x', privateKey: 'y' })
    assert.match(none.body.message, /PEM/)
  })

  test('of authorities that are believed are listed', async () => {
    const { entities = [], total = 0 } = await api.getIntegrationsActionsCertificatesTruststore()
    assert.equal(entities.length, total)
    assert.ok(entities.some(({ description }) => description?.includes('DigiCert')))
  })
})
