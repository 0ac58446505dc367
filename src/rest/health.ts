import type { FastifyInstance } from 'fastify'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Database } from '../store/store.ts'

/** What can be said of the server from outside. */
export interface HealthDeps {
  readonly database: Pick<Database, 'ping'>
  /** Whether the dispatcher takes deliveries. */
  dispatcherStarted(): boolean
  /** The figures, in the text form of Prometheus. */
  readonly metrics: { text(): Promise<string>; readonly contentType: string }
  readonly clock: Clock
  readonly log: Log
}

/** How long the database may take to answer before it counts as down. */
const pingMs = 2000

/**
 * Serves what a supervisor asks: `/health/live` (the process answers), `/health/ready` (it can do its work; 503 with the
 * parts that are down) and `/metrics`.
 */
export function addHealth(app: FastifyInstance, deps: HealthDeps): void {
  app.get('/health/live', async () => ({ status: 'up' }))

  app.get('/health/ready', async (_request, reply) => {
    const parts = {
      database: (await answers(deps)) ? 'up' : 'down',
      dispatcher: deps.dispatcherStarted() ? 'up' : 'down',
    }
    const down = Object.values(parts).includes('down')
    return reply.status(down ? 503 : 200).send({ status: down ? 'down' : 'up', parts })
  })

  app.get('/metrics', async (_request, reply) =>
    reply.type(deps.metrics.contentType).send(await deps.metrics.text()),
  )
}

async function answers({ database, clock, log }: HealthDeps): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const cancel = clock.after(pingMs, () => late.resolve(false))
  try {
    return await Promise.race([database.ping().then(() => true), late.promise])
  } catch (error) {
    log.warn('The database does not answer.', { err: error })
    return false
  } finally {
    cancel()
  }
}
