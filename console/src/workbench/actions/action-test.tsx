import { Play, Save } from 'lucide-react'
import { useState } from 'react'
import { api } from '../../api.ts'
import { CodeField } from '../../editor/code-field.tsx'
import { useAction } from '../../resource.ts'
import { Badge, Button } from '../../ui/basics.tsx'
import { Code } from '../../ui/copy.tsx'
import { TextField } from '../../ui/fields.tsx'
import { Problem } from '../../ui/states.tsx'
import { type ActionDraft, parsed, type RunResult } from './action.ts'
import { Steps } from './rendered.tsx'

interface Case {
  readonly name: string
  readonly input: string
}

/** Runs an action for real with an input, step by step; inputs can be kept as cases in this browser. */
export function ActionTest({
  id,
  isDraft,
  draft,
}: {
  readonly id: string
  readonly isDraft: boolean
  readonly draft: ActionDraft | undefined
}) {
  const casesKey = `signalbox.cases.${id}`
  const [input, setInput] = useState('{}')
  const [cases, setCases] = useState<readonly Case[]>(
    () => JSON.parse(localStorage.getItem(casesKey) ?? '[]') as Case[],
  )
  const [name, setName] = useState('')
  const [result, setResult] = useState<RunResult | undefined>(undefined)
  const run = useAction(async () => {
    setResult(undefined)
    const body = parsed(input, 'Input')
    const path = `/api/v2/integrations/actions/${id}${isDraft ? '/draft' : ''}/test`
    setResult(await api<RunResult>('POST', path, { body }))
  })
  const keep = (next: readonly Case[]) => {
    setCases(next)
    localStorage.setItem(casesKey, JSON.stringify(next))
  }
  return (
    <div className="two">
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          void run.run()
        }}
      >
        <p className="small soft">
          {isDraft && draft !== undefined
            ? 'Runs the draft as it was last saved, against the real service.'
            : 'Runs what is published, against the real service.'}
        </p>
        <CodeField label="Input" language="json" rows={8} value={input} onChange={setInput} />
        <div className="row">
          <Button type="submit" look="primary" icon={Play} isDisabled={run.isBusy}>
            Run
          </Button>
        </div>
        <div className="row" style={{ alignItems: 'end' }}>
          <div className="grow">
            <TextField label="Keep this input as" value={name} onChange={setName} />
          </div>
          <Button
            icon={Save}
            isDisabled={name === ''}
            onPress={() => {
              keep([...cases.filter((one) => one.name !== name), { name, input }])
              setName('')
            }}
          >
            Keep
          </Button>
        </div>
        {cases.length === 0 ? null : (
          <ul className="row" aria-label="Kept inputs">
            {cases.map((one) => (
              <li key={one.name}>
                <button type="button" className="chip" onClick={() => setInput(one.input)}>
                  {one.name}
                </button>
              </li>
            ))}
          </ul>
        )}
        {run.error === undefined ? null : <Problem error={run.error} />}
      </form>
      <div className="stack" aria-live="polite">
        {result === undefined ? null : (
          <>
            <p>
              <Badge tone={result.success ? 'good' : 'bad'}>
                {result.success ? 'It went well' : 'It failed'}
              </Badge>
            </p>
            {result.error === undefined ? null : <p className="problem">{result.error.message}</p>}
            {result.finalResult === undefined ? null : (
              <Code label="Final result">{JSON.stringify(result.finalResult, null, 2)}</Code>
            )}
            <Steps steps={result.operations} />
          </>
        )}
      </div>
    </div>
  )
}
