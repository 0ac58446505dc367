import type { FastifyInstance, FastifyRequest } from 'fastify'
import { socketPath } from '../api/notifications/channel.ts'
import { subscriptionsPath } from '../api/notifications/schema.ts'
import { AppError } from '../errors.ts'
import { type NotificationDeps, NotificationSockets } from './notification-sockets.ts'

const subscriptionsRoute = subscriptionsPath.replace('{channelId}', ':channelId')

/**
 * Serves the sockets of notification channels. Whoever stops the server calls `announceClosing` and then `close` of what
 * is returned, before the server itself is closed. To be called before the operations are added, whose routes it watches.
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
  app.addHook('onRoute', (route) => {
    if (route.url !== subscriptionsRoute || route.method === 'GET') return
    route.onSend = async (request) => sockets.refresh(channelOf(request))
  })
  return sockets
}

function channelOf({ params }: FastifyRequest): string {
  return typeof params === 'object' && params !== null && 'channelId' in params
    ? String(params.channelId)
    : ''
}
