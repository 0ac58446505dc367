import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import platformClient from 'purecloud-platform-client-v2'
import { type House, startHouse } from '../house.ts'

const { IntegrationsApi } = platformClient
type Api = InstanceType<typeof IntegrationsApi>

interface Listed {
  readonly entities: readonly { readonly name: string }[]
  readonly nextUri?: string
  readonly previousUri?: string
}

describe('listings of integrations, actions and credentials', () => {
  let house: House
  let api: Api
  before(async () => {
    house = await startHouse()
    api = new IntegrationsApi(await house.sdk())
  })
  after(() => house.close())

  /** The names of all pages, reached by nothing but `nextUri`, and how to get back from the last one. */
  async function follow(uri: string): Promise<{ pages: string[][]; last: Listed }> {
    const pages: string[][] = []
    for (let next: string | undefined = uri; ; ) {
      const { body, status } = await house.call('GET', next)
      assert.equal(status, 200, JSON.stringify(body))
      const listed: Listed = body
      pages.push(listed.entities.map(({ name }) => name))
      next = listed.nextUri
      if (next === undefined || pages.length > 9) return { pages, last: listed }
    }
  }

  test('keep filter and order from page to page', async () => {
    const { id: integrationId = '' } = await api.postIntegrations({
      body: { name: 'Shop', integrationType: { id: 'custom-rest-actions' } },
    })
    for (const [name, category] of [
      ['One & a half', 'A & B'],
      ['Two', 'A & B'],
      ['Three', 'Other'],
      ['Four', 'A & B'],
    ] as const) {
      const contract = {
        input: { inputSchema: { type: 'object' } },
        output: { successSchema: { type: 'object' } },
      }
      const config = {
        request: { requestUrlTemplate: 'https://shop.example/', requestType: 'GET' },
        response: {},
      }
      const body = { name, category, integrationId, contract, config }
      const made = await house.call('POST', '/api/v2/integrations/actions', { body })
      assert.equal(made.status, 200, JSON.stringify(made.body))
    }
    const query = 'pageSize=1&sortBy=name&sortOrder=desc&category=A%20%26%20B&includeConfig=true'
    const { pages, last } = await follow(`/api/v2/integrations/actions?${query}`)
    assert.deepEqual(pages, [['Two'], ['One & a half'], ['Four']])
    const back = await house.call('GET', last.previousUri ?? '')
    assert.equal(back.body.entities[0].name, 'One & a half')
    assert.equal(back.body.entities[0].config.request.requestType, 'GET')
    const named = await follow('/api/v2/integrations/actions/categories?pageSize=1&sortOrder=desc')
    assert.deepEqual(named.pages, [['Platform'], ['Other'], ['A & B']])
  })

  test('order integrations by name or type and find them by state', async () => {
    await api.postIntegrations({
      body: { name: 'Art', integrationType: { id: 'zendesk-data-actions' } },
    })
    const names = async (given: Parameters<Api['getIntegrations']>[0]) =>
      (await api.getIntegrations(given)).entities?.map(({ name }) => name)
    assert.deepEqual(await names({ reportedState: 'ACTIVE' }), ['Genesys Cloud Data Actions'])
    const byType = await names({ sortBy: 'integrationType' })
    assert.deepEqual(byType, ['Shop', 'Genesys Cloud Data Actions', 'Art'])
    const uri = '/api/v2/integrations?pageSize=1&sortBy=integrationType&reportedState=INACTIVE'
    assert.deepEqual((await follow(uri)).pages, [['Shop'], ['Art']])
  })

  test('give credentials by the cursors of the official SDK', async () => {
    for (const name of ['b', 'a', 'c']) {
      const body = { name, type: { name: 'userDefined' }, credentialFields: { key: 'sesame' } }
      await api.postIntegrationsCredentials({ body })
    }
    const all = ['Demo client', 'a', 'b', 'c']
    const { pages, last } = await follow('/api/v2/integrations/credentials/listing?pageSize=1')
    assert.deepEqual(pages.flat().toSorted(), all.toSorted())
    assert.equal(pages.length, all.length)
    const back = await house.call('GET', last.previousUri ?? '')
    assert.deepEqual([back.body.entities[0].name], pages.at(-2))

    const first = await api.getIntegrationsCredentialsListing({ pageSize: '3' })
    const next = new URL(first.nextUri ?? '', house.url).searchParams.get('after') ?? ''
    const rest = await api.getIntegrationsCredentialsListing({ pageSize: '3', after: next })
    assert.deepEqual([first.entities?.length, rest.entities?.length], [3, 1])
    assert.equal(rest.nextUri, undefined)
    const wrong = await house.call(
      'GET',
      '/api/v2/integrations/credentials/listing?after=x&before=y',
    )
    assert.equal(wrong.status, 400)
  })
})
