import { createHmac } from 'node:crypto'
import { request as httpRequest } from 'undici'
import { type StandInAnswer, startStandIn } from '../../src/connectors/stand-in.ts'

/** One webhook call that the gateway got. */
export interface GatewayText {
  readonly messageId: string
  readonly to: string
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
}

/** What the gateway is given of its channel. */
export interface GatewayChannel {
  readonly channelId: string
  readonly webhookSecret: string
  readonly apiSecret: string
}

/** Where the contact centre takes what the gateway posts. */
export interface GatewayPeer {
  readonly url: string
  readonly ccid: string
}

/** A custom gateway on 127.0.0.1: checks every signature, answers with its own ids, and signs what it posts. */
export interface GatewayStandIn {
  readonly url: string
  readonly texts: readonly GatewayText[]
  readonly complaints: readonly string[]
  /** Makes the next webhook calls be answered with that status. */
  failNext(status: number, times?: number): void
  post(peer: GatewayPeer, kind: string, body: object): Promise<{ status: number; text: string }>
  upload(peer: GatewayPeer, file: { name: string; type: string; bytes: Buffer }): Promise<string>
  close(): Promise<void>
}

/** Starts the gateway of one channel. */
export async function startGateway(channel: GatewayChannel): Promise<GatewayStandIn> {
  const texts: GatewayText[] = []
  const complaints: string[] = []
  const failures: number[] = []
  const standIn = await startStandIn(({ headers, body }): StandInAnswer => {
    if (headers['x-hub-signature'] !== sign(channel.webhookSecret, body)) {
      complaints.push('X-Hub-Signature does not match.')
    }
    if (!/^[0-9a-f]{32}$/.test(headers['x-b3-traceid'] ?? '')) complaints.push('No X-B3-TraceId.')
    const failure = failures.shift()
    if (failure !== undefined) return { status: failure }
    const [message] = JSON.parse(body.toString('utf8')).messages
    const messageId = `gateway-${texts.length + 1}`
    const [to] = [message.channel.to].flat()
    texts.push({ messageId, to: to.id, text: message.text, headers })
    return { status: 200, body: JSON.stringify({ messageId }) }
  })
  const base = ({ url }: GatewayPeer) => `${url}/nexus/v3/channels/${channel.channelId}`
  const send = async (peer: GatewayPeer, path: string, given: { type: string; body: Buffer }) => {
    const reply = await httpRequest(`${base(peer)}/${path}`, {
      method: 'POST',
      headers: {
        'content-type': given.type,
        'x-ccid': peer.ccid,
        'x-hub-signature': sign(channel.apiSecret, given.body),
      },
      body: given.body,
    })
    return { status: reply.statusCode, text: await reply.body.text() }
  }
  return {
    url: `${standIn.url}/hook`,
    texts,
    complaints,
    failNext: (status, times = 1) => failures.push(...Array.from({ length: times }, () => status)),
    post: (peer, kind, body) =>
      send(peer, kind, { type: 'application/json', body: Buffer.from(JSON.stringify(body)) }),
    async upload(peer, { name, type, bytes }) {
      const boundary = 'gateway-boundary'
      const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: ${type}\r\n\r\n`
      const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)])
      const given = { type: `multipart/form-data; boundary=${boundary}`, body }
      const { status, text } = await send(peer, 'media', given)
      if (status !== 200) throw new Error(`The upload was answered ${status}: ${text}`)
      return String(JSON.parse(text).data.url)
    },
    close: () => standIn.close(),
  }
}

function sign(secret: string, body: Buffer): string {
  return `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`
}
