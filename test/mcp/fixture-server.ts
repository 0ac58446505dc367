import { randomBytes } from 'node:crypto'
import { silentLog } from '../../src/log.ts'
import { refusalOf } from '../../src/mcp/addresses.ts'
import { answerPost } from '../../src/mcp/protocol/endpoint.ts'
import type { EventStream } from '../../src/mcp/protocol/event-stream.ts'
import { Followings } from '../../src/mcp/protocol/followings.ts'
import { Sessions } from '../../src/mcp/protocol/sessions.ts'
import { createHttp } from '../../src/rest/server.ts'
import { openVault } from '../../src/vault.ts'
import { fixtureHost } from './fixture-pack.ts'

/** The protocol layer of the product with the fixture pack on it, without tokens, on a free loopback port. */
export async function startFixtureServer(): Promise<{ url: string; close(): Promise<void> }> {
  let last = 0
  const newId = () => String(++last)
  const http = await createHttp({ requestBytesMax: 1_000_000, trustProxy: false }, newId, silentLog)
  const seal = openVault(randomBytes(32))
  const host = fixtureHost(seal)
  const endpoint = {
    sessions: new Sessions(seal),
    followings: new Followings(),
    streams: new Set<EventStream>(),
    log: silentLog,
    newNonce: newId,
    scopeChallenge: () => 'Bearer',
  }
  http.post('/mcp', (request, reply) => {
    const known = { publicUrl: 'http://127.0.0.1', hosts: [] }
    const { host: name, origin } = request.headers
    if (refusalOf({ host: name, origin }, known) !== undefined) return reply.status(403).send()
    return answerPost(endpoint, { host, principal: 'anybody', request, reply })
  })
  http.get('/mcp', (_, reply) => reply.status(405).send())
  http.delete('/mcp', (_, reply) => reply.status(405).send())
  const url = await http.listen({ host: '127.0.0.1', port: 0 })
  return { url: `${url}/mcp`, close: () => http.close() }
}
