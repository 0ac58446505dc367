import { hubSignature } from '../src/connectors/http.ts'
import { type StandInAnswer, startStandIn } from '../src/connectors/stand-in.ts'

/** One document that the webhook got, with the bytes that its signature covers. */
export interface Hooked {
  readonly body: Readonly<Record<string, unknown>>
  readonly raw: Buffer
  readonly headers: Readonly<Record<string, string>>
  readonly atMs: number
}

/** A customer system behind an Open Messaging integration: keeps everything that it gets. */
export interface Webhook {
  readonly url: string
  readonly received: readonly Hooked[]
  /** What it got about one message: the document with that id, and its repeats. */
  about(id: string | undefined): readonly Hooked[]
  close(): Promise<void>
}

/** Starts a webhook; it answers 200 unless `answer` decides otherwise. */
export async function startWebhook(
  answer: (hooked: Hooked) => StandInAnswer | Promise<StandInAnswer> = () => ({ status: 200 }),
): Promise<Webhook> {
  const received: Hooked[] = []
  const standIn = await startStandIn(({ headers, body: raw }) => {
    const body: Record<string, unknown> = JSON.parse(raw.toString('utf8'))
    const hooked = { body, raw, headers, atMs: Date.now() }
    received.push(hooked)
    return answer(hooked)
  })
  return {
    url: `${standIn.url}/hook`,
    received,
    about: (id) => received.filter(({ body }) => body['id'] === id),
    close: () => standIn.close(),
  }
}

/** Whether a document bears the signature that the secret makes of its bytes. */
export function isSignedBy(secret: string, { raw, headers }: Hooked): boolean {
  return headers['x-hub-signature-256'] === hubSignature(secret, raw)
}
