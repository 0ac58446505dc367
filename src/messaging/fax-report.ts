import type { ReceivedReceipt } from '../connectors/connector.ts'
import type { Store, Timer } from '../store/store.ts'
import type { Messaging } from './messaging.ts'
import { applyReceipt } from './receipt.ts'

/** What the loopback fax line reports later; kept as a timer, so that a restart does not forget it. */
export interface FaxReport {
  readonly accountId: string
  readonly deliveryId: string
  readonly providerId: string
  readonly isDelivered: boolean
}

/** Sets what the loopback fax line will report, at a time in epoch milliseconds. */
export async function setFaxReport(store: Store, report: FaxReport, dueMs: number): Promise<void> {
  const { deliveryId } = report
  await store.timers.set({
    id: `fax-report:${deliveryId}`,
    dueMs,
    kind: 'fax-report',
    body: { ...report },
  })
}

/** The loopback fax line reports, as a provider would by its callback. */
export async function faxReportDue(
  store: Store,
  timer: Timer,
  messaging: Messaging,
): Promise<void> {
  const { accountId, deliveryId, providerId, isDelivered } = timer.body
  const receipt: ReceivedReceipt = {
    type: 'receipt',
    providerId: String(providerId),
    deliveryId: String(deliveryId),
    final: true,
    ...(isDelivered === true
      ? { status: 'Delivered' }
      : {
          status: 'Failed',
          reason: 'InvalidDestination',
          code: 'no-answer',
          description: 'No fax machine answered.',
        }),
  }
  await applyReceipt(store, { accountId: String(accountId), receipt }, messaging)
}
