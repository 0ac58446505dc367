import type { FastifyInstance, FastifyRequest } from 'fastify'
import { socketPath } from '../api/notifications/channel.ts'
import { subscriptionsPath } from '../api/notifications/schema.ts'
import { AppError } from '../errors.ts'
import { type NotificationDeps, NotificationSockets } from './notification-sockets.ts'

const subscriptionsRoute = subscriptionsPath.replace('{channelId}', ':channelId')

/**
 * Serves the sockets of notification channels. Whoever stops the server calls `announceClosing` and then `close` of what
 * is returned, before the server itself is closed.
 */
export function addNotificationSocket(
  app: FastifyInstance,
  deps: NotificationDeps,
): NotificationSockets {
  const sockets = new NotificationSockets(deps)
  app.get<{ Params: { channelId: string } }>(
    `${socketPath}/:channelId`,
    {
      websocket: true,
      async preValidation(request) {
        if ((await sockets.channel(request.params.channelId)) !== undefined) return
        throw new AppError(
          'not.found',
          'There is no such notification channel, or it has expired: make one with POST /api/v2/notifications/channels.',
        )
      },
    },
    (socket, request) => {
      void sockets.connect(socket, request.params.channelId)
    },
  )
  // Subscriptions that were made on this node hold when their maker is told so; other nodes look for themselves.
  // Without a promise for all the other requests.
  app.addHook('onSend', (request, _reply, payload, done) => {
    const channelId = channelSubscribed(request)
    if (channelId === undefined) {
      done(null, payload)
      return
    }
    sockets.refresh(channelId).then(() => done(null, payload), done)
  })
  return sockets
}

/** The channel whose subscriptions the request changes, if it is such a request. */
function channelSubscribed({ method, routeOptions, params }: FastifyRequest): string | undefined {
  if (method === 'GET' || routeOptions.url !== subscriptionsRoute) return undefined
  const given: unknown = params
  if (typeof given !== 'object' || given === null || !('channelId' in given)) return undefined
  return String(given.channelId)
}
