import { type KeyboardEvent, useEffect, useState } from 'react'
import { placesOf, type Template } from '../../../src/domain/template.ts'
import { type TemplateSource, templateOf } from '../../../src/domain/template-form.ts'
import { api, type Listing, list } from '../api.ts'
import { Badge } from '../ui/basics.tsx'

/** A prepared answer. */
export interface Prepared {
  readonly id: string
  readonly name: string
  readonly text: string
  /** Of one that has places to fill in, or parts beside its text: it is sent as a template. */
  readonly template?: Template
  /** What is known of its places, by their names. */
  readonly substitutions: ReadonlyMap<string, Substitution>
}

interface Substitution {
  readonly id: string
  readonly description?: string
  readonly defaultValue?: string
}

interface WireResponse extends TemplateSource {
  readonly name: string
  readonly texts?: readonly {
    readonly content: string
    readonly contentType?: string
    readonly type?: string
  }[]
  readonly substitutions?: readonly Substitution[]
  readonly responseType?: string
}

/** Read once a page; who may not read them has none. */
let library: Promise<readonly Prepared[]> | undefined

/** All prepared answers, templates included. */
export function readPrepared(): Promise<readonly Prepared[]> {
  library ??= readLibrary().catch((error: unknown) => {
    library = undefined
    throw error
  })
  return library
}

async function readLibrary(): Promise<readonly Prepared[]> {
  const libraries = await list<{ id: string }>('/api/v2/responsemanagement/libraries')
  const pages = await Promise.all(
    libraries.map(({ id }) =>
      api<Listing<WireResponse>>('GET', '/api/v2/responsemanagement/responses', {
        query: { libraryId: id, pageSize: 100 },
      }),
    ),
  )
  const all = new Map(pages.flatMap(({ entities }) => entities.map((one) => [one.id, one])))
  return [...all.values()].map((one) => ({
    id: one.id,
    name: one.name,
    text: plain(one.texts?.[0]?.content ?? ''),
    substitutions: new Map((one.substitutions ?? []).map((each) => [each.id, each])),
    ...(isTemplate(one) ? { template: templateOf(one) } : {}),
  }))
}

/** What is made for campaigns or mails is none, and HTML is no text that a template could send. */
function isTemplate({ responseType, texts = [] }: WireResponse): boolean {
  if (responseType !== undefined) return responseType === 'MessagingTemplate'
  const [first] = texts
  return first?.contentType !== 'text/html' && placesOf(first?.content ?? '').length > 0
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
  const [all, setAll] = useState<readonly Prepared[]>([])
  const [chosen, setChosen] = useState(0)
  const isAsked = text.startsWith('/') && !text.includes('\n')
  useEffect(() => {
    if (!isAsked) return
    readPrepared().then(setAll, () => undefined)
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
    onKey(event: KeyboardEvent, choose: (one: Prepared) => void): boolean {
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
  readonly onChoose: (one: Prepared) => void
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
            {one.template === undefined ? null : <Badge>Template</Badge>}
            <span className="truncate soft">{one.text}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
