/** What a tool answered: its structured content, and whether it is an error. */
export interface ToolAnswer {
  // What a tool says is what the test is about; each assertion looks at what it needs.
  // biome-ignore lint/suspicious/noExplicitAny: the outside world enters here
  readonly answer: any
  readonly isError: boolean
  /** The text, which has to say the same. */
  readonly text: string
}

export interface AgentOptions {
  readonly url: string
  readonly token?: string
  /** The endpoint with what narrows it; the lean face unless given. */
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A client of the tools that sends plain JSON-RPC, as the catalogue's own callers do: no handshake, JSON only. */
export interface ToolAgent {
  // biome-ignore lint/suspicious/noExplicitAny: the outside world enters here
  rpc(method: string, params?: object): Promise<any>
  call(name: string, args?: object): Promise<ToolAnswer>
  /** Calls, and where a confirmation is asked for, gives it as a person would who agrees. */
  agree(name: string, args?: object): Promise<ToolAnswer>
  /** Calls and fails the test where the tool does. */
  // biome-ignore lint/suspicious/noExplicitAny: the outside world enters here
  done(name: string, args?: object): Promise<any>
}

/** Makes such a client. */
export function agentOf(options: AgentOptions): ToolAgent {
  let last = 0
  const rpc: ToolAgent['rpc'] = async (method, params = {}) => {
    last += 1
    const response = await fetch(`${options.url}${options.path ?? '/mcp'}`, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
        ...options.headers,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: last, method, params }),
    })
    return response.json()
  }
  const call = async (name: string, args: object = {}): Promise<ToolAnswer> => {
    const { result, error } = await rpc('tools/call', { name, arguments: args })
    if (result === undefined) throw new Error(`${name}: ${JSON.stringify(error)}`)
    return {
      answer: result.structuredContent,
      isError: result.isError === true,
      text: String(result.content[0].text),
    }
  }
  const agree = async (name: string, args: object = {}) => {
    const first = await call(name, args)
    if (first.answer?.code !== 'confirmation.required') return first
    return call(name, { ...args, confirmationToken: first.answer.confirmationToken })
  }
  return {
    rpc,
    call,
    agree,
    async done(name, args) {
      const { answer, isError } = await agree(name, args)
      if (isError) throw new Error(`${name}: ${JSON.stringify(answer)}`)
      return answer
    },
  }
}
