import { CodeField } from '../../editor/code-field.tsx'
import { CheckField, SelectField, TextField } from '../../ui/fields.tsx'
import type { Connector, Property } from './account.ts'

/** The field for one setting of a connector, by its schema. */
export function Setting({
  name,
  property,
  isRequired,
  isSet,
  value,
  problem,
  onChange,
}: {
  readonly name: string
  readonly property: Property
  readonly isRequired: boolean
  readonly isSet: boolean
  readonly value: string
  readonly problem: string | undefined
  readonly onChange: (value: string) => void
}) {
  const title = property.title ?? name
  const options = property.enum ?? (property.anyOf ?? []).flatMap((one) => one.const ?? [])
  const hint = isSet ? 'It is set. Left empty, it stays.' : property.description
  const around = {
    label: isRequired && !isSet ? `${title} *` : title,
    ...(hint === undefined ? {} : { hint }),
    value: value === '' && property.secret !== true ? asText(property.default) : value,
    problem,
    onChange,
  }
  if (property.type === 'boolean') {
    return (
      <CheckField label={title} value={value === 'true'} onChange={(on) => onChange(String(on))} />
    )
  }
  if (property.secret !== true && (property.type === 'object' || property.type === 'array')) {
    return <CodeField {...around} language="json" rows={4} />
  }
  if (options.length > 0) {
    return (
      <SelectField
        {...around}
        empty="–"
        choices={options.map((one) => ({ value: one, label: one }))}
      />
    )
  }
  const isNumber = property.type === 'integer' || property.type === 'number'
  const type = property.secret === true ? 'password' : isNumber ? 'number' : 'text'
  return <TextField {...around} type={type} />
}

/** A setting as a text to be edited. */
export function asText(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value, null, 2) : String(value)
}

/** The settings as their schema wants them; what is empty is left out, so that a secret that is set stays. */
export function settingsBody(
  connector: Connector | undefined,
  settings: Readonly<Record<string, string>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(connector?.settings.properties ?? {}).flatMap(
      ([key, { type, default: initial }]) => {
        const value = settings[key] ?? asText(initial)
        if (value === '') return []
        if (type === 'integer' || type === 'number') return [[key, Number(value)]]
        if (type === 'boolean') return [[key, value === 'true']]
        return [[key, type === 'object' || type === 'array' ? JSON.parse(value) : value]]
      },
    ),
  )
}
