import type { OutboundFax } from '../connectors/connector.ts'
import { SendError } from '../errors.ts'
import type { JsonObject } from '../store/json.ts'
import type { Store } from '../store/store.ts'

/** A queued fax with the bytes of its document, as a connector sends it. `misconfigured` when they are gone. */
export async function outboundFax(store: Store, body: JsonObject): Promise<OutboundFax> {
  const item = await store.media.get(String(body['documentId']))
  if (item?.status !== 'valid') {
    throw new SendError(
      'misconfigured',
      'The document that was to be faxed does not exist any more.',
    )
  }
  const { notes, locale, timeZoneOffsetMinutes } = body
  return {
    kind: 'fax',
    from: String(body['from']),
    to: String(body['to']),
    ...(typeof notes === 'string' ? { notes } : {}),
    ...(typeof locale === 'string' ? { locale } : {}),
    ...(typeof timeZoneOffsetMinutes === 'number' ? { timeZoneOffsetMinutes } : {}),
    document: {
      name: item.fileName,
      mime: item.mediaType,
      content: Buffer.from(await store.media.bytes(item.id)),
    },
  }
}
