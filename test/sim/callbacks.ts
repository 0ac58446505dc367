import type { WebhookRequest } from '../../src/connectors/connector.ts'
import { hubSignature } from '../../src/connectors/http.ts'
import type { ReceiptStatus } from '../../src/domain/receipt.ts'
import type { Exchange } from '../../src/exchange.ts'
import { takeOpenReceipt } from '../../src/messaging/open-receipt.ts'
import { takeFromProvider } from '../../src/messaging/webhook.ts'
import { short } from './commits.ts'
import type { Doors } from './doors.ts'
import type { Ground } from './ground.ts'
import { callbackSecret, smsAccounts } from './house.ts'
import type { SimNode } from './node.ts'
import type { Taken } from './providers.ts'
import { receiptsWithoutOrder } from './receipts-without-order.ts'

type Told = Extract<ReceiptStatus, 'Sent' | 'Delivered' | 'Failed'>

const statuses = { Sent: 'Sent', Delivered: 'DELIVRD', Failed: 'Undelivered' } as const

/** What providers tell the house of what they took: receipts in any order, twice, too early and against each other. */
export class Callbacks {
  readonly #ground: Ground
  readonly #doors: Doors

  constructor(ground: Ground, doors: Doors) {
    this.#ground = ground
    this.#doors = doors
  }

  /** Plans the receipts of what a provider took. */
  report(taken: Taken): void {
    const { chance, schedule } = this.#ground
    const faults = this.#ground.faults()
    for (const status of this.#plan(faults.contradiction)) {
      const isEarly = chance.happens(faults.earlyReceipt)
      const delayMs = isEarly ? chance.between(0, 20) : chance.between(50, 8000)
      const names = chance.pick(['both', 'ours', 'theirs'] as const)
      schedule.errand(delayMs, () => this.#tell(taken, status, names))
      if (!chance.happens(faults.receiptTwice)) continue
      schedule.errand(delayMs + chance.between(0, 5000), () => this.#tell(taken, status, names))
    }
  }

  #plan(contradiction: number): readonly Told[] {
    const { chance } = this.#ground
    if (chance.happens(0.1)) return []
    const first: readonly Told[] = chance.happens(0.5) ? ['Sent'] : []
    if (chance.happens(contradiction)) return [...first, 'Failed', 'Delivered']
    return [...first, chance.happens(0.7) ? 'Delivered' : 'Failed']
  }

  #tell(taken: Taken, status: Told, names: 'both' | 'ours' | 'theirs'): void {
    const { history, watch } = this.#ground
    const { deliveryId, accountId, providerId, kind } = taken
    history.add(accountId, `reports ${status} of ${short(deliveryId)}, naming ${names}`)
    const work = (node: SimNode): Promise<unknown> =>
      kind === 'open'
        ? takeOpen(node, { taken, status })
        : takeCallback(node, { taken, status, names, bug: this.#ground.bug })
    this.#doors.insist(accountId, work, (refused) => {
      history.add(accountId, `knows that ${status} of ${short(deliveryId)} was taken`)
      if (kind === 'open' && refused !== undefined) {
        watch.complain('no-surprises', `the receipt of ${short(deliveryId)} was not accepted`)
      }
      const byTheirs = kind !== 'open' && names === 'theirs'
      watch.receipts.push({
        deliveryId,
        accountId,
        status,
        ...(byTheirs ? { providerId } : {}),
      })
    })
  }
}

function takeOpen(
  { store, messaging }: SimNode,
  { taken, status }: { readonly taken: Taken; readonly status: Told },
): Promise<unknown> {
  return takeOpenReceipt(
    store,
    {
      integrationId: taken.accountId,
      messageId: taken.providerId,
      status,
      final: status !== 'Sent',
      ...(status === 'Failed' ? { reason: 'GeneralError' } : {}),
    },
    messaging,
  )
}

async function takeCallback(
  node: SimNode,
  told: {
    readonly taken: Taken
    readonly status: Told
    readonly names: 'both' | 'ours' | 'theirs'
    readonly bug: Ground['bug']
  },
): Promise<void> {
  const { taken, status, names, bug } = told
  const ours = names === 'theirs' ? undefined : taken.deliveryId
  if (bug === 'receipts-without-order') {
    await receiptsWithoutOrder(node, taken.deliveryId, status)
    return
  }
  if (taken.kind === 'kaleyra') {
    const id = names === 'ours' ? {} : { id: taken.providerId }
    const ref = ours === undefined ? {} : { ref: ours }
    const body = { ...id, ...ref, status: statuses[status], status_trace: '' }
    await postCallback(node, taken.accountId, { path: 'status', body })
    return
  }
  const body = { type: 'status', id: taken.providerId, deliveryId: ours, status }
  await postCallback(node, taken.accountId, { path: '', body })
}

/** Posts a provider's callback to a node: signed as the account's connector asks for. */
export async function postCallback(
  { store, messaging }: SimNode,
  accountId: string,
  callback: { readonly path: string; readonly body: object },
): Promise<void> {
  const body = Buffer.from(JSON.stringify(callback.body))
  const connector = smsAccounts.find(({ id }) => id === accountId)?.connector
  const headers: Readonly<Record<string, string>> =
    connector === 'kaleyra'
      ? { 'x-callback-token': callbackSecret, 'content-type': 'application/json' }
      : { 'x-hub-signature-256': hubSignature(callbackSecret, body) }
  const request: WebhookRequest = { method: 'POST', path: callback.path, query: {}, headers, body }
  await takeFromProvider(
    store,
    { accountId, request, record: () => recordOf(messaging, request) },
    messaging,
  )
}

/** The record of a call to the house, without what it carried. */
export function recordOf(
  { outside }: SimNode['messaging'],
  { method, path }: WebhookRequest,
): Exchange {
  const nowMs = outside.clock.now()
  return {
    id: outside.ids.uuid(),
    startedMs: nowMs,
    endedMs: nowMs,
    method,
    url: `https://house.test/${path}`,
    requestHeaders: {},
    requestBody: '',
    status: 200,
  }
}
