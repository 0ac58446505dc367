import type { Database, Store } from './store/store.ts'

/**
 * Puts right the webhooks that lead to relays of this very server, when it now listens elsewhere: an integration whose
 * webhook was this server's relay address under another port would otherwise call nobody.
 */
export async function keepOwnAddresses(
  database: Database,
  ownUrl: string,
  nowMs: number,
): Promise<void> {
  for (const organizationId of await database.organizationIds()) {
    await database.store(organizationId).transaction((store) => keepIn(store, { ownUrl, nowMs }))
  }
}

async function keepIn(
  store: Store,
  at: { readonly ownUrl: string; readonly nowMs: number },
): Promise<void> {
  const relays = await store.records.list('relay', { size: 1000, number: 1 })
  for (const relay of relays.entities) {
    const connection = await store.records.get('account', relay.connectionId)
    const integration = await store.records.get('openIntegration', relay.integrationId)
    if (connection?.settings['baseUrl'] !== 'self' || integration?.allowPrivateNetwork !== true)
      continue
    const path = `/relays/${store.organizationId}/${relay.id}`
    const webhookUrl = `${at.ownUrl}${path}`
    if (!integration.webhookUrl.endsWith(path) || integration.webhookUrl === webhookUrl) continue
    const version = integration.version + 1
    await store.records.save('openIntegration', {
      ...integration,
      webhookUrl,
      version,
      modifiedMs: at.nowMs,
    })
  }
}
