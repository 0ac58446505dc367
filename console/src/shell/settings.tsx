import { useState } from 'react'
import { setSoundOn, soundOn } from '../desk/alert-sound.ts'
import { areKeysOn, type KeyAction, keyActions, keyOf, remap, setKeysOn } from '../keys.ts'
import { chooseTheme, chosenTheme, type Theme } from '../theme.ts'
import { Button } from '../ui/basics.tsx'
import { CheckField, SelectField } from '../ui/fields.tsx'

/** What each user sets for himself in this browser. */
export default function Settings() {
  const [, redraw] = useState(0)
  const changed = () => redraw((times) => times + 1)
  return (
    <div className="page">
      <header>
        <div>
          <h1>Settings</h1>
          <p>They are yours, and hold in this browser.</p>
        </div>
      </header>
      <section className="card form">
        <h2>Look and sound</h2>
        <div style={{ maxWidth: '18rem' }}>
          <SelectField
            label="Theme"
            value={chosenTheme()}
            choices={[
              { value: 'system', label: 'As the machine is set' },
              { value: 'light', label: 'Light' },
              { value: 'dark', label: 'Dark' },
            ]}
            onChange={(theme) => {
              chooseTheme(theme as Theme)
              changed()
            }}
          />
        </div>
        <CheckField
          label="Sound when an interaction alerts"
          value={soundOn()}
          onChange={(on) => {
            setSoundOn(on)
            changed()
          }}
        />
      </section>
      <section className="card form">
        <h2>Keys</h2>
        <CheckField
          label="Single keys do things (never inside inputs)"
          value={areKeysOn()}
          onChange={(on) => {
            setKeysOn(on)
            changed()
          }}
        />
        <div className="table-wrap">
          <table className="table keys">
            <thead>
              <tr>
                <th scope="col">What it does</th>
                <th scope="col">Where</th>
                <th scope="col">Key</th>
                <th scope="col">
                  <span className="sr-only">Change</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {(Object.keys(keyActions) as KeyAction[]).map((action) => (
                <KeyRow key={action} action={action} onChanged={changed} />
              ))}
            </tbody>
          </table>
        </div>
      </section>
    </div>
  )
}

function KeyRow({
  action,
  onChanged,
}: {
  readonly action: KeyAction
  readonly onChanged: () => void
}) {
  const { does, where, key } = keyActions[action]
  const now = keyOf(action)
  const rival = (Object.keys(keyActions) as KeyAction[]).find(
    (other) => other !== action && keyOf(other) === now,
  )
  return (
    <tr>
      <td>{does}</td>
      <td className="soft">{where}</td>
      <td>
        <input
          className="input mono key-input"
          aria-label={`Key for: ${does}`}
          value={now}
          maxLength={1}
          onChange={() => {}}
          onKeyDown={(event) => {
            // the space bar presses what has the focus
            if (event.key.length !== 1 || event.key === ' ') return
            if (event.ctrlKey || event.metaKey || event.altKey) return
            event.preventDefault()
            remap(action, event.key)
            onChanged()
          }}
        />
        {rival === undefined ? null : (
          <span className="xs problem"> also: {keyActions[rival].does}</span>
        )}
      </td>
      <td>
        {now === key ? null : (
          <Button
            look="quiet"
            onPress={() => {
              remap(action, undefined)
              onChanged()
            }}
          >
            Back to {key}
          </Button>
        )}
      </td>
    </tr>
  )
}
