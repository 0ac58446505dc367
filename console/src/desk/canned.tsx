import { type KeyboardEvent, useEffect, useState } from 'react'
import { api, type Listing, list } from '../api.ts'

/** A prepared answer. */
export interface Canned {
  readonly id: string
  readonly name: string
  readonly text: string
}

interface WireResponse {
  readonly id: string
  readonly name: string
  readonly texts?: readonly { readonly content: string; readonly contentType?: string }[]
}

/** Read once a page; who may not read them has none. */
let library: Promise<readonly Canned[]> | undefined

async function readLibrary(): Promise<readonly Canned[]> {
  const libraries = await list<{ id: string }>('/api/v2/responsemanagement/libraries')
  const pages = await Promise.all(
    libraries.map(({ id }) =>
      api<Listing<WireResponse>>('GET', '/api/v2/responsemanagement/responses', {
        query: { libraryId: id, pageSize: 100 },
      }),
    ),
  )
  return pages.flatMap(({ entities }) =>
    entities.map(({ id, name, texts }) => ({ id, name, text: plain(texts?.[0]?.content ?? '') })),
  )
}

/** Forgets the prepared answers, which have been changed. */
export function forgetCanned(): void {
  library = undefined
}

function plain(content: string): string {
  return new DOMParser().parseFromString(content, 'text/html').body.textContent ?? content
}

/** The prepared answers that fit what stands behind a slash at the beginning, and the keys that choose among them. */
export function useCanned(text: string) {
  const [all, setAll] = useState<readonly Canned[]>([])
  const [chosen, setChosen] = useState(0)
  const isAsked = text.startsWith('/') && !text.includes('\n')
  useEffect(() => {
    if (!isAsked) return
    library ??= readLibrary()
    library.then(setAll, () => {
      library = undefined
    })
  }, [isAsked])
  const wanted = text.slice(1).toLowerCase()
  const found = isAsked
    ? all
        .filter(({ name, text: said }) => `${name} ${said}`.toLowerCase().includes(wanted))
        .slice(0, 8)
    : []
  const at = Math.min(chosen, Math.max(0, found.length - 1))
  return {
    isAsked,
    found,
    at,
    /** True when the key was taken for choosing. */
    onKey(event: KeyboardEvent, choose: (one: Canned) => void): boolean {
      const one = found[at]
      if (one === undefined) return false
      if (event.key === 'Enter' || event.key === 'Tab') {
        event.preventDefault()
        choose(one)
        return true
      }
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return false
      event.preventDefault()
      setChosen((at + (event.key === 'ArrowDown' ? 1 : -1) + found.length) % found.length)
      return true
    },
  }
}

/** The prepared answers to choose from, above the field. */
export function CannedList({
  canned,
  onChoose,
}: {
  readonly canned: ReturnType<typeof useCanned>
  readonly onChoose: (one: Canned) => void
}) {
  if (!canned.isAsked) return null
  if (canned.found.length === 0) {
    return (
      <p className="canned-none xs soft">
        No prepared answer goes by that. They are kept in the workbench.
      </p>
    )
  }
  return (
    <ul className="canned" aria-label="Prepared answers">
      {canned.found.map((one, index) => (
        <li key={one.id}>
          <button
            type="button"
            className="menu-item"
            data-focused={index === canned.at || undefined}
            onClick={() => onChoose(one)}
          >
            <strong>{one.name}</strong>
            <span className="truncate soft">{one.text}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
