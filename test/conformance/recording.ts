import { readFileSync } from 'node:fs'
import platformClient from 'purecloud-platform-client-v2'
import { type SdkOperation, sdkOperations } from '../../scripts/platform-operations.ts'
import type { Answer, House, SdkClient } from '../house.ts'
import { SdkModels } from './sdk-models.ts'

const { ConversationsApi } = platformClient

/** The conversation operations of the official SDK. */
export type Conversations = InstanceType<typeof ConversationsApi>

/** What became of one operation: the last status, and what was wrong with any of its replies. */
export interface Verdict {
  readonly operation: SdkOperation
  /** Undefined: it was never called with success. */
  readonly status: number | undefined
  readonly problems: readonly string[]
}

interface Seen {
  status?: number
  readonly problems: string[]
}

const catalogue = new URL('seed-operations.txt', import.meta.url)

/** Notes how each of the 63 operations answers, and holds the replies against the SDK's own models. */
export class Recording {
  readonly #models = new SdkModels()
  readonly #statuses: ReadonlyMap<string, number>
  readonly #seen = new Map<string, Seen>()

  constructor() {
    const lines = readFileSync(catalogue, 'utf8').split('\n')
    this.#statuses = new Map(
      lines
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((line) => line.split(' '))
        .map(([id = '', status]) => [id, Number(status)]),
    )
  }

  /** The SDK's class over a client, whose calls are noted. The methods behave as they always do. */
  conversations(client: SdkClient): Conversations {
    const call = client.callApi.bind(client)
    const note = this.#note.bind(this)
    client.setReturnExtendedResponses(true)
    client.callApi = async (...given: Parameters<typeof call>) => {
      const [path, method] = given
      const extended: { status: number; body: unknown } = Object(await call(...given))
      note({ method, path, status: extended.status, body: extended.body })
      return extended.body === '' ? undefined : extended.body
    }
    return new ConversationsApi(client)
  }

  /** One of the 63 operations called without the SDK, for parameters that it has dropped. */
  async raw(
    house: House,
    asked: {
      readonly id: string
      readonly path: Readonly<Record<string, string>>
      readonly query: string
      readonly token: string
      readonly body?: object
    },
  ): Promise<Answer['body']> {
    const operation = operations.get(asked.id)
    if (operation === undefined) throw new Error(`The SDK knows no ${asked.id}.`)
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => asked.path[name] ?? '')
    const { method } = operation
    const answer = await house.call(method, `${path}?${asked.query}`, {
      token: asked.token,
      ...(asked.body === undefined ? {} : { body: asked.body }),
    })
    const { status, body } = answer
    this.#note({ method, path: operation.path, status, body })
    return body
  }

  /** One verdict for each of the 63, in the order of the catalogue. */
  verdicts(): readonly Verdict[] {
    return [...this.#statuses].map(([id, wanted]) => {
      const operation = operations.get(id)
      if (operation === undefined) throw new Error(`The SDK knows no ${id}.`)
      const seen = this.#seen.get(id)
      const wrong =
        seen?.status === undefined || seen.status === wanted
          ? []
          : [`the status is ${seen.status}, not ${wanted}`]
      return {
        operation,
        status: seen?.status,
        problems: [...(seen?.problems ?? ['it was never called']), ...wrong],
      }
    })
  }

  #note(reply: {
    readonly method: string
    readonly path: string
    readonly status: number
    readonly body: unknown
  }): void {
    const id = idByRoute.get(`${reply.method} ${reply.path}`)
    if (id === undefined || !this.#statuses.has(id)) return
    const seen = this.#seen.get(id) ?? { problems: [] }
    this.#seen.set(id, seen)
    seen.status = reply.status
    const type = this.#models.replyOf(id)
    if (type === undefined) throw new Error(`The SDK does not say what ${id} answers.`)
    const isEmpty = reply.body === undefined || reply.body === ''
    if (type === 'void' || type === 'object') {
      if (type === 'void' && !isEmpty) seen.problems.push('it should have no body')
    } else if (isEmpty) seen.problems.push('it has no body')
    else seen.problems.push(...this.#models.problems(reply.body, type))
  }
}

const operations = new Map(sdkOperations().map((operation) => [operation.id, operation]))
const idByRoute = new Map(
  [...operations.values()].map(({ id, method, path }) => [`${method} ${path}`, id]),
)
