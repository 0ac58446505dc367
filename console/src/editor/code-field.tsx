import { lazy, Suspense } from 'react'
import type { EditorLanguage } from './languages.ts'
import type { CodeMark } from './mark.ts'

const Editor = lazy(() => import('./editor.tsx'))

export interface CodeProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly language: EditorLanguage
  /** Height in lines while there is less text; one line has no numbers beside it. */
  readonly rows?: number
  readonly isReadOnly?: boolean
  readonly hint?: string
  readonly problem?: string | undefined
  readonly marks?: readonly CodeMark[]
}

/** A text for machines, edited with colours and marks. The editor is loaded when the first of them is drawn. */
export function CodeField(given: CodeProps) {
  const { label, rows = 4, hint, problem } = given
  return (
    <div className="field">
      <span className="label" aria-hidden>
        {label}
      </span>
      <Suspense
        fallback={
          <div
            className="code-editor waiting"
            role="status"
            aria-label="Loading"
            style={{ minHeight: `${rows * 1.22 + 0.85}rem` }}
          />
        }
      >
        <Editor {...given} />
      </Suspense>
      {hint === undefined && problem === undefined ? null : (
        <span className={problem === undefined ? 'hint' : 'problem'}>{problem ?? hint}</span>
      )}
    </div>
  )
}
