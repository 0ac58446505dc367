import { AlertTriangle, Check, CircleX, Info } from 'lucide-react'
import { useEffect, useState } from 'react'
import { ApiError, api } from '../../api.ts'
import { CodeField } from '../../editor/code-field.tsx'
import { Code } from '../../ui/copy.tsx'
import {
  type ActionDraft,
  bodyOf,
  type LintMark,
  parsed,
  type RunResult,
  type Step,
} from './action.ts'
import { type Part, placeOf } from './marks.ts'

/** How long typing must rest before the server is asked. */
const restMs = 350

export interface Explained {
  readonly result: RunResult | undefined
  readonly problem: string | undefined
  /** What the server refuses of a part. */
  readonly problems: ReadonlyMap<Part, string>
  readonly input: string
  readonly sample: string
  setInput(text: string): void
  setSample(text: string): void
}

/** What the draft would do, asked of the server while one types: nothing is sent anywhere, nothing is changed. */
export function useExplained(id: string, draft: ActionDraft): Explained {
  const [input, setInput] = useState('')
  const [sample, setSample] = useState('{}')
  const [result, setResult] = useState<RunResult | undefined>(undefined)
  const [refusal, setRefusal] = useState<Error | undefined>(undefined)
  const key = JSON.stringify(draft)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is the whole draft
  useEffect(() => {
    const over = new AbortController()
    const timer = setTimeout(async () => {
      try {
        const { config, contract } = bodyOf(draft)
        const body = {
          config,
          contract,
          draft: true,
          response: { body: sample },
          ...(input === '' ? {} : { input: parsed(input, 'Input') }),
        }
        const told = await api<RunResult>('POST', `/api/signalbox/actions/${id}/explain`, {
          body,
          signal: over.signal,
        })
        setResult(told)
        setRefusal(undefined)
        if (input === '') setInput(JSON.stringify(told.input ?? {}, null, 2))
      } catch (cause) {
        if (!over.signal.aborted)
          setRefusal(cause instanceof Error ? cause : new Error(String(cause)))
      }
    }, restMs)
    return () => {
      clearTimeout(timer)
      over.abort()
    }
  }, [id, key, input, sample])
  return {
    result,
    problem: refusal?.message,
    problems: problemsOf(refusal),
    input,
    sample,
    setInput,
    setSample,
  }
}

function problemsOf(refusal: Error | undefined): ReadonlyMap<Part, string> {
  if (!(refusal instanceof ApiError)) return new Map()
  return new Map(
    refusal.fields.flatMap(({ name, problem }) => {
      const part = placeOf(name)?.part
      return part === undefined ? [] : [[part, problem === '' ? refusal.message : problem] as const]
    }),
  )
}

const requestStep = /resolve|render|url|header|body|template|request|valid/i

/** Beside the editor: the sample that it is tried with, what comes of it, and the remarks of the linter. */
export function Rendered({
  explained,
  part,
}: {
  readonly explained: Explained
  readonly part: 'request' | 'response'
}) {
  const { result, problem } = explained
  const steps = (result?.operations ?? []).filter(
    ({ name }) => part === 'response' || requestStep.test(name),
  )
  return (
    <div className="stack">
      {part === 'request' ? (
        <CodeField
          label="Tried with this input"
          language="json"
          rows={5}
          value={explained.input}
          onChange={explained.setInput}
        />
      ) : (
        <CodeField
          label="Tried with this reply"
          language="json"
          rows={5}
          value={explained.sample}
          onChange={explained.setSample}
        />
      )}
      {problem === undefined ? null : (
        <p className="notice warn" role="status">
          {problem}
        </p>
      )}
      <LintMarks marks={result?.warnings ?? []} />
      <Steps steps={steps} />
      {part === 'response' && result?.finalResult !== undefined ? (
        <Code label="Result">{JSON.stringify(result.finalResult, null, 2)}</Code>
      ) : null}
    </div>
  )
}

const signs = { error: CircleX, warning: AlertTriangle, info: Info }
const tones = { error: 'bad', warning: 'warn', info: 'info' }

function LintMarks({ marks }: { readonly marks: readonly LintMark[] }) {
  return marks.map((mark) => {
    const Sign = signs[mark.severity]
    return (
      <div
        key={`${mark.field} ${mark.line} ${mark.column} ${mark.code}`}
        className={`notice ${tones[mark.severity]}`}
      >
        <Sign size={16} aria-label={mark.severity} role="img" />
        <div>
          {mark.message}
          <p className="xs">{whereOf(mark)}</p>
        </div>
      </div>
    )
  })
}

/** `Headers, Accept, line 1, column 4` */
function whereOf({ field, line, column }: LintMark): string {
  const { title, member } = placeOf(field) ?? { title: field, member: '' }
  return `${member === '' ? title : `${title}, ${member}`}, line ${line}, column ${column}`
}

/** Each step of a run: whether it went well, what came of it, and why. */
export function Steps({ steps }: { readonly steps: readonly Step[] }) {
  return (
    <ol className="stack" aria-label="Steps">
      {steps.map((step) => (
        <li key={step.step} className="card stack">
          <h3 className="steps-head">
            {step.success ? (
              <Check size={16} role="img" aria-label="Done" />
            ) : (
              <CircleX size={16} role="img" aria-label="Failed" />
            )}
            {step.name}
          </h3>
          {step.error === undefined ? null : <p className="problem small">{step.error.message}</p>}
          {(step.explanations ?? []).map((text) => (
            <p key={text} className="small soft">
              {text}
            </p>
          ))}
          {step.result === undefined ? null : (
            <Code label={`Result of ${step.name}`}>
              {typeof step.result === 'string' ? step.result : JSON.stringify(step.result, null, 2)}
            </Code>
          )}
        </li>
      ))}
    </ol>
  )
}
