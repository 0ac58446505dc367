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

/** The vendor's listing envelope around a page; URIs carry no host. */
export function listing<T, W>(
  page: Page<T>,
  request: PageRequest,
  path: string,
  present: (entity: T) => W,
) {
  const pageCount = Math.max(1, Math.ceil(page.total / request.size))
  const uri = (number: number) => `${path}?pageSize=${request.size}&pageNumber=${number}`
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
