import { Play, Workflow } from 'lucide-react'
import { useState } from 'react'
import { api, list } from '../api.ts'
import { CodeField } from '../editor/code-field.tsx'
import type { CodeMark } from '../editor/mark.ts'
import { useAround } from '../me.ts'
import { useAction, useResource } from '../resource.ts'
import { Badge, Button } from '../ui/basics.tsx'
import { Code } from '../ui/copy.tsx'
import { TextArea } from '../ui/fields.tsx'
import { Empty, Loaded, Problem } from '../ui/states.tsx'

interface Flow {
  readonly id: string
  readonly name: string
  readonly version: number
  readonly source?: string
}

interface DryStep {
  readonly customer?: string
  readonly path: readonly string[]
  readonly effects: readonly { readonly type: string }[]
  readonly status: string
}

const path = '/api/signalbox/flows'

/** Routing applications: their files, and what they would do with a customer's texts before anybody is sent anything. */
export function FlowsPage() {
  const { me } = useAround()
  const [open, setOpen] = useState<Flow | undefined>(undefined)
  const [source, setSource] = useState('')
  const [texts, setTexts] = useState('Hello')
  const mayEdit = me.can('signalbox:flows:edit')
  const flows = useResource('flows', () => list<Flow>(path))
  const show = useAction(async (id: string) => {
    const flow = await api<Flow>('GET', `${path}/${id}`)
    setOpen(flow)
    setSource(flow.source ?? '')
  })
  const save = useAction(async () => {
    const flow = await api<Flow>('POST', path, { body: { source } })
    setOpen(flow)
    await flows.reload()
  })
  const [steps, setSteps] = useState<readonly DryStep[] | undefined>(undefined)
  const dryRun = useAction(async () => {
    setSteps(undefined)
    const body = { source, texts: texts.split('\n').filter((text) => text !== '') }
    const told = await api<{ steps: readonly DryStep[] }>('POST', `${path}/dryrun`, { body })
    setSteps(told.steps)
  })
  const error = show.error ?? save.error ?? dryRun.error
  const marks = marksOf(save.error ?? dryRun.error)
  return (
    <div className="page">
      <header>
        <div>
          <h1>Routing applications</h1>
          <p>What happens to a conversation before an agent is asked. A dry run sends nothing.</p>
        </div>
        {mayEdit ? (
          <Button
            look="primary"
            isDisabled={source === '' || save.isBusy}
            onPress={() => void save.run()}
          >
            {open === undefined ? 'Publish as new' : 'Publish'}
          </Button>
        ) : null}
      </header>
      <Loaded resource={flows}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon={Workflow} title="None yet">
              Write the file of one below; the guide has examples.
            </Empty>
          ) : (
            <ul className="row" aria-label="Routing applications">
              {all.map((one) => (
                <li key={one.id}>
                  <button
                    type="button"
                    className="chip"
                    aria-pressed={open?.id === one.id}
                    onClick={() => void show.run(one.id)}
                  >
                    {one.name}, version {one.version}
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {error === undefined ? null : <Problem error={error} />}
      <div className="two">
        <CodeField
          label="File of the application"
          language={/^\s*[{[]/.test(source) ? 'json' : 'yaml'}
          rows={24}
          marks={marks}
          value={source}
          isReadOnly={!mayEdit}
          onChange={setSource}
        />
        <div className="stack">
          <TextArea
            label="The customer writes, one text a line"
            rows={4}
            value={texts}
            onChange={setTexts}
          />
          <div>
            <Button
              icon={Play}
              isDisabled={source === '' || dryRun.isBusy}
              onPress={() => void dryRun.run()}
            >
              Dry run
            </Button>
          </div>
          {steps === undefined ? null : <DrySteps steps={steps} />}
        </div>
      </div>
    </div>
  )
}

/** Where the server says that the file is wrong. */
function marksOf(error: Error | undefined): readonly CodeMark[] {
  const [, line, column] = /at line (\d+), column (\d+)/.exec(error?.message ?? '') ?? []
  if (error === undefined || line === undefined) return []
  const { message } = error
  return [{ severity: 'error', line: Number(line), column: Number(column), message }]
}

function DrySteps({ steps }: { readonly steps: readonly DryStep[] }) {
  return (
    <ol className="stack" aria-label="Steps of the dry run">
      {steps.map((step, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps have no other name
        <li key={index} className="card stack">
          <p className="row">
            <Badge tone="accent">{step.status}</Badge>
            {step.customer === undefined ? 'The conversation begins' : `Customer: ${step.customer}`}
          </p>
          <p className="small soft">{step.path.join(' → ')}</p>
          {step.effects.map((effect, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: effects have no other name
            <Code key={at} label={effect.type}>
              {JSON.stringify(effect, null, 2)}
            </Code>
          ))}
        </li>
      ))}
    </ol>
  )
}
