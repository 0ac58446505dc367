import { AlertTriangle, Check, CircleX, Info } from 'lucide-react'
import { useEffect, useState } from 'react'
import { api } from '../../api.ts'
import { Code } from '../../ui/copy.tsx'
import { TextArea } from '../../ui/fields.tsx'
import {
  type ActionDraft,
  bodyOf,
  type LintMark,
  parsed,
  type RunResult,
  type Step,
} from './action.ts'

/** How long typing must rest before the server is asked. */
const restMs = 350

export interface Explained {
  readonly result: RunResult | undefined
  readonly problem: string | undefined
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
  const [problem, setProblem] = useState<string | undefined>(undefined)
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
        setProblem(undefined)
        if (input === '') setInput(JSON.stringify(told.input ?? {}, null, 2))
      } catch (cause) {
        if (!over.signal.aborted) setProblem(cause instanceof Error ? cause.message : String(cause))
      }
    }, restMs)
    return () => {
      clearTimeout(timer)
      over.abort()
    }
  }, [id, key, input, sample])
  return { result, problem, input, sample, setInput, setSample }
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
        <TextArea
          label="Tried with this input"
          isMono
          rows={5}
          value={explained.input}
          onChange={explained.setInput}
        />
      ) : (
        <TextArea
          label="Tried with this reply"
          isMono
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
          <p className="xs">
            {mark.field}, line {mark.line}, column {mark.column}
          </p>
        </div>
      </div>
    )
  })
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
