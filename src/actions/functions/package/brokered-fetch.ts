import type { Ask } from './brokered-request.ts'

/** Statuses whose reply has no body. */
const bodiless = [101, 204, 205, 304]

/** Makes what stands in for the global `fetch`: it asks the server. Redirects come back as they are. */
export function createBrokeredFetch(ask: Ask): typeof fetch {
  return async function fetch(input, init) {
    const request = new Request(input, init)
    request.signal.throwIfAborted()
    const body = Buffer.from(await request.arrayBuffer())
    const { method, url } = request
    const asked = ask({ method, url, headers: Object.fromEntries(request.headers), body })
    const aborted = new Promise<never>((_, reject) => {
      request.signal.addEventListener('abort', () => reject(request.signal.reason), { once: true })
    })
    try {
      const reply = await Promise.race([asked, aborted])
      const content = bodiless.includes(reply.status) ? null : reply.body
      return new Response(content, { status: reply.status, headers: reply.headers })
    } catch (cause) {
      if (request.signal.aborted) throw cause
      throw new TypeError('fetch failed', { cause })
    }
  }
}
