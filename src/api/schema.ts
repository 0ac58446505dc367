import Type, { type Static } from 'typebox'
import type { Page, PageRequest } from '../store/store.ts'

/** An id in a path. Forms other than UUIDs are let through, and then not found. */
export const Id = Type.String({ minLength: 1, maxLength: 100 })

/** What listings take. Sizes and numbers count from 1; the vendor's defaults are 25 and 1. */
export const Paging = {
  pageSize: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  pageNumber: Type.Optional(Type.Integer({ minimum: 1 })),
}

const PagingQuery = Type.Object(Paging)

/** The page that a listing's query asks for. */
export function pageOf(query: Static<typeof PagingQuery>): PageRequest {
  return { size: query.pageSize ?? 25, number: query.pageNumber ?? 1 }
}

/** A reference to another entity, as the vendor writes it. */
export const EntityRef = Type.Object({
  id: Type.String(),
  name: Type.Optional(Type.String()),
  selfUri: Type.Optional(Type.String()),
})

/** A listing's path with what was asked for besides the page, so that its other pages are of the same listing. */
export function listingPath(path: string, query: Readonly<Record<string, unknown>>): string {
  const asked = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (name === 'pageSize' || name === 'pageNumber' || value === undefined) continue
    for (const one of Array.isArray(value) ? value : [value]) asked.append(name, String(one))
  }
  return asked.size === 0 ? path : `${path}?${asked}`
}

/** The vendor's listing envelope around a page; URIs carry no host, and go on where the path has a query. */
export function listing<T, W>(
  page: Page<T>,
  request: PageRequest,
  path: string,
  present: (entity: T) => W,
) {
  const pageCount = Math.max(1, Math.ceil(page.total / request.size))
  const start = path.includes('?') ? `${path}&` : `${path}?`
  const uri = (number: number) => `${start}pageSize=${request.size}&pageNumber=${number}`
  return {
    entities: page.entities.map(present),
    pageSize: request.size,
    pageNumber: request.number,
    total: page.total,
    firstUri: uri(1),
    ...(request.number > 1 ? { previousUri: uri(request.number - 1) } : {}),
    ...(request.number < pageCount ? { nextUri: uri(request.number + 1) } : {}),
    lastUri: uri(pageCount),
    selfUri: uri(request.number),
    pageCount,
  }
}

/** The schema of that envelope. */
export function Listing<Entity extends Parameters<typeof Type.Array>[0]>(entity: Entity) {
  return Type.Object({
    entities: Type.Array(entity),
    pageSize: Type.Integer(),
    pageNumber: Type.Integer(),
    total: Type.Integer(),
    pageCount: Type.Integer(),
    firstUri: Type.String(),
    lastUri: Type.String(),
    selfUri: Type.String(),
    nextUri: Type.Optional(Type.String()),
    previousUri: Type.Optional(Type.String()),
  })
}
