import { list } from '../api.ts'
import { useResource } from '../resource.ts'

/** Kinds of things that others name by id, and where their names are listed. */
const listings = {
  queue: '/api/v2/routing/queues',
  user: '/api/v2/users',
  client: '/api/v2/oauth/clients',
  account: '/api/signalbox/accounts',
  integration: '/api/v2/conversations/messaging/integrations/open',
} as const

export type NamedKind = keyof typeof listings

type Names = ReadonlyMap<string, string>

const nobody: Names = new Map()
/** So long a listing is believed, milliseconds. */
const keptMs = 10_000
const known = new Map<NamedKind, { readonly readMs: number; readonly names: Promise<Names> }>()

/** The names of all of a kind by their ids; none where the user may not list them. */
function namesOf(kind: NamedKind): Promise<Names> {
  const kept = known.get(kind)
  if (kept !== undefined && Date.now() - kept.readMs < keptMs) return kept.names
  const names = list<{ id: string; name?: string }>(listings[kind]).then(
    (all) => new Map(all.map(({ id, name }) => [id, name ?? id])),
    () => new Map<string, string>(),
  )
  known.set(kind, { readMs: Date.now(), names })
  return names
}

/** The names of a kind, for views that put many of them into words. */
export function useNames(kind: NamedKind): Names {
  return useResource(`names-${kind}`, () => namesOf(kind)).data ?? nobody
}

/** What something is called; its id only where no name is known. */
export function NameOf({ kind, id }: { readonly kind: NamedKind; readonly id: string }) {
  const names = useResource(`names-${kind}`, () => namesOf(kind))
  const name = names.data?.get(id)
  if (name !== undefined) return <span title={id}>{name}</span>
  return names.data === undefined ? (
    <span className="soft">…</span>
  ) : (
    <code className="xs" title={id}>
      {id.length > 12 ? `${id.slice(0, 8)}…` : id}
    </code>
  )
}
