import { FileCode, Plus } from 'lucide-react'
import { useState } from 'react'
import { Route, Switch, useLocation } from 'wouter'
import { api, list } from '../../api.ts'
import { useAround } from '../../me.ts'
import { useAction, useResource } from '../../resource.ts'
import { Badge, Button } from '../../ui/basics.tsx'
import { Dialog } from '../../ui/dialogs.tsx'
import { SelectField, TextField } from '../../ui/fields.tsx'
import { Empty, Loaded, Problem } from '../../ui/states.tsx'
import { Table } from '../../ui/table.tsx'
import type { Entity } from '../resource-spec.ts'
import type { Action } from './action.ts'
import { ActionEditor } from './action-editor.tsx'

const path = '/api/v2/integrations/actions'

/** Data actions: the list, and the editor for one of them. */
export default function ActionsPage() {
  return (
    <Switch>
      <Route path="/workbench/actions/:id">{({ id }) => <ActionEditor key={id} id={id} />}</Route>
      <Route>
        <ActionList />
      </Route>
    </Switch>
  )
}

function ActionList() {
  const { me } = useAround()
  const [, navigate] = useLocation()
  const [isNew, setNew] = useState(false)
  const actions = useResource('actions', async () => {
    const [published, drafts] = await Promise.all([
      list<Action>(path),
      list<Action>(`${path}/drafts`),
    ])
    const known = new Map([...drafts, ...published].map((one) => [one.id, one]))
    const drafted = new Set(drafts.map(({ id }) => id))
    const isPublished = new Set(published.map(({ id }) => id))
    return [...known.values()].map((action) => ({
      action,
      isDrafted: drafted.has(action.id),
      isPublished: isPublished.has(action.id),
    }))
  })
  return (
    <div className="page">
      <header>
        <div>
          <h1>Data actions</h1>
          <p>
            Requests that flows, agents and programs make through this server, with their templates
            and translations.
          </p>
        </div>
        {me.can('integrations:action:add') ? (
          <Button look="primary" icon={Plus} onPress={() => setNew(true)}>
            New
          </Button>
        ) : null}
      </header>
      <Loaded resource={actions}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon={FileCode} title="No data actions yet">
              Make one here, or import an exported one with <code>signalbox actions import</code>.
            </Empty>
          ) : (
            <Table heads={['Name', 'Category', 'State']}>
              {all.map(({ action, isDrafted, isPublished }) => (
                <tr key={action.id}>
                  <td>
                    <button
                      type="button"
                      className="link"
                      onClick={() => navigate(`/workbench/actions/${action.id}`)}
                    >
                      {action.name}
                    </button>
                  </td>
                  <td>{action.category}</td>
                  <td>
                    {isPublished ? <Badge tone="good">Published</Badge> : null}{' '}
                    {isDrafted ? <Badge tone="info">Draft</Badge> : null}
                  </td>
                </tr>
              ))}
            </Table>
          )
        }
      </Loaded>
      <Dialog title="Make a data action" isOpen={isNew} onClose={() => setNew(false)}>
        <NewAction onMade={(id) => navigate(`/workbench/actions/${id}`)} />
      </Dialog>
    </div>
  )
}

function NewAction({ onMade }: { readonly onMade: (id: string) => void }) {
  const [name, setName] = useState('')
  const [integrationId, setIntegrationId] = useState('')
  const integrations = useResource('action-integrations', () =>
    list<Entity>('/api/v2/integrations'),
  )
  const chosen = integrationId === '' ? (integrations.data?.[0]?.id ?? '') : integrationId
  const make = useAction(async () => {
    const made = await api<Action>('POST', `${path}/drafts`, {
      body: {
        name,
        category: integrations.data?.find(({ id }) => id === chosen)?.name ?? 'Data actions',
        integrationId: chosen,
        config: {
          request: { requestUrlTemplate: '/api/v2/users/me', requestType: 'GET', headers: {} },
          response: { translationMap: {}, translationMapDefaults: {} },
        },
        contract: {
          input: { inputSchema: { type: 'object', properties: {} } },
          output: { successSchema: { type: 'object', properties: {} } },
        },
      },
    })
    onMade(made.id)
  })
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        void make.run()
      }}
    >
      <TextField label="Name *" value={name} onChange={setName} isRequired />
      <SelectField
        label="Integration"
        value={chosen}
        choices={(integrations.data ?? []).map((one) => ({
          value: one.id,
          label: one.name ?? one.id,
        }))}
        onChange={setIntegrationId}
      />
      {make.error === undefined ? null : <Problem error={make.error} />}
      <div className="row end">
        <Button
          type="submit"
          look="primary"
          isDisabled={name === '' || chosen === '' || make.isBusy}
        >
          Make
        </Button>
      </div>
    </form>
  )
}
