import { readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import type { AnyOperation } from '../api/operation.ts'
import { AppError } from '../errors.ts'

/** An operation of the vendor's, with the parts of its path. */
interface NamedPath {
  readonly id: string
  readonly path: string
  readonly parts: readonly string[]
}

/** A part of a path that stands for any text. */
const parameter = /^\{\w+\}$/

/**
 * The names of the vendor's operations, by method and path: from the list that `npm run docs` makes of the official
 * SDK.
 */
export class PlatformOperations {
  /** By method and number of parts, so that a look-up compares few. */
  readonly #byShape = new Map<string, NamedPath[]>()

  constructor(list: string) {
    for (const line of list.split('\n')) {
      const [method, path, id] = line.split(' ')
      if (path === undefined || id === undefined) continue
      const parts = path.split('/')
      const shape = `${method} ${parts.length}`
      const alike = this.#byShape.get(shape) ?? []
      alike.push({ id, path, parts })
      this.#byShape.set(shape, alike)
    }
  }

  /** The operation's id, such as `getFlows`; a written part wins over a parameter. Undefined: the SDK knows none. */
  idOf(method: string, path: string): string | undefined {
    const parts = path.replace(/\/$/, '').split('/')
    let best: { readonly id: string; readonly written: number } | undefined
    for (const operation of this.#byShape.get(`${method} ${parts.length}`) ?? []) {
      if (!operation.parts.every((part, at) => part === parts[at] || parameter.test(part))) continue
      const written = operation.parts.filter((part) => !parameter.test(part)).length
      if (best === undefined || written > best.written) best = { id: operation.id, written }
    }
    return best?.id
  }

  /** Other operations whose requests would be taken for the given one's: `…/users/search` for `…/users/{userId}`. */
  hiddenBy({ method, path }: Pick<AnyOperation, 'method' | 'path'>): readonly NamedPath[] {
    const own = path.split('/')
    return (this.#byShape.get(`${method} ${own.length}`) ?? []).filter(
      ({ parts }) =>
        parts.every((part, at) => part === own[at] || parameter.test(own[at] ?? '')) &&
        parts.some((part, at) => part !== own[at] && !parameter.test(part)),
    )
  }
}

let known: PlatformOperations | undefined

/** The list that lies beside the documentation. */
export function platformOperations(): PlatformOperations {
  const file = new URL('../../docs/api/platform-operations.txt', import.meta.url)
  known ??= new PlatformOperations(readFileSync(file, 'utf8'))
  return known
}

/** The truthful 501 of an operation of the vendor's that is not built. */
export function notBuilt(
  operation: string,
  asked: { readonly method: string; readonly path: string },
): AppError {
  return new AppError(
    'not.implemented',
    'signalbox does not implement {operation} ({method} {path}).',
    { params: { operation, ...asked } },
  )
}

/** Gives operations that are not built a path of their own where a served one would answer for them with a 404. */
export function addHiddenOperations(app: FastifyInstance, served: readonly AnyOperation[]): void {
  const shapeOf = (method: string, path: string) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`
  const taken = new Set(served.map(({ method, path }) => shapeOf(method, path)))
  for (const operation of served) {
    const { method } = operation
    for (const { id, path } of platformOperations().hiddenBy(operation)) {
      const shape = shapeOf(method, path)
      if (taken.has(shape)) continue
      taken.add(shape)
      app.route({
        method,
        url: path.replace(/\{(\w+)\}/g, ':$1'),
        exposeHeadRoute: false,
        handler: async () => {
          throw notBuilt(id, { method, path })
        },
      })
    }
  }
}
