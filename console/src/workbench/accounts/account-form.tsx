import { useState } from 'react'
import { api, problemOf } from '../../api.ts'
import { useAround } from '../../me.ts'
import { useAction } from '../../resource.ts'
import { Button } from '../../ui/basics.tsx'
import { CheckField, SelectField, TextField } from '../../ui/fields.tsx'
import { Problem } from '../../ui/states.tsx'
import { Detail } from '../details.tsx'
import { type Account, accountsPath, type Connector, uncertainChoices } from './account.ts'
import { Capabilities, KitBadge, KitFacts } from './connectors.tsx'
import { asText, Setting, settingsBody } from './setting.tsx'

interface Given {
  readonly account: Account | undefined
  readonly accounts: readonly Account[]
  readonly connectors: readonly Connector[]
  readonly onDone: () => void
}

/** What the form holds beside the settings of the connector. */
interface Basics {
  readonly name: string
  readonly uncertain: string
  readonly fallback: string
  readonly perSecond: string
  readonly validS: string
  readonly isPrivate: boolean
}

function basicsOf(account: Account | undefined): Basics {
  const { validityMs, rate } = account ?? {}
  return {
    name: account?.name ?? '',
    uncertain: account?.uncertain ?? 'hold',
    fallback: account?.fallbackAccountId ?? '',
    perSecond: rate?.segmentsPerSecond === undefined ? '' : String(rate.segmentsPerSecond),
    validS: validityMs === undefined ? '' : String(validityMs / 1000),
    isPrivate: account?.allowPrivateNetwork ?? false,
  }
}

/** Adds an account, or changes one: its settings are drawn from the connector's own schema. */
export function AccountForm({ account, accounts, connectors, onDone }: Given) {
  const { me } = useAround()
  const mayEdit = me.can('signalbox:accounts:edit')
  const [basics, setBasics] = useState(() => basicsOf(account))
  const set = (change: Partial<Basics>) => setBasics({ ...basics, ...change })
  const [connectorName, setConnectorName] = useState(
    account?.connector ?? connectors[0]?.name ?? '',
  )
  const connector = connectors.find((one) => one.name === connectorName)
  const [settings, setSettings] = useState(() => settingsOf(account))
  const save = useAction(async () => {
    const body = {
      ...basicsBody(basics, account, connector),
      settings: settingsBody(connector, settings),
    }
    if (account === undefined)
      await api('POST', accountsPath, { body: { ...body, connector: connectorName } })
    else await api('PUT', `${accountsPath}/${account.id}`, { body })
    onDone()
  })
  const [isSure, setSure] = useState(false)
  const remove = useAction(async () => {
    await api('DELETE', `${accountsPath}/${account?.id}`)
    onDone()
  })
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        void save.run()
      }}
    >
      <TextField
        label="Name *"
        value={basics.name}
        onChange={(name) => set({ name })}
        isRequired
        isReadOnly={!mayEdit}
        problem={problemOf(save.error, 'name')}
      />
      {account === undefined ? (
        <SelectField
          label="Connector"
          value={connectorName}
          choices={connectors.map((one) => ({ value: one.name, label: one.title }))}
          onChange={setConnectorName}
        />
      ) : null}
      {Object.entries(connector?.settings.properties ?? {}).map(([key, property]) => (
        <Setting
          key={key}
          name={key}
          property={property}
          isRequired={connector?.settings.required?.includes(key) === true}
          isSet={account?.secretsSet.includes(key) === true}
          value={settings[key] ?? ''}
          problem={problemOf(save.error, key)}
          onChange={(value) => setSettings({ ...settings, [key]: value })}
        />
      ))}
      <Sending
        basics={basics}
        set={set}
        fallbacks={connector?.carries === 'sms' ? accounts.filter(isFallbackFor(account)) : []}
        error={save.error}
      />
      {save.error === undefined ? null : <Problem error={save.error} />}
      {remove.error === undefined ? null : <Problem error={remove.error} />}
      {mayEdit ? (
        <div className="row between">
          <Button type="submit" look="primary" isDisabled={basics.name === '' || save.isBusy}>
            {account === undefined ? 'Add' : 'Save'}
          </Button>
          {account === undefined ? null : isSure ? (
            <span className="row">
              <Button look="danger" isDisabled={remove.isBusy} onPress={() => void remove.run()}>
                Yes, remove it
              </Button>
              <Button onPress={() => setSure(false)}>Keep it</Button>
            </span>
          ) : (
            <Button look="danger" onPress={() => setSure(true)}>
              Remove
            </Button>
          )}
        </div>
      ) : null}
      {account === undefined ? null : (
        <Detail facts={[['Callback address', account.callbackUrl]]} />
      )}
      {connector === undefined ? null : <HowTo connector={connector} />}
    </form>
  )
}

