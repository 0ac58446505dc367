import type { FastifyRequest } from 'fastify'
import type { Outside } from '../context.ts'
import type { Exchange } from '../exchange.ts'
import { redactorFor } from '../redact.ts'

/** Writes a call to us down, with secrets masked; the reply is not known yet and is not kept. */
export function recordCall(
  request: FastifyRequest,
  given: { readonly outside: Outside; readonly secrets: readonly string[] },
): Exchange {
  const redactor = redactorFor(given.secrets)
  const nowMs = given.outside.clock.now()
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return {
    id: given.outside.ids.uuid(),
    startedMs: nowMs,
    endedMs: nowMs,
    method: request.method,
    url: redactor.url(request.url),
    requestHeaders: redactor.headers(headers),
    requestBody: redactor.body(request.rawBody, headers['content-type']),
  }
}
