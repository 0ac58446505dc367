import { useState } from 'react'
import { api, list } from '../api.ts'
import { useAction, useResource } from '../resource.ts'
import { Button } from '../ui/basics.tsx'
import { CopyButton } from '../ui/copy.tsx'
import { SelectField } from '../ui/fields.tsx'
import { Loaded, Problem } from '../ui/states.tsx'
import type { Entity } from './resource-spec.ts'

/** What is to be known of something, to read and to copy. */
export function Detail({ facts }: { readonly facts: readonly (readonly [string, string])[] }) {
  return (
    <dl className="stack">
      {facts.map(([name, value]) => (
        <div key={name} className="card stack">
          <dt className="xs soft">{name}</dt>
          <dd className="row">
            <code className="xs grow" style={{ overflowWrap: 'anywhere' }}>
              {value}
            </code>
            <CopyButton text={value} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

interface Given {
  readonly queueId: string
  readonly onChanged: () => void
}

/** Who belongs to a queue, and which wrap-up codes it offers. */
export function QueueMembers({ queueId, onChanged }: Given) {
  const base = `/api/v2/routing/queues/${queueId}`
  return (
    <>
      <Assigned
        title="Members"
        path={`${base}/members`}
        candidates="/api/v2/users"
        add={(id) => api('POST', `${base}/members`, { body: [{ id }] })}
        remove={(id) => api('DELETE', `${base}/members/${id}`)}
        onChanged={onChanged}
      />
      <Assigned
        title="Wrap-up codes"
        path={`${base}/wrapupcodes`}
        candidates="/api/v2/routing/wrapupcodes"
        add={(id) => api('POST', `${base}/wrapupcodes`, { body: [{ id }] })}
        remove={(id) => api('DELETE', `${base}/wrapupcodes/${id}`)}
        onChanged={onChanged}
      />
    </>
  )
}

function Assigned(given: {
  readonly title: string
  readonly path: string
  readonly candidates: string
  readonly add: (id: string) => Promise<unknown>
  readonly remove: (id: string) => Promise<unknown>
  readonly onChanged: () => void
}) {
  const [chosen, setChosen] = useState('')
  const assigned = useResource(given.path, () => list<Entity>(given.path))
  const candidates = useResource(given.candidates, () => list<Entity>(given.candidates))
  const change = useAction(async (work: () => Promise<unknown>) => {
    await work()
    setChosen('')
    await assigned.reload()
    given.onChanged()
  })
  const there = new Set((assigned.data ?? []).map(({ id }) => id))
  return (
    <section className="card stack">
      <h3>{given.title}</h3>
      <Loaded resource={assigned}>
        {(all) => (
          <ul className="stack">
            {all.length === 0 ? <li className="soft small">None.</li> : null}
            {all.map((one) => (
              <li key={one.id} className="row between">
                <span>{one.name ?? one.id}</span>
                <Button
                  look="quiet"
                  aria-label={`Take out ${one.name ?? one.id}`}
                  onPress={() => void change.run(() => given.remove(one.id))}
                >
                  Take out
                </Button>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {change.error === undefined ? null : <Problem error={change.error} />}
      <div className="row" style={{ alignItems: 'end' }}>
        <div className="grow">
          <SelectField
            label={`Add to ${given.title.toLowerCase()}`}
            value={chosen}
            empty="Choose…"
            choices={(candidates.data ?? [])
              .filter(({ id }) => !there.has(id))
              .map(({ id, name }) => ({ value: id, label: name ?? id }))}
            onChange={setChosen}
          />
        </div>
        <Button
          isDisabled={chosen === '' || change.isBusy}
          onPress={() => void change.run(() => given.add(chosen))}
        >
          Add
        </Button>
      </div>
    </section>
  )
}
