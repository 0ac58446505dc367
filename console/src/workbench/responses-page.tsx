import { useState } from 'react'
import { Link } from 'wouter'
import { list } from '../api.ts'
import { forgetCanned } from '../desk/canned.tsx'
import { useResource } from '../resource.ts'
import { SelectField } from '../ui/fields.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { ResourcePage } from './resource-page.tsx'
import type { Entity, ResourceSpec } from './resource-spec.ts'

function textsOf(entity: Entity | undefined): readonly { readonly content?: string }[] {
  return (entity?.['texts'] ?? []) as readonly { readonly content?: string }[]
}

function firstText(entity: Entity): string {
  return textsOf(entity)[0]?.content ?? ''
}

function specOf(libraryId: string): ResourceSpec {
  const path = '/api/v2/responsemanagement/responses'
  return {
    title: 'Prepared answers',
    one: 'a prepared answer',
    intro:
      'Texts that agents find with a slash. What stands in {{places}} is filled in when a template is sent.',
    path: `${path}?libraryId=${libraryId}`,
    pathOf: ({ id }) => `${path}/${id}`,
    columns: [{ title: 'Text', draw: (one) => firstText(one).slice(0, 120) }],
    fields: [
      { name: 'name', label: 'Name', isRequired: true },
      { name: 'text', label: 'Text', kind: 'area', read: firstText },
    ],
    permissions: {
      add: 'responses:response:add',
      change: 'responses:response:edit',
      remove: 'responses:response:delete',
    },
    body(values, entity) {
      forgetCanned()
      // what the form does not show is replaced too, so it goes back as it came
      const [first = { contentType: 'text/plain' }, ...others] = textsOf(entity)
      return {
        name: values['name'],
        libraries: entity?.['libraries'] ?? [{ id: libraryId }],
        texts: [{ ...first, content: values['text'] ?? '' }, ...others],
        substitutions: entity?.['substitutions'],
        responseType: entity?.['responseType'],
        messagingTemplate: entity?.['messagingTemplate'],
        ...(entity?.version === undefined ? {} : { version: entity.version }),
      }
    },
  }
}

/** Prepared answers, one library at a time. */
export function ResponsesPage() {
  const libraries = useResource('libraries', () =>
    list<Entity>('/api/v2/responsemanagement/libraries'),
  )
  const [chosen, setChosen] = useState('')
  return (
    <Loaded resource={libraries}>
      {(all) => {
        const libraryId = chosen === '' ? (all[0]?.id ?? '') : chosen
        if (libraryId === '') {
          return (
            <div className="page">
              <h1>Prepared answers</h1>
              <Empty
                title="There is no library yet"
                action={<Link href="/workbench/libraries">Make a library</Link>}
              >
                Make one under “Response libraries”, then its answers here.
              </Empty>
            </div>
          )
        }
        return (
          <>
            <div className="page" style={{ paddingBottom: 0 }}>
              <div style={{ maxWidth: '18rem' }}>
                <SelectField
                  label="Library"
                  value={libraryId}
                  choices={all.map(({ id, name }) => ({ value: id, label: name ?? id }))}
                  onChange={setChosen}
                />
              </div>
            </div>
            <ResourcePage key={libraryId} spec={specOf(libraryId)} />
          </>
        )
      }}
    </Loaded>
  )
}
