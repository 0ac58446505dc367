import type { ReactNode } from 'react'
import { CodeField } from '../../editor/code-field.tsx'
import type { EditorLanguage } from '../../editor/languages.ts'
import { SelectField, TextField } from '../../ui/fields.tsx'
import type { ActionDraft } from './action.ts'
import { marksIn, type Part } from './marks.ts'
import { type Explained, Rendered } from './rendered.tsx'

interface Given {
  readonly draft: ActionDraft
  readonly explained: Explained
  readonly set: (change: Partial<ActionDraft>) => void
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Draws the editor of a part with the server's remarks in it. */
function partsOf({ draft, explained, set }: Given) {
  const marks = explained.result?.warnings ?? []
  return (
    part: Part,
    of: {
      readonly label: string
      readonly language: EditorLanguage
      readonly rows: number
      readonly isReadOnly?: boolean
      readonly hint?: string
    },
  ): ReactNode => (
    <CodeField
      {...of}
      value={draft[part]}
      marks={marksIn(part, draft, marks)}
      problem={explained.problems.get(part)}
      onChange={(text) => set({ [part]: text })}
    />
  )
}

/** Name, category and the two schemas: what callers give and get. */
export function ContractTab(given: Given & { readonly isPublished: boolean }) {
  const { draft, set, isPublished } = given
  const part = partsOf(given)
  return (
    <div className="form">
      <div className="two">
        <TextField label="Name" value={draft.name} onChange={(name) => set({ name })} />
        <TextField
          label="Category"
          value={draft.category}
          onChange={(category) => set({ category })}
        />
      </div>
      {isPublished ? (
        <p className="notice info">The contract of a published action stays as it is.</p>
      ) : null}
      <div className="two">
        {part('inputSchema', {
          label: 'Input contract (JSON Schema)',
          language: 'json',
          rows: 16,
          isReadOnly: isPublished,
        })}
        {part('successSchema', {
          label: 'Output contract (JSON Schema)',
          language: 'json',
          rows: 16,
          isReadOnly: isPublished,
        })}
      </div>
    </div>
  )
}

/** What is sent, and beside it how that looks with an input. */
export function RequestTab(given: Given) {
  const { draft, set, explained } = given
  const part = partsOf(given)
  return (
    <div className="two">
      <div className="form">
        <SelectField
          label="Method"
          value={draft.method}
          choices={methods.map((value) => ({ value, label: value }))}
          onChange={(method) => set({ method })}
        />
        {part('url', { label: 'URL template', language: 'velocity', rows: 1 })}
        {part('headers', { label: 'Headers', language: 'json', rows: 4 })}
        {part('requestTemplate', { label: 'Request template', language: 'velocity', rows: 10 })}
      </div>
      <Rendered explained={explained} part="request" />
    </div>
  )
}

/** What is made of the reply, and beside it how that looks with a sample. */
export function ResponseTab(given: Given) {
  const part = partsOf(given)
  return (
    <div className="two">
      <div className="form">
        {part('translationMap', {
          label: 'Translation map (JSONPath)',
          language: 'json',
          rows: 6,
        })}
        {part('defaults', { label: 'Defaults', language: 'json', rows: 4 })}
        {part('successTemplate', { label: 'Success template', language: 'velocity', rows: 8 })}
      </div>
      <Rendered explained={given.explained} part="response" />
    </div>
  )
}
