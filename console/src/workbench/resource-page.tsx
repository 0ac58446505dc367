import { Boxes, Plus } from 'lucide-react'
import { useState } from 'react'
import { list } from '../api.ts'
import { useLiveResource } from '../feed.ts'
import { useAround } from '../me.ts'
import { Badge, Button } from '../ui/basics.tsx'
import { Dialog } from '../ui/dialogs.tsx'
import { Freshness } from '../ui/freshness.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { ResourceForm } from './resource-form.tsx'
import type { Entity, ResourceSpec } from './resource-spec.ts'

/** A page of the workbench for one kind of thing: the list, and beside it the form for one of them. */
export function ResourcePage({ spec }: { readonly spec: ResourceSpec }) {
  const { me } = useAround()
  const [open, setOpen] = useState<Entity | 'new' | undefined>(undefined)
  const [filter, setFilter] = useState('')
  const entities = useLiveResource(
    spec.path,
    async () => {
      const all = await list<Entity>(spec.path)
      return spec.keep === undefined ? all : all.filter(spec.keep)
    },
    spec.follows ?? [],
  )
  const { add, change } = spec.permissions
  const mayAdd = add !== undefined && me.can(add)
  const isReadOnly = change === undefined || !me.can(change)
  const close = () => setOpen(undefined)
  const shown = (entities.data ?? []).filter((one) =>
    JSON.stringify([one.name, one['address'], one['email'], one.id])
      .toLowerCase()
      .includes(filter.toLowerCase()),
  )
  return (
    <div className="page">
      <header>
        <div>
          <h1>
            {spec.title} {isReadOnly ? <Badge>Read-only</Badge> : null}{' '}
            {spec.follows === undefined ? null : <Freshness />}
          </h1>
          <p>{spec.intro}</p>
        </div>
        <div className="row">
          <input
            className="input"
            style={{ width: '12rem' }}
            type="search"
            aria-label={`Find among ${spec.title.toLowerCase()}`}
            placeholder="Find…"
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
          />
          {mayAdd ? (
            <Button look="primary" icon={Plus} onPress={() => setOpen('new')}>
              New
            </Button>
          ) : null}
        </div>
      </header>
      <Loaded resource={entities}>
        {(all) =>
          all.length === 0 ? (
            <Empty
              icon={Boxes}
              title="None yet"
              action={
                mayAdd ? <Button onPress={() => setOpen('new')}>Make {spec.one}</Button> : undefined
              }
            >
              {spec.intro}
            </Empty>
          ) : (
            <Table spec={spec} entities={shown} onOpen={setOpen} />
          )
        }
      </Loaded>
      <Dialog
        title={open === 'new' ? `Make ${spec.one}` : (open?.name ?? open?.id ?? '')}
        isOpen={open !== undefined}
        onClose={close}
        place="side"
      >
        {open === undefined ? null : (
          <ResourceForm
            spec={spec}
            entity={open === 'new' ? undefined : open}
            onDone={() => {
              close()
              void entities.reload()
            }}
            onChanged={() => void entities.reload()}
          />
        )}
      </Dialog>
    </div>
  )
}

function Table({
  spec,
  entities,
  onOpen,
}: {
  readonly spec: ResourceSpec
  readonly entities: readonly Entity[]
  readonly onOpen: (entity: Entity) => void
}) {
  return (
    <div className="table-wrap">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Name</th>
            {spec.columns.map(({ title }) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {entities.map((entity) => (
            <tr key={entity.id}>
              <td>
                <button type="button" className="link" onClick={() => onOpen(entity)}>
                  {entity.name ?? entity.id}
                </button>
              </td>
              {spec.columns.map(({ title, draw }) => (
                <td key={title}>{draw(entity)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
