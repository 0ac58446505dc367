import type { Io, ReceivedReceipt, StatusQuestion } from '../connector.ts'
import { failureOf, isAccepted, isRecord, readJson, textOf, urlBelow } from '../http.ts'
import type { KaleyraSettings } from './settings.ts'
import { meaningOfStatus } from './status.ts'

/**
 * Asks Kaleyra for the status of a text ("SMS status": `GET /v1/{SID}/sms/status?message_ids=`). Without ids there is
 * nothing to ask by, unless the account can be asked by our own tag (GUESS: parameter `ref`).
 */
export async function pullStatus(
  question: StatusQuestion,
  settings: KaleyraSettings,
  io: Io,
): Promise<readonly ReceivedReceipt[]> {
  const query = queryOf(question, settings)
  if (query === undefined) return []
  const sid = encodeURIComponent(settings.sid)
  const path = `/v1/${sid}/sms/status?${new URLSearchParams(query)}`
  const reply = await io.fetch({
    method: 'GET',
    url: urlBelow(settings.baseUrl ?? 'https://api.kaleyra.io', path),
    headers: { 'api-key': settings.apiKey, accept: 'application/json' },
  })
  if (reply.status === 404) return []
  if (!isAccepted(reply)) throw failureOf(reply, io.now())
  const { data } = readJson(reply)
  const entries: readonly unknown[] = Array.isArray(data) ? data : [data]
  return entries.filter(isRecord).flatMap(receiptIn)
}

function queryOf(
  { providerIds, deliveryId }: StatusQuestion,
  { statusBy }: KaleyraSettings,
): Record<string, string> | undefined {
  if (providerIds.length > 0) return { message_ids: providerIds.join(',') }
  return statusBy === 'ref' ? { ref: deliveryId } : undefined
}

function receiptIn(entry: Record<string, unknown>): readonly ReceivedReceipt[] {
  const code = textOf(entry['status_trace']) ?? textOf(entry['error_code'])
  const meaning = meaningOfStatus(textOf(entry['status']) ?? '', code ?? '')
  const providerId = textOf(entry['message_id']) ?? textOf(entry['id'])
  if (meaning === undefined) return []
  return [
    {
      type: 'receipt',
      ...(providerId === undefined ? {} : { providerId }),
      ...meaning,
      ...(code === undefined ? {} : { code }),
    },
  ]
}
