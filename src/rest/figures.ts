import type { FastifyInstance } from 'fastify'
import type { WebhookResult } from '../messaging/webhook.ts'
import type { Metrics } from '../metrics.ts'

/** Counts every request by its route's pattern. */
export function observeRequests(app: FastifyInstance, metrics: Metrics): void {
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none'
    metrics.httpRequest(
      { method: request.method, route, status: reply.statusCode },
      reply.elapsedTime / 1000,
    )
    done()
  })
}

/** Counts what a provider's call brought. */
export function countTaken(metrics: Metrics, { connector, taken }: WebhookResult): void {
  for (const { fate, status } of taken) {
    if (status !== undefined)
      metrics.receipt({ connector, status, applied: fate === 'receipt-applied' })
    else if (fate === 'repeated') metrics.duplicateDropped({ connector })
    else metrics.inboundMessage({ connector })
  }
}
