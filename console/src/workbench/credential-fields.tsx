import { list } from '../api.ts'
import { useResource } from '../resource.ts'
import { TextField } from '../ui/fields.tsx'

/** A type of credential as the API lists it: the fields that it has. */
interface CredentialType {
  readonly id: string
  readonly name?: string
  readonly displayOrder?: readonly string[]
  readonly required?: readonly string[]
}

const path = '/api/v2/integrations/credentials/types'

/** The types of credentials, to choose from. */
export async function credentialTypes() {
  const types = await list<CredentialType>(path)
  return types.map(({ id, name }) => ({ value: id, label: name ?? id }))
}

/** The secrets of a credential by the fields of its type, kept as a text of JSON; a type with open fields takes that. */
export function CredentialFields({
  type,
  value,
  onChange,
  problem,
}: {
  readonly type: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly problem: string | undefined
}) {
  const types = useResource('credential-types', () => list<CredentialType>(path))
  const found = types.data?.find(({ id }) => id === type)
  if (type === '') return <p className="small soft">Choose a type to see its fields.</p>
  const fields = found?.displayOrder ?? []
  if (fields.length === 0) {
    return (
      <TextField
        label="Fields, as JSON"
        type="password"
        hint='Such as {"token": "…"}. Left empty, those that are set stay.'
        value={value}
        problem={problem}
        onChange={onChange}
      />
    )
  }
  const texts = textsIn(value)
  const set = (name: string, text: string) => {
    const next = { ...texts, [name]: text }
    const isEmpty = Object.values(next).every((one) => one === '')
    onChange(isEmpty ? '' : JSON.stringify(next))
  }
  return (
    <fieldset className="group">
      <legend>Fields</legend>
      {problem === undefined ? null : <p className="problem small">{problem}</p>}
      {fields.map((name) => (
        <TextField
          key={name}
          label={found?.required?.includes(name) === true ? `${name} *` : name}
          type="password"
          value={texts[name] ?? ''}
          onChange={(text) => set(name, text)}
        />
      ))}
      <span className="hint">Kept encrypted. Left empty, what is set stays.</span>
    </fieldset>
  )
}

function textsIn(value: string): Readonly<Record<string, string>> {
  try {
    return JSON.parse(value) as Record<string, string>
  } catch {
    return {}
  }
}
