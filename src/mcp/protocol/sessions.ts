import { asJson, type Json, type RequestId, RpcError, rpcCodes } from './rpc.ts'

/** Seals texts so that they come back unchanged, bound to what they are for. */
export interface Seal {
  seal(text: string, context: string): string
  /** Throws when the text was changed, or sealed for something else. */
  open(sealed: string, context: string): string
}

/** What a client of an earlier revision said when it began. */
export interface Session {
  readonly id: string
  readonly clientCapabilities: Json
}

interface Question {
  readonly session: string
  readonly answer: (value: Json) => void
  readonly fail: (error: Error) => void
}

const context = 'mcp-session'
/** Questions to clients that may be open at the same time on this node. */
const questionsMax = 1000
const answerMs = 120_000

/**
 * Sessions of the earlier revisions. The id carries, sealed, what the client said, so that any node takes up any
 * session and nothing is kept; only questions to a client that are not answered yet live in the memory of one node.
 */
export class Sessions {
  readonly #seal: Seal
  readonly #questions = new Map<string, Question>()
  #last = 0

  constructor(seal: Seal) {
    this.#seal = seal
  }

  /** Begins a session for a principal; the id is worth nothing to any other. */
  begin(principal: string, params: Json, nonce: string): string {
    const capabilities = asJson(params['capabilities']) ?? {}
    const said = JSON.stringify([nonce, capabilities])
    // a client that says too much gets a session in which it can do nothing special
    const kept = said.length > 4000 ? JSON.stringify([nonce, {}]) : said
    return this.#seal.seal(kept, `${context} ${principal}`)
  }

  /** The session of that id; undefined when it is not one of this principal's. */
  read(id: string, principal: string): Session | undefined {
    if (id.length > 8000) return undefined
    try {
      const said: unknown = JSON.parse(this.#seal.open(id, `${context} ${principal}`))
      const capabilities: unknown = Array.isArray(said) ? said[1] : undefined
      return { id, clientCapabilities: asJson(capabilities) ?? {} }
    } catch {
      return undefined // a foreign or broken id is no session
    }
  }

  /** Puts a question to the client by `send`, and waits for its answer, which comes with another request. */
  ask(
    session: Session,
    question: { readonly method: string; readonly params: Json; readonly signal: AbortSignal },
    send: (message: string) => void,
  ): Promise<Json> {
    if (this.#questions.size >= questionsMax) {
      throw new RpcError(rpcCodes.internal, 'Too many questions to clients are open: try later.')
    }
    this.#last += 1
    const id = `ask-${this.#last}`
    const { method, params, signal } = question
    return new Promise<Json>((resolve, reject) => {
      const over = AbortSignal.any([signal, AbortSignal.timeout(answerMs)])
      const settle = (work: () => void) => {
        over.removeEventListener('abort', end)
        this.#questions.delete(id)
        work()
      }
      const end = () =>
        settle(() => reject(new RpcError(rpcCodes.internal, 'The client did not answer.')))
      over.addEventListener('abort', end)
      this.#questions.set(id, {
        session: session.id,
        answer: (value) => settle(() => resolve(value)),
        fail: (error) => settle(() => reject(error)),
      })
      send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    })
  }

  /** Takes a client's answer; one that nobody waits for is dropped. */
  take(session: Session, message: { id: RequestId; result?: unknown; error?: unknown }): void {
    const question = this.#questions.get(String(message.id))
    if (question === undefined || question.session !== session.id) return
    const result = asJson(message.result)
    if (result !== undefined) question.answer(result)
    else question.fail(new RpcError(rpcCodes.internal, 'The client refused the question.'))
  }
}