const isFallbackFor = (account: Account | undefined) => (one: Account) =>
  one.id !== account?.id && one.carries === 'sms'

/** When it is slow, in doubt or down: what is done then. */
function Sending({
  basics,
  set,
  fallbacks,
  error,
}: {
  readonly basics: Basics
  readonly set: (change: Partial<Basics>) => void
  readonly fallbacks: readonly Account[]
  readonly error: Error | undefined
}) {
  return (
    <>
      {fallbacks.length === 0 ? null : (
        <SelectField
          label="When it does not take texts, they go by"
          hint="Only what it surely has not taken: it cannot be reached, refuses everything, or asks to wait for too long."
          value={basics.fallback}
          empty="No other: they wait for it"
          choices={fallbacks.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(fallback) => set({ fallback })}
          problem={problemOf(error, 'fallbackAccountId')}
        />
      )}
      <SelectField
        label="When it is not known whether a send was taken"
        value={basics.uncertain}
        choices={uncertainChoices}
        onChange={(uncertain) => set({ uncertain })}
      />
      <div className="two narrow">
        <TextField
          label="Segments a second at the most"
          type="number"
          value={basics.perSecond}
          onChange={(perSecond) => set({ perSecond })}
          problem={problemOf(error, 'segmentsPerSecond')}
        />
        <TextField
          label="Worth sending for, seconds"
          type="number"
          value={basics.validS}
          onChange={(validS) => set({ validS })}
          problem={problemOf(error, 'validityMs')}
        />
      </div>
      <CheckField
        label="May be at a private address"
        value={basics.isPrivate}
        onChange={(isPrivate) => set({ isPrivate })}
      />
    </>
  )
}

/** How to set the provider up, and what its adapter was proved to do. */
function HowTo({ connector }: { readonly connector: Connector }) {
  return (
    <section className="card stack">
      <div className="row between">
        <h3>{connector.title}</h3>
        <KitBadge kit={connector.kit} />
      </div>
      <Capabilities connector={connector} />
      <KitFacts connector={connector} />
      {connector.readme === '' ? null : (
        <details className="small">
          <summary>How to set it up</summary>
          <div className="text small">{connector.readme}</div>
        </details>
      )}
    </section>
  )
}

function settingsOf(account: Account | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(account?.settings ?? {}).map(([key, value]) => [
      key,
      value === '***' ? '' : asText(value),
    ]),
  )
}

/** What is taken away is null for an account that is there, and left out for a new one. */
function basicsBody(
  { name, uncertain, fallback, perSecond, validS, isPrivate }: Basics,
  account: Account | undefined,
  connector: Connector | undefined,
) {
  const gone = account === undefined ? {} : { fallbackAccountId: null }
  return {
    name,
    uncertain,
    allowPrivateNetwork: isPrivate,
    ...(connector?.carries !== 'sms'
      ? {}
      : fallback === ''
        ? gone
        : { fallbackAccountId: fallback }),
    ...(perSecond !== ''
      ? { rate: { ...account?.rate, segmentsPerSecond: Number(perSecond) } }
      : account === undefined
        ? {}
        : { rate: null }),
    ...(validS === '' ? {} : { validityMs: Math.round(Number(validS) * 1000) }),
  }
}
