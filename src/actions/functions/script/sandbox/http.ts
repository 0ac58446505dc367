import { type RequestOptions, readTarget } from './http-address.ts'
import { type RequestPorts, SandboxRequest } from './http-request.ts'
import { SandboxResponse } from './http-response.ts'

/** Connections are the server's, so an agent is only a name here. */
class Agent {
  destroy(): void {}
}

type OnResponse = (response: never) => unknown

/** Makes `require('http')` or `require('https')`: the requesting half, with Node's ways to call it. */
export function createHttp(scheme: 'http:' | 'https:', ports: RequestPorts) {
  const request = (target: unknown, second?: unknown, third?: unknown): SandboxRequest => {
    const onResponse = [second, third].find((one): one is OnResponse => typeof one === 'function')
    const more: RequestOptions = typeof second === 'object' && second !== null ? second : {}
    const { url, options } = readTarget(scheme, target, more)
    const made = new SandboxRequest(url, options, ports)
    if (onResponse !== undefined) made.once('response', onResponse)
    return made
  }
  return {
    request,
    get: (target: unknown, second?: unknown, third?: unknown): SandboxRequest =>
      request(target, second, third).end(),
    Agent,
    globalAgent: new Agent(),
    METHODS: ['DELETE', 'GET', 'POST', 'PUT'],
    ClientRequest: SandboxRequest,
    IncomingMessage: SandboxResponse,
  }
}
