import { Bot, Download } from 'lucide-react'
import { useState } from 'react'
import { api, send } from '../../api.ts'
import { useAction, useResource } from '../../resource.ts'
import { Badge, Button, type Tone } from '../../ui/basics.tsx'
import { SelectField, TextField } from '../../ui/fields.tsx'
import { Empty, Loaded, Problem } from '../../ui/states.tsx'
import { Table } from '../../ui/table.tsx'
import { exactTime } from '../../ui/time.tsx'
import { type Entity, textOf } from '../resource-spec.ts'

const tones: Readonly<Record<string, Tone>> = {
  allow: 'good',
  confirmed: 'good',
  confirm: 'info',
  declined: 'warn',
  deny: 'bad',
  refused: 'bad',
}
const decisions = ['allow', 'confirm', 'confirmed', 'declined', 'deny', 'dry-run', 'refused']

/** What agents did through tools: who, which, what was decided, how it ended. */
export function ToolCallsPage() {
  const [tool, setTool] = useState('')
  const [decision, setDecision] = useState('')
  const calls = useResource(
    `tool-calls-${tool}-${decision}`,
    () =>
      api<{ entities: readonly Entity[] }>('GET', '/api/signalbox/tool-calls', {
        query: { tool, decision, limit: 200 },
      }),
    { everyMs: 3000 },
  )
  const save = useAction(async () => {
    const reply = await send('GET', '/api/signalbox/tool-calls/export')
    if (reply.status >= 400) throw new Error(`The audit could not be exported (${reply.status}).`)
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([reply.text]))
    link.download = 'tool-calls.jsonl'
    link.click()
    URL.revokeObjectURL(link.href)
  })
  return (
    <div className="page">
      <header>
        <div>
          <h1>Tool calls</h1>
          <p>The audit of what agents did through tools (MCP), newest first.</p>
        </div>
        <Button icon={Download} isDisabled={save.isBusy} onPress={() => void save.run()}>
          Export
        </Button>
      </header>
      {save.error === undefined ? null : <Problem error={save.error} />}
      <div className="row" style={{ alignItems: 'end' }}>
        <TextField label="Tool" type="search" value={tool} onChange={setTool} />
        <SelectField
          label="Decision"
          value={decision}
          empty="Any"
          choices={decisions.map((value) => ({ value, label: value }))}
          onChange={setDecision}
        />
      </div>
      <Loaded resource={calls}>
        {({ entities }) =>
          entities.length === 0 ? (
            <Empty icon={Bot} title="No tool was called">
              What AI clients do over MCP is written down here.
            </Empty>
          ) : (
            <Calls entities={entities} />
          )
        }
      </Loaded>
    </div>
  )
}

function Calls({ entities }: { readonly entities: readonly Entity[] }) {
  return (
    <Table heads={['When', 'Tool', 'Decision', 'Status', 'Took', 'Client']}>
      {entities.map((one) => {
        const decision = textOf(one, 'decision')
        return (
          <tr key={one.id}>
            <td>{exactTime(Date.parse(textOf(one, 'date')))}</td>
            <td className="mono xs">{textOf(one, 'tool')}</td>
            <td>
              <Badge tone={tones[decision] ?? 'plain'}>{decision}</Badge>
            </td>
            <td>{textOf(one, 'status')}</td>
            <td>{textOf(one, 'durationMs')} ms</td>
            <td className="mono xs">{textOf(one, 'clientId')}</td>
          </tr>
        )
      })}
    </Table>
  )
}
