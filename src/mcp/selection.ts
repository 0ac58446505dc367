import { asJson, type Json } from './protocol/rpc.ts'

/** One page of a list that the operation answers whole. */
export interface PageWish {
  readonly pageSize?: number
  readonly pageNumber?: number
}

const sizeDefault = 25

/** Keeps one page of `entities`, and says which of how many. */
export function pageOfEntities(answer: Json, { pageSize, pageNumber }: PageWish): Json {
  const { entities } = answer
  if (!Array.isArray(entities) || (pageSize === undefined && pageNumber === undefined))
    return answer
  const size = pageSize ?? sizeDefault
  const number = pageNumber ?? 1
  return {
    ...answer,
    entities: entities.slice((number - 1) * size, number * size),
    pageSize: size,
    pageNumber: number,
    total: entities.length,
    pageCount: Math.max(1, Math.ceil(entities.length / size)),
  }
}

/** Keeps the members that the dotted paths name; a path goes through every item of a list. */
export function selectFields(value: unknown, fields: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => selectFields(item, fields))
  const object = asJson(value)
  if (object === undefined) return value
  const wanted = new Map<string, string[]>()
  for (const field of fields) {
    const [head = '', ...rest] = field.split('.')
    const below = wanted.get(head) ?? []
    if (rest.length > 0) below.push(rest.join('.'))
    wanted.set(head, rest.length > 0 ? below : [])
  }
  const kept: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(object)) {
    const below = wanted.get(name)
    if (below !== undefined) kept[name] = below.length === 0 ? member : selectFields(member, below)
  }
  return kept
}

/** The same, for an answer whose items may stand in `entities`: paths are those of one item. */
export function selectInAnswer(answer: Json, fields: readonly string[]): Json {
  const { entities } = answer
  if (!Array.isArray(entities)) return asJson(selectFields(answer, fields)) ?? {}
  const whole = fields.some((field) => field === 'entities' || field.startsWith('entities.'))
  if (whole) return asJson(selectFields(answer, fields)) ?? {}
  return { ...answer, entities: selectFields(entities, fields) }
}
