import { Trash2 } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { api, problemOf } from '../api.ts'
import { CodeField } from '../editor/code-field.tsx'
import { useAround } from '../me.ts'
import { useAction, useResource } from '../resource.ts'
import { AsCurl, curlOf } from '../ui/as-curl.tsx'
import { Button } from '../ui/basics.tsx'
import { CheckField, SelectField, TextArea, TextField } from '../ui/fields.tsx'
import { Problem } from '../ui/states.tsx'
import {
  type Entity,
  type FieldSpec,
  type ResourceSpec,
  textOf,
  type Values,
} from './resource-spec.ts'

interface Given {
  readonly spec: ResourceSpec
  readonly entity: Entity | undefined
  /** Made, changed or removed: the form can be closed. */
  readonly onDone: () => void
  /** Something about it changed while the form stays. */
  readonly onChanged: () => void
}

/** The form for one thing of a kind, with the same as a curl command under it. */
export function ResourceForm({ spec, entity, onDone, onChanged }: Given) {
  const { me } = useAround()
  const fields = spec.fields.filter(
    ({ only }) => only === undefined || (only === 'new') === (entity === undefined),
  )
  const [values, setValues] = useState<Values>(() =>
    Object.fromEntries(fields.map((field) => [field.name, initialOf(field, entity)])),
  )
  const path =
    entity === undefined
      ? spec.path.replace(/\?.*/, '')
      : (spec.pathOf?.(entity) ?? `${spec.path}/${entity.id}`)
  const method = entity === undefined ? 'POST' : (spec.changeMethod ?? 'PUT')
  const { add, change, remove } = spec.permissions
  const needed = entity === undefined ? add : change
  const mayEdit = needed !== undefined && me.can(needed)
  const [made, setMade] = useState<ReactNode>(undefined)
  const save = useAction(async () => {
    const reply = await api<Entity>(method, path, { body: spec.body(values, entity) })
    const told = entity === undefined ? spec.made?.(reply) : undefined
    if (told === undefined) return onDone()
    setMade(told)
    onChanged()
  })
  const [isSure, setSure] = useState(false)
  const removal = useAction(async () => {
    await api('DELETE', path)
    onDone()
  })
  if (made !== undefined) return made
  return (
    <div className="stack">
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          void save.run()
        }}
      >
        {fields.map((field) => (
          <FormField
            key={field.name}
            field={field}
            values={values}
            isReadOnly={!mayEdit}
            problem={problemOf(save.error, field.name)}
            onChange={(value) => setValues({ ...values, [field.name]: value })}
          />
        ))}
        {save.error === undefined ? null : <Problem error={save.error} />}
        {removal.error === undefined ? null : <Problem error={removal.error} />}
        {mayEdit ? (
          <div className="row between">
            <Button type="submit" look="primary" isDisabled={save.isBusy}>
              {entity === undefined ? 'Make' : 'Save'}
            </Button>
            {entity !== undefined && remove !== undefined && me.can(remove) ? (
              isSure ? (
                <span className="row">
                  <Button
                    look="danger"
                    isDisabled={removal.isBusy}
                    onPress={() => void removal.run()}
                  >
                    Yes, remove it
                  </Button>
                  <Button onPress={() => setSure(false)}>Keep it</Button>
                </span>
              ) : (
                <Button look="danger" icon={Trash2} onPress={() => setSure(true)}>
                  Remove
                </Button>
              )
            ) : null}
          </div>
        ) : null}
      </form>
      {entity === undefined ? null : spec.more?.(entity, onChanged)}
      {mayEdit && fields.length > 0 ? (
        <AsCurl text={curlText({ method, path, spec, values, entity })} />
      ) : null}
    </div>
  )
}

/** What goes over the wire when the form is saved: secrets stand as variables. */
function curlText({
  method,
  path,
  spec,
  values,
  entity,
}: {
  readonly method: string
  readonly path: string
  readonly spec: ResourceSpec
  readonly values: Values
  readonly entity: Entity | undefined
}): string {
  const secret = new Set(
    spec.fields.filter(({ kind }) => kind === 'secret').map(({ name }) => name),
  )
  const shown = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      secret.has(name) && value !== '' ? `$${name.toUpperCase()}` : value,
    ]),
  )
  const headers = ['Authorization: Bearer $TOKEN']
  return curlOf({ method, path, headers, body: bodyShown(spec, shown, entity) })
}

function bodyShown(spec: ResourceSpec, values: Values, entity: Entity | undefined): unknown {
  try {
    return spec.body(values, entity)
  } catch {
    return '…'
  }
}

function initialOf(field: FieldSpec, entity: Entity | undefined): string {
  if (field.kind === 'secret') return ''
  if (entity === undefined) return field.initial ?? ''
  return field.read?.(entity) ?? textOf(entity, field.name)
}

interface FormFieldProps {
  readonly field: FieldSpec
  readonly values: Values
  readonly isReadOnly: boolean
  readonly problem: string | undefined
  readonly onChange: (value: string) => void
}

function FormField({ field, values, isReadOnly, problem, onChange }: FormFieldProps) {
  const { label, hint, kind = 'text' } = field
  const value = values[field.name] ?? ''
  const around = {
    label: field.isRequired === true ? `${label} *` : label,
    problem,
    ...(hint === undefined ? {} : { hint }),
    value,
    onChange,
    isReadOnly,
  }
  if (field.draw !== undefined) return field.draw({ ...around, values })
  if (kind === 'select') return <ChoiceField field={field} around={around} />
  if (kind === 'check') {
    return (
      <CheckField label={label} value={value === 'true'} onChange={(on) => onChange(String(on))} />
    )
  }
  if (kind === 'area') return <TextArea {...around} />
  if (kind === 'json') return <CodeField {...around} language="json" rows={8} />
  const type = kind === 'number' ? 'number' : kind === 'secret' ? 'password' : 'text'
  return <TextField {...around} type={type} isRequired={field.isRequired === true} />
}

function ChoiceField({
  field,
  around,
}: {
  readonly field: FieldSpec
  readonly around: Omit<Parameters<typeof SelectField>[0], 'choices'>
}) {
  const choices = useResource(
    `choices-${field.name}-${field.label}`,
    () => field.choices?.() ?? Promise.resolve([]),
  )
  const known = choices.data ?? []
  const isKnown = around.value === '' || known.some(({ value }) => value === around.value)
  return (
    <SelectField
      {...around}
      problem={choices.error?.message ?? around.problem}
      empty={field.emptyLabel ?? '–'}
      choices={isKnown ? known : [{ value: around.value, label: around.value }, ...known]}
    />
  )
}
