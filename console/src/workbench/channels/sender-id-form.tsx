import { useState } from 'react'
import { api, problemOf } from '../../api.ts'
import { useAction } from '../../resource.ts'
import { AsCurl, curlOf } from '../../ui/as-curl.tsx'
import { Button } from '../../ui/basics.tsx'
import { CheckField, SelectField, TextArea, TextField } from '../../ui/fields.tsx'
import { Problem } from '../../ui/states.tsx'
import type { Center } from './service-form.tsx'

/** A section of the NexusServices transaction: one sender ID. */
export interface Section {
  readonly section: string
  readonly address: string
  readonly options: Readonly<Record<string, unknown>>
}

const headerPrefix = 'header:'

/** Writes the section of a sender ID as a whole, with the call that does the same beside it. */
export function SenderIdForm({
  center,
  section,
  onDone,
}: {
  readonly center: Center
  readonly section: Section | undefined
  readonly onDone: () => void
}) {
  const known = section?.options ?? {}
  const [name, setName] = useState(section?.section ?? 'chat.')
  const [channelId, setChannelId] = useState(String(known['channelId'] ?? ''))
  const [endpoint, setEndpoint] = useState(String(known['endpoint'] ?? ''))
  const [provider, setProvider] = useState(String(known['provider'] ?? ''))
  const [isCxcOnly, setCxcOnly] = useState(String(known['cxcOnly'] ?? 'false') === 'true')
  const [headers, setHeaders] = useState(() =>
    Object.entries(known)
      .filter(([option]) => option.startsWith(headerPrefix))
      .map(([option, value]) => `${option.slice(headerPrefix.length)}: ${value}`)
      .join('\n'),
  )
  const path = `/nexus/v3/provisioning/senderids/${encodeURIComponent(center.id)}/${encodeURIComponent(name)}`
  const body = {
    channelId,
    endpoint,
    cxcOnly: isCxcOnly,
    ...(provider === '' ? {} : { provider }),
    ...headersIn(headers),
  }
  const save = useAction(async () => {
    await api('PUT', path, { body, headers: center.headers })
    onDone()
  })
  const remove = useAction(async () => {
    await api('DELETE', path, { headers: center.headers })
    onDone()
  })
  return (
    <div className="two">
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          void save.run()
        }}
      >
        {section === undefined ? (
          <TextField
            label="Section *"
            hint="chat. and a name of letters, digits, - and _."
            value={name}
            onChange={setName}
            isMono
          />
        ) : null}
        <TextField
          label="Number or short code *"
          value={channelId}
          onChange={setChannelId}
          problem={problemOf(save.error, 'channelId')}
          isMono
        />
        <TextField
          label="Endpoint"
          hint="The queue or entry that its texts go to."
          value={endpoint}
          onChange={setEndpoint}
          problem={problemOf(save.error, 'endpoint')}
        />
        <SelectField
          label="Provider"
          value={provider}
          empty="As the service SMS says"
          choices={['Portico', 'Async', 'mGage'].map((value) => ({ value, label: value }))}
          onChange={setProvider}
          problem={problemOf(save.error, 'provider')}
        />
        <TextArea
          label="Headers, one a line"
          hint="Sent with each webhook of the gateway, such as X-Tenant: shop. Values are shown as ***."
          rows={3}
          value={headers}
          onChange={setHeaders}
          isMono
        />
        <CheckField label="Campaigns only (cxcOnly)" value={isCxcOnly} onChange={setCxcOnly} />
        {save.error === undefined ? null : <Problem error={save.error} />}
        {remove.error === undefined ? null : <Problem error={remove.error} />}
        <div className="row between">
          <Button
            type="submit"
            look="primary"
            isDisabled={name === 'chat.' || channelId === '' || save.isBusy}
          >
            {section === undefined ? 'Make' : 'Save'}
          </Button>
          {section === undefined ? null : (
            <Button look="danger" isDisabled={remove.isBusy} onPress={() => void remove.run()}>
              Remove
            </Button>
          )}
        </div>
      </form>
      <AsCurl
        text={curlOf({
          method: 'PUT',
          path,
          headers: ['x-api-key: $API_KEY', `x-ccid: ${center.id}`],
          body,
        })}
      />
    </div>
  )
}

function headersIn(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const at = line.indexOf(':')
      return at < 1 ? [] : [[headerPrefix + line.slice(0, at).trim(), line.slice(at + 1).trim()]]
    }),
  )
}
