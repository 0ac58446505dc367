/** A value as it is kept: its usual members in their places, and what else it has by name at the end. */
export type Placed = readonly unknown[]

/** How values of one kind are kept: as lists instead of objects, which takes half of the room. */
export interface Places<T extends object> {
  /** Times are counted from `sinceMs`. */
  pack(value: T, sinceMs?: number): Placed
  /** What was packed since that time, without the members that are kept elsewhere. */
  unpack(placed: Placed, sinceMs?: number): T
}

/** Which members have which place. */
export interface PlacesOptions<T> {
  /** From the first place on. The order is part of the form of the database. */
  readonly names: readonly (keyof T & string)[]
  /** Those among them that are moments, in epoch milliseconds. */
  readonly times?: readonly (keyof T & string)[]
  /** Those among them whose own members have places. */
  readonly parts?: { readonly [Name in keyof T]?: Places<Extract<T[Name], object>> }
  /** Those among them that are lists of such. */
  readonly lists?: { readonly [Name in keyof T]?: Places<Element<T[Name]>> }
  /** Members that columns beside the list hold. */
  readonly elsewhere?: readonly (keyof T & string)[]
}

type Element<M> = M extends readonly (infer E extends object)[] ? E : never

/** How a member is kept. */
interface Place {
  readonly name: string
  /** Undefined: a column beside the list holds it. */
  readonly index: number | undefined
  readonly isTime: boolean
  readonly part: Places<object> | undefined
  readonly element: Places<object> | undefined
}

/**
 * Makes the form of one kind of values. A member without a place is kept by name, so that none is lost that is added
 * later; what is undefined is absent.
 */
export function places<T extends object>(options: PlacesOptions<T>): Places<T> {
  const { names, times = [], parts, lists, elsewhere = [] } = options
  const place = (name: keyof T & string, index?: number): Place => ({
    name,
    index,
    isTime: times.includes(name),
    part: parts?.[name],
    element: lists?.[name],
  })
  const all = names.map(place)
  const placeOf = new Map<string, Place>()
  for (const one of [...all, ...elsewhere.map((name) => place(name))]) placeOf.set(one.name, one)
  const nothing: readonly unknown[] = names.map(() => null)
  return {
    pack(value, sinceMs = 0) {
      const packed = nothing.slice()
      let size = 0
      let others: Record<string, unknown> | undefined
      for (const name in value) {
        const member = value[name]
        if (member === undefined) continue
        const place = placeOf.get(name)
        if (place === undefined) {
          others ??= {}
          others[name] = member
        } else if (place.index !== undefined) {
          packed[place.index] = packMember(member, place, sinceMs)
          if (place.index >= size) size = place.index + 1
        }
      }
      if (others !== undefined) packed.push(others)
      else while (packed.length > size) packed.pop()
      return packed
    },
    unpack(placed, sinceMs = 0) {
      const found: Record<string, unknown> = {}
      for (let index = 0; index < all.length; index += 1) {
        const place = all[index]
        const member = placed[index] ?? undefined
        if (place === undefined || member === undefined) continue
        found[place.name] = unpackMember(member, place, sinceMs)
      }
      return Object.assign(found, placed[all.length]) as T // it was packed from one
    },
  }
}

function packMember(member: unknown, { isTime, part, element }: Place, sinceMs: number): unknown {
  if (isTime) return Number(member) - sinceMs
  if (element !== undefined && Array.isArray(member)) {
    return member.map((one) => element.pack(one, sinceMs))
  }
  return part !== undefined && typeof member === 'object' && member !== null
    ? part.pack(member, sinceMs)
    : member
}

function unpackMember(member: unknown, { isTime, part, element }: Place, sinceMs: number): unknown {
  if (isTime) return Number(member) + sinceMs
  if (!Array.isArray(member)) return member
  if (element !== undefined) return member.map((one) => element.unpack(one, sinceMs))
  return part === undefined ? member : part.unpack(member, sinceMs)
}
