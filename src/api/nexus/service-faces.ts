import { channelProviders } from '../../domain/channel-section.ts'
import type { Account } from '../../store/records.ts'
import { asyncFace } from './async-face.ts'
import {
  mgageAccountId,
  porticoAccountId,
  refuseUsedAccount,
  removeServiceAccount,
  saveServiceAccount,
} from './channel-accounts.ts'
import { refuseDefaulted, reroute, saveChannels } from './sections.ts'
import { knownData, secretsIn, serviceFault, urlIn } from './service-body.ts'
import type { ServiceFace } from './service-face.ts'

const mgageData = ['carrierSuccess', 'multimedia', 'reportingKey'] as const

const mgageFace: ServiceFace = {
  name: 'mGageSMS',
  async read(store) {
    const account = await store.records.get('account', mgageAccountId)
    return account === undefined
      ? undefined
      : { url: textIn(account, 'baseUrl'), data: dataOf(account, mgageData) }
  },
  async write(store, body, ground) {
    const before = await store.records.get('account', mgageAccountId)
    const secrets = secretsIn(body, ['username', 'password'], before?.secrets ?? {})
    const settings = {
      ...knownData(body, mgageData),
      baseUrl: urlIn(body, 'http://directtext.mgage.com'),
      ...secrets,
    }
    const account = { id: mgageAccountId, name: 'mGageSMS', connector: 'mgage', settings }
    await saveServiceAccount(store, account, ground)
  },
  remove: (store) => removeServiceAccount(store, mgageAccountId),
}

/** PurecloudIDP and PorticoSMS are the two halves of one account: where its token and its messages come from and go. */
function porticoFace(half: {
  readonly name: string
  readonly urlSetting: 'loginUrl' | 'baseUrl'
  readonly example: string
  readonly secrets: readonly string[]
  readonly data: readonly string[]
}): ServiceFace {
  return {
    name: half.name,
    async read(store) {
      const account = await store.records.get('account', porticoAccountId)
      if (account?.settings[half.urlSetting] === undefined) return undefined
      return { url: textIn(account, half.urlSetting), data: dataOf(account, half.data) }
    },
    async write(store, body, ground) {
      const before = await store.records.get('account', porticoAccountId)
      const own = [half.urlSetting, ...half.data]
      const others = Object.entries(before?.settings ?? {}).filter(([name]) => !own.includes(name))
      const settings = {
        ...Object.fromEntries(others),
        ...knownData(body, half.data),
        [half.urlSetting]: urlIn(body, half.example),
        ...secretsIn(body, half.secrets, before?.secrets ?? {}),
      }
      const account = { id: porticoAccountId, name: 'Portico', connector: 'portico', settings }
      await saveServiceAccount(store, account, ground)
    },
    async remove(store, ground) {
      const before = await store.records.get('account', porticoAccountId)
      const own = [half.urlSetting, ...half.data]
      const others = Object.entries(before?.settings ?? {}).filter(([name]) => !own.includes(name))
      const isLast = !others.some(([name]) => name === 'loginUrl' || name === 'baseUrl')
      await refuseUsedAccount(store, porticoAccountId)
      if (isLast) return removeServiceAccount(store, porticoAccountId)
      const gone = half.secrets.map((name) => [name, null] as const)
      const settings = { ...Object.fromEntries(others), ...Object.fromEntries(gone) }
      const account = { id: porticoAccountId, name: 'Portico', connector: 'portico', settings }
      await saveServiceAccount(store, account, ground)
    },
  }
}

const smsFace: ServiceFace = {
  name: 'SMS',
  async read(store) {
    const channels = await store.records.get('digitalChannels', 'default')
    return channels?.sms === undefined ? undefined : { url: 'N/A', data: { ...channels.sms } }
  },
  async write(store, body, ground) {
    const { provider, tokenProvider } = knownData(body, ['provider', 'tokenProvider']) ?? {}
    const named = channelProviders.find((one) => one === provider)
    if (provider !== undefined && named === undefined) {
      throw serviceFault('data.provider', `data.provider must be ${channelProviders.join(', ')}.`)
    }
    if (tokenProvider !== undefined && tokenProvider !== 'Purecloud') {
      throw serviceFault('data.tokenProvider', 'data.tokenProvider must be Purecloud.')
    }
    secretsIn(body, [], {})
    const sms = {
      ...(named === undefined ? {} : { provider: named }),
      ...(tokenProvider === undefined ? {} : { tokenProvider: 'Purecloud' }),
    }
    await saveChannels(store, { sms }, ground)
    await reroute(store, ground)
  },
  async remove(store, ground) {
    await refuseDefaulted(store)
    await saveChannels(store, { sms: undefined }, ground)
  },
}

function textIn(account: Account, name: string): string {
  return String(account.settings[name] ?? '')
}

function dataOf(account: Account, names: readonly string[]) {
  return Object.fromEntries(
    Object.entries(account.settings).filter(([name]) => names.includes(name)),
  )
}

/** The services there are ("Provision SMS"): another name is not found. */
export const serviceFaces: readonly ServiceFace[] = [
  smsFace,
  mgageFace,
  asyncFace,
  porticoFace({
    name: 'PurecloudIDP',
    urlSetting: 'loginUrl',
    example: 'https://login.mypurecloud.com',
    secrets: ['clientId', 'clientSecret'],
    data: [],
  }),
  porticoFace({
    name: 'PorticoSMS',
    urlSetting: 'baseUrl',
    example: 'https://api.mypurecloud.com',
    secrets: [],
    data: ['sendPath'],
  }),
]
