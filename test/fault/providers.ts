import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a provider took. */
export interface Taken {
  readonly lane: string
  readonly text: string
}

/** How a provider answers one request: normally, never, or with a reply of the test's own, late if it says so. */
export type Behaviour =
  | 'well'
  | 'never'
  | {
      readonly status?: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string
      readonly delayMs?: number
    }

/** Two providers: one that does not drop doubles (Kaleyra's form), one that does (an open webhook). */
export interface Providers {
  readonly url: string
  /** In the order of arrival; whatever the answer was. */
  readonly sms: readonly Taken[]
  readonly open: readonly Taken[]
  close(): void
}

/** Starts both on one port; `behave` says how a text is answered, and may do something before that. */
export async function startProviders(
  behave: (taken: Taken, id: string) => Behaviour | Promise<Behaviour> = () => 'well',
): Promise<Providers> {
  const sms: Taken[] = []
  const open: Taken[] = []
  const server = createServer((request, response) => {
    read(request)
      .then((body) => take(request, body, response))
      .catch(() => response.destroy())
  })
  const take = async (request: IncomingMessage, body: string, response: ServerResponse) => {
    if (request.url?.startsWith('/v1/') === true) {
      const form = new URLSearchParams(body)
      const text = form.get('body') ?? ''
      const taken = { lane: `${form.get('sender')}|${form.get('to')}`, text }
      sms.push(taken)
      const id = `${sms.length}-${form.get('ref')}`
      const well = JSON.stringify({ data: [{ message_id: id }], error: {} })
      await answer(response, await behave(taken, id), { status: 202, body: well })
      return
    }
    const document = JSON.parse(body)
    const taken = { lane: String(document.channel.to.id), text: String(document.text) }
    if (document.type === 'Text') open.push(taken)
    await answer(response, await behave(taken, ''), { status: 200, body: '' })
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    sms,
    open,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function answer(
  response: ServerResponse,
  behaviour: Behaviour,
  well: { readonly status: number; readonly body: string },
): Promise<void> {
  if (behaviour === 'never') return
  const given = behaviour === 'well' ? {} : behaviour
  await new Promise((resolve) => setTimeout(resolve, given.delayMs ?? 0))
  const headers = given.headers ?? { 'content-type': 'application/json' }
  response.writeHead(given.status ?? well.status, headers)
  response.end(given.body ?? well.body)
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
