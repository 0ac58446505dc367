import { useState } from 'react'
import { api, problemOf } from '../../api.ts'
import { CodeField } from '../../editor/code-field.tsx'
import { useAction } from '../../resource.ts'
import { AsCurl, curlOf } from '../../ui/as-curl.tsx'
import { Button } from '../../ui/basics.tsx'
import { CheckField, SelectField, TextField } from '../../ui/fields.tsx'
import { Problem } from '../../ui/states.tsx'
import { membersOf, type ServiceField, serviceKinds, textsOf } from './services.ts'

/** A service as the API shows it: everything but its secrets. */
export interface Service {
  readonly service: string
  readonly url?: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Where a contact center's calls go. */
export interface Center {
  readonly id: string
  readonly headers: Readonly<Record<string, string>>
}

/** Makes a service or changes one, with the call that does the same beside it. */
export function ServiceForm({
  center,
  service,
  onDone,
}: {
  readonly center: Center
  readonly service: Service | undefined
  readonly onDone: () => void
}) {
  const [name, setName] = useState(service?.service ?? serviceKinds[0]?.name ?? '')
  const kind = serviceKinds.find((one) => one.name === name)
  const [url, setUrl] = useState(service?.url ?? '')
  const [data, setData] = useState(() => textsOf(kind?.data ?? [], service?.data))
  const [secret, setSecret] = useState(() => secretsOf(kind?.secret ?? [], service))
  const choose = (next: string) => {
    const chosen = serviceKinds.find((one) => one.name === next)
    setName(next)
    setData(textsOf(chosen?.data ?? [], undefined))
    setSecret(secretsOf(chosen?.secret ?? [], undefined))
  }
  const path = `/nexus/v3/provisioning/services/${encodeURIComponent(center.id)}/${encodeURIComponent(name)}`
  const method = service === undefined ? 'POST' : 'PUT'
  const body = (isShown: boolean) => {
    const secrets = membersOf(kind?.secret ?? [], isShown ? hidden(secret, kind?.secret) : secret)
    return {
      ...(url === '' || kind?.url === undefined ? {} : { url }),
      data: membersOf(kind?.data ?? [], data),
      ...(Object.keys(secrets).length === 0 ? {} : { secret: secrets }),
    }
  }
  const save = useAction(async () => {
    await api(method, path, { body: body(false), headers: center.headers })
    onDone()
  })
  const remove = useAction(async () => {
    await api('DELETE', path, { headers: center.headers })
    onDone()
  })
  const field = (of: ServiceField, texts: Readonly<Record<string, string>>, isSecret: boolean) => (
    <ServiceFieldView
      key={`${name} ${isSecret} ${of.name}`}
      field={of}
      isSecret={isSecret}
      isNew={service === undefined}
      value={texts[of.name] ?? ''}
      problem={problemOf(save.error, `${isSecret ? 'secret' : 'data'}.${of.name}`)}
      onChange={(value) =>
        isSecret
          ? setSecret({ ...secret, [of.name]: value })
          : setData({ ...data, [of.name]: value })
      }
    />
  )
  return (
    <div className="two">
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          void save.run()
        }}
      >
        {service === undefined ? (
          <SelectField
            label="Service *"
            value={name}
            choices={serviceKinds.map((one) => ({ value: one.name, label: one.name }))}
            onChange={choose}
          />
        ) : null}
        <p className="small soft">{kind?.about}</p>
        {kind?.url === undefined ? null : (
          <TextField
            label="Address *"
            type="url"
            placeholder={kind.url}
            value={url}
            onChange={setUrl}
            problem={problemOf(save.error, 'url')}
          />
        )}
        {(kind?.data ?? []).map((one) => field(one, data, false))}
        {(kind?.secret ?? []).map((one) => field(one, secret, true))}
        {save.error === undefined ? null : <Problem error={save.error} />}
        {remove.error === undefined ? null : <Problem error={remove.error} />}
        <div className="row between">
          <Button type="submit" look="primary" isDisabled={name === '' || save.isBusy}>
            {service === undefined ? 'Make' : 'Save'}
          </Button>
          {service === undefined ? null : (
            <Button look="danger" isDisabled={remove.isBusy} onPress={() => void remove.run()}>
              Remove
            </Button>
          )}
        </div>
      </form>
      <AsCurl
        text={curlOf({
          method,
          path,
          headers: ['x-api-key: $API_KEY', `x-ccid: ${center.id}`],
          body: shown(() => body(true)),
        })}
      />
    </div>
  )
}

function ServiceFieldView({
  field,
  isSecret,
  isNew,
  value,
  problem,
  onChange,
}: {
  readonly field: ServiceField
  readonly isSecret: boolean
  readonly isNew: boolean
  readonly value: string
  readonly problem: string | undefined
  readonly onChange: (value: string) => void
}) {
  const { label, kind, isRequired, choices } = field
  const hint = isSecret && !isNew ? 'Left empty, what is set stays.' : field.hint
  const around = {
    label: isRequired === true && isNew ? `${label} *` : label,
    ...(hint === undefined ? {} : { hint }),
    value,
    problem,
    onChange,
  }
  if (kind === 'check') {
    return (
      <CheckField label={label} value={value === 'true'} onChange={(on) => onChange(String(on))} />
    )
  }
  if (kind === 'json') return <CodeField {...around} language="json" rows={6} />
  if (choices !== undefined) {
    const options = choices.map((one) => ({ value: one, label: one }))
    return <SelectField {...around} empty="–" choices={options} />
  }
  return <TextField {...around} type={isSecret ? 'password' : 'text'} />
}

function secretsOf(fields: readonly ServiceField[], service: Service | undefined) {
  return textsOf(fields, service === undefined ? undefined : {})
}

/** Secrets as variables of the shell; those within JSON are shown as they are filled in, without their values. */
function hidden(
  texts: Readonly<Record<string, string>>,
  fields: readonly ServiceField[] = [],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    fields.map(({ name, kind }) => {
      const text = texts[name] ?? ''
      if (text === '') return [name, '']
      return [name, kind === 'json' ? withoutSecrets(text) : `$${name.toUpperCase()}`]
    }),
  )
}

function withoutSecrets(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text, (key, value) => (key === 'secret' ? '$SECRET' : value)))
  } catch {
    return '"…"'
  }
}

function shown(body: () => unknown): unknown {
  try {
    return body()
  } catch {
    return '…'
  }
}
