import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import platformClient from 'purecloud-platform-client-v2'
import { type House, newSdk, type SdkClient, startHouse } from '../house.ts'
import { refused } from '../mail-house.ts'
import { onBothStores } from '../stores.ts'

const { AuthorizationApi, ConversationsApi, OAuthApi, OrganizationApi, RoutingApi, UsersApi } =
  platformClient

onBothStores('administration by the official SDK', (database) => {
  let house: House
  let admin: SdkClient
  let divisionId: string

  before(async () => {
    const url = await database()
    house = await startHouse(url === undefined ? {} : { database: url })
    admin = await house.sdk()
    divisionId = house.credentials.organization.id
  })
  after(() => house.close())

  test('a user is created, found, changed by its version, granted a role and deleted', async () => {
    const users = new UsersApi(admin)
    const made = await users.postUsers({
      name: 'Grace Agent',
      email: 'Grace@example.com',
      divisionId,
      password: 'correct horse',
    })
    const id = made.id ?? ''
    assert.deepEqual([made.email, made.state, made.version], ['grace@example.com', 'active', 1])
    const again = users.postUsers({ name: 'Grace', email: 'grace@example.com', divisionId })
    assert.deepEqual(await refused(again), [409, 'conflict'])

    const found = await users.postUsersSearch({
      query: [{ type: 'STARTS_WITH', fields: ['name'], value: 'gra' }],
    })
    assert.deepEqual([found.total, found.results[0]?.id], [1, id])
    const same = await users.getUsersSearch(found.currentPage ?? '')
    assert.deepEqual(
      same.results.map((user) => user.id),
      [id],
    )

    const changed = await users.patchUser(id, { version: 1, title: 'Lead' })
    assert.deepEqual([changed.title, changed.version], ['Lead', 2])
    const late = users.patchUser(id, { version: 1, title: 'Late' })
    assert.deepEqual(await refused(late), [409, 'conflict'])

    const grace = newSdk(house.url)
    const answer = await house.call('POST', '/api/signalbox/tokens', { body: { user: id } })
    grace.setAccessToken(answer.body.access_token)
    const routing = new RoutingApi(grace)
    assert.deepEqual(await refused(routing.getRoutingQueues()), [403, 'missing.permissions'])
    const own = await users.putUserRoles(id, ['agent'])
    assert.ok(own.permissions?.includes('conversation:*'))
    await eventuallyAllowed(() => routing.getRoutingQueues())

    await users.deleteUser(id)
    assert.equal((await users.getUser(id)).state, 'deleted')
    assert.ok(!(await users.getUsers()).entities?.some((user) => user.id === id))
  })

  test('nobody grants, or takes over, more than he may do himself', async () => {
    const roles = new AuthorizationApi(admin)
    const lead = await roles.postAuthorizationRoles({
      name: 'User administrator',
      permissionPolicies: [
        { domain: 'directory', entityName: 'user', actionSet: ['*'] },
        { domain: 'authorization', entityName: '*', actionSet: ['*'] },
        { domain: 'oauth', entityName: 'client', actionSet: ['*'] },
      ],
    })
    const client = await new OAuthApi(admin).postOauthClients({
      name: 'User administration',
      authorizedGrantType: 'CLIENT-CREDENTIALS',
      roleIds: [lead.id ?? ''],
    })
    const limited = newSdk(house.url)
    await limited.loginClientCredentialsGrant(client.id ?? '', client.secret ?? '')
    const users = new UsersApi(limited)
    const { id = '' } = await users.postUsers({
      name: 'Eve',
      email: 'eve@example.com',
      divisionId,
    })
    const grant = users.postAuthorizationSubjectDivisionRole(id, divisionId, 'admin')
    assert.deepEqual(await refused(grant), [403, 'not.authorized'])
    const supervisor = house.credentials.users[2]?.id ?? ''
    const reset = users.postUserPassword(supervisor, { newPassword: 'stolen password' })
    assert.deepEqual(await refused(reset), [403, 'not.authorized'])
    const clients = new OAuthApi(limited)
    const secret = clients.postOauthClientSecret(house.credentials.client.id)
    assert.deepEqual(await refused(secret), [403, 'not.authorized'])
    const role = new AuthorizationApi(limited).postAuthorizationRoles({
      name: 'All',
      permissionPolicies: [{ domain: '*', entityName: '*', actionSet: ['*'] }],
    })
    assert.deepEqual(await refused(role), [403, 'not.authorized'])
    await users.postAuthorizationSubjectDivisionRole(id, divisionId, lead.id ?? '')
    const { grants } = await users.getAuthorizationSubject(id)
    assert.deepEqual(
      grants?.map((one) => one.role?.id),
      [lead.id],
    )
  })

  test('an OAuth client is created with its secret, renewed, changed and deleted', async () => {
    const oauth = new OAuthApi(admin)
    const made = await oauth.postOauthClients({
      name: 'Bot',
      authorizedGrantType: 'CLIENT-CREDENTIALS',
      roleIds: ['agent'],
      accessTokenValiditySeconds: 600,
    })
    const id = made.id ?? ''
    const logIn = (secret: string | undefined) =>
      newSdk(house.url).loginClientCredentialsGrant(id, secret ?? '')
    assert.equal((await logIn(made.secret)).tokenExpiryTime !== undefined, true)
    assert.equal((await oauth.getOauthClient(id)).secret, undefined)
    const renewed = await oauth.postOauthClientSecret(id)
    await assert.rejects(logIn(made.secret))
    await logIn(renewed.secret)
    const changed = await oauth.putOauthClient(id, {
      name: 'Bot 2',
      authorizedGrantType: 'CLIENT-CREDENTIALS',
      roleIds: [],
    })
    assert.deepEqual([changed.name, changed.roleIds], ['Bot 2', []])
    await logIn(renewed.secret)
    await oauth.deleteOauthClient(id)
    await assert.rejects(logIn(renewed.secret))
    assert.deepEqual(await refused(oauth.getOauthClient(id)), [404, 'not.found'])
    const saml = oauth.postOauthClients({ name: 'S', authorizedGrantType: 'SAML2-BEARER' })
    assert.deepEqual(await refused(saml), [400, 'invalid.value'])
    const scopes = await oauth.getOauthScopes()
    assert.ok(scopes.entities?.some((scope) => scope.id === 'conversations'))
  })

  test('divisions, limits and the organization can be read as the vendor’s', async () => {
    const authorization = new AuthorizationApi(admin)
    const divisions = await authorization.getAuthorizationDivisions()
    assert.deepEqual(
      divisions.entities?.map((one) => [one.id, one.homeDivision]),
      [[divisionId, true]],
    )
    assert.equal((await authorization.getAuthorizationDivision(divisionId)).id, divisionId)
    const organization = new OrganizationApi(admin)
    const { entities } = await organization.getOrganizationsLimitsNamespace('platform.api')
    const perToken = entities?.find(({ key }) => key === 'token.rate.per.minute')
    assert.equal(perToken?.value, 300)
    const me = await organization.getOrganizationsMe()
    const renamed = await organization.putOrganizationsMe({ body: { ...me, name: 'Renamed' } })
    assert.equal(renamed.name, 'Renamed')
  })

  test('skills and languages are given to an agent, one by one and all at once', async () => {
    const routing = new RoutingApi(admin)
    const users = new UsersApi(admin)
    const userId = house.credentials.users[0]?.id ?? ''
    const skill = await routing.postRoutingSkills({ name: 'Billing' })
    const other = await routing.postRoutingSkills({ name: 'Returns' })
    const bulk = await users.patchUserRoutingskillsBulk(userId, [
      { id: skill.id ?? '', proficiency: 2 },
      { id: other.id ?? '', proficiency: 3 },
    ])
    assert.equal(bulk.total, 2)
    await users.putUserRoutingskill(userId, skill.id ?? '', { proficiency: 5 } as never)
    const put = await users.putUserRoutingskillsBulk(userId, [
      { id: other.id ?? '', proficiency: 1 },
    ])
    assert.deepEqual(
      put.entities?.map(({ name, proficiency }) => [name, proficiency]),
      [['Returns', 1]],
    )
    const language = await routing.postRoutingLanguages({ name: 'German' })
    await users.postUserRoutinglanguages(userId, { id: language.id ?? '', proficiency: 4 })
    const spoken = await users.getUserRoutinglanguages(userId)
    assert.deepEqual(
      spoken.entities?.map(({ name, proficiency }) => [name, proficiency]),
      [['German', 4]],
    )
    await users.deleteUserRoutinglanguage(userId, language.id ?? '')
    await routing.deleteRoutingLanguage(language.id ?? '')
    assert.equal((await routing.getRoutingLanguages()).total, 0)
    const mine = await new RoutingApi(await house.sdkAs(0)).getRoutingQueuesMe()
    assert.deepEqual(
      mine.entities?.map(({ id }) => id),
      [house.credentials.queue.id],
    )
  })

  test('the default messaging setting takes over what another says, and goes back', async () => {
    const api = new ConversationsApi(admin)
    const typing = { on: { inbound: 'Enabled', outbound: 'Enabled' } }
    const setting = await api.postConversationsMessagingSettings({
      name: 'With typing',
      event: { typing },
    } as never)
    await api.putConversationsMessagingSettingsDefault({ settingId: setting.id ?? '' })
    const now = await api.getConversationsMessagingSettingsDefault()
    assert.equal(now.event?.typing?.on?.inbound, 'Enabled')
    await api.deleteConversationsMessagingSettingsDefault()
    const back = await api.getConversationsMessagingSettingsDefault()
    assert.equal(back.event?.typing?.on?.inbound, 'Disabled')
  })
})

/** A change of rights is believed after a few seconds. */
async function eventuallyAllowed(ask: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; tries < 80; tries++) {
    try {
      await ask()
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  assert.fail('it is still not allowed')
}
