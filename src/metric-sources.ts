import type { Outside } from './context.ts'
import type { FeedWatch } from './messaging/notify.ts'
import type { MetricSources } from './metrics.ts'
import type { Database } from './store/store.ts'

/** What the figures are read from when somebody asks: deliveries of all organizations together. */
export function metricSources({
  database,
  outside,
  feed,
}: {
  readonly database: Database
  readonly outside: Pick<Outside, 'clock'>
  readonly feed: Pick<FeedWatch, 'subscribers'>
}): MetricSources {
  return {
    async depth() {
      const byState: Record<string, number> = {}
      let oldestMs: number | undefined
      for (const organizationId of await database.organizationIds()) {
        const depth = await database.store(organizationId).deliveries.depth()
        for (const [state, total] of Object.entries(depth.byState)) {
          byState[state] = (byState[state] ?? 0) + total
        }
        if (depth.oldestMs !== undefined)
          oldestMs = Math.min(oldestMs ?? depth.oldestMs, depth.oldestMs)
      }
      return { byState, ...(oldestMs === undefined ? {} : { oldestMs }) }
    },
    feedSubscribers: () => feed.subscribers,
    now: () => outside.clock.now(),
  }
}
