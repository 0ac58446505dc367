import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { api } from '../../api.ts'
import { useResource } from '../../resource.ts'
import { Button, IconButton } from '../../ui/basics.tsx'
import { SelectField } from '../../ui/fields.tsx'

interface Tool {
  readonly name: string
  readonly title: string
  readonly channel: string
  readonly effect: string
}

/** The words of a rule as people read them. */
export const ruleWords = {
  allow: 'Allow',
  confirm: 'Ask a person',
  deny: 'Refuse',
} as const

const choices = Object.entries(ruleWords).map(([value, label]) => ({ value, label }))

/** Keys of rules that are not tools, with what they stand for. */
const broad: readonly (readonly [string, string])[] = [
  ['*', 'Everything'],
  ['effect:read', 'Reads'],
  ['effect:edit', 'Changes only colleagues see'],
  ['effect:send', 'Sends something to a customer'],
  ['effect:end', 'Ends or hands over'],
  ['channel:message', 'Messages'],
  ['channel:email', 'E-mail'],
  ['channel:social', 'Social'],
  ['channel:video', 'Video'],
  ['channel:cobrowse', 'Cobrowse'],
  ['channel:internal', 'Internal messages'],
  ['channel:fax', 'Fax'],
]
const broadKeys = new Set(broad.map(([key]) => key))

/** What a key of a rule stands for. */
export function ruleTitle(key: string): string {
  return broad.find(([known]) => known === key)?.[1] ?? key
}

type Rules = Readonly<Record<string, string>>

/** The rules of a policy as a text of JSON, edited one choice each; the most exact that fits a call counts. */
export function RulesField({
  value,
  onChange,
  problem,
  isReadOnly,
}: {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly problem: string | undefined
  readonly isReadOnly: boolean
}) {
  const rules = JSON.parse(value === '' ? '{}' : value) as Rules
  const set = (key: string, rule: string) => {
    const { [key]: _before, ...others } = rules
    onChange(JSON.stringify(rule === '' ? others : { ...others, [key]: rule }))
  }
  const named = Object.entries(rules).filter(([key]) => !broadKeys.has(key))
  const group = (title: string, keys: readonly (readonly [string, string])[]) => (
    <fieldset className="group" disabled={isReadOnly}>
      <legend>{title}</legend>
      <div className="rules">
        {keys.map(([key, label]) => (
          <SelectField
            key={key}
            label={label}
            value={rules[key] ?? ''}
            empty="No rule"
            choices={choices}
            onChange={(rule) => set(key, rule)}
          />
        ))}
      </div>
    </fieldset>
  )
  return (
    <div className="stack">
      {problem === undefined ? null : <p className="problem small">{problem}</p>}
      {group('By what a tool does', broad.slice(0, 5))}
      {group('By channel', broad.slice(5))}
      <fieldset className="group" disabled={isReadOnly}>
        <legend>By tool</legend>
        {named.length === 0 ? (
          <p className="small soft">None. A rule for a tool goes before the ones above.</p>
        ) : null}
        <ul className="stack tight">
          {named.map(([key, rule]) => (
            <li key={key} className="row" style={{ flexWrap: 'nowrap' }}>
              <div className="grow">
                <SelectField
                  label={key}
                  value={rule}
                  choices={choices}
                  onChange={(next) => set(key, next)}
                />
              </div>
              <IconButton icon={X} label={`No rule for ${key}`} onPress={() => set(key, '')} />
            </li>
          ))}
        </ul>
        <AddTool known={rules} onAdd={(name) => set(name, 'confirm')} />
      </fieldset>
    </div>
  )
}

function AddTool({
  known,
  onAdd,
}: {
  readonly known: Rules
  readonly onAdd: (name: string) => void
}) {
  const [chosen, setChosen] = useState('')
  const tools = useResource('tools', () =>
    api<{ entities: readonly Tool[] }>('GET', '/api/signalbox/tools'),
  )
  return (
    <div className="row" style={{ alignItems: 'end', flexWrap: 'nowrap' }}>
      <div className="grow">
        <SelectField
          label="A rule for the tool"
          value={chosen}
          empty="Choose…"
          problem={tools.error?.message}
          choices={(tools.data?.entities ?? [])
            .filter(({ name }) => known[name] === undefined)
            .map(({ name, effect }) => ({ value: name, label: `${name} (${effect}s)` }))}
          onChange={setChosen}
        />
      </div>
      <Button
        icon={Plus}
        isDisabled={chosen === ''}
        onPress={() => {
          onAdd(chosen)
          setChosen('')
        }}
      >
        Add
      </Button>
    </div>
  )
}
