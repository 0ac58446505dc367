import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { SMTPServer } from 'smtp-server'

/** A mail that the stand-in took, or was handed and refused. */
export interface SeenMail {
  readonly from: string
  readonly recipients: readonly string[]
  readonly raw: string
}

/** What the stand-in does at each step: a code and text to refuse with, or nothing to go on. */
export interface MailServerBehavior {
  onRecipient?(address: string): string | undefined
  /** Called when the whole mail is there, before it is answered. */
  onMail?(mail: SeenMail): string | undefined
  readonly login?: { readonly user: string; readonly password: string }
  /** Announces STARTTLS, with a certificate of its own making. */
  readonly tls?: boolean
}

/** A mail server on 127.0.0.1 that keeps what it takes. */
export interface MailServer {
  readonly port: number
  readonly taken: readonly SeenMail[]
  close(): Promise<void>
}

/** Starts a mail server for tests. */
export async function startMailServer(behavior: MailServerBehavior = {}): Promise<MailServer> {
  const taken: SeenMail[] = []
  const { login } = behavior
  const server = new SMTPServer({
    authOptional: login === undefined,
    allowInsecureAuth: true,
    disabledCommands: behavior.tls === true ? [] : ['STARTTLS'],
    disableReverseLookup: true,
    onAuth({ username, password }, _session, callback) {
      if (username === login?.user && password === login?.password)
        callback(null, { user: username })
      else callback(refusal('535 5.7.8 Wrong user or password'))
    },
    onRcptTo({ address }, _session, callback) {
      const answer = behavior.onRecipient?.(address)
      if (answer === undefined) callback()
      else callback(refusal(answer))
    },
    onData(stream, session, callback) {
      const { mailFrom, rcptTo } = session.envelope
      readAll(stream).then((raw) => {
        const mail = {
          from: mailFrom === false ? '' : mailFrom.address,
          recipients: rcptTo.map(({ address }) => address),
          raw,
        }
        const answer = behavior.onMail?.(mail)
        if (answer !== undefined) {
          callback(refusal(answer))
          return
        }
        taken.push(mail)
        callback(null, 'Ok: queued as 4XyZ1B2c3D')
      }, callback)
    },
  })
  server.on('error', () => {}) // clients that break off are what some tests are about
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  return {
    port: portOf(listening.address()),
    taken,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** A server that speaks the lines it is given, one for each command, and then hangs up. */
export async function startScriptedServer(
  lines: readonly string[],
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let at = 0
    const say = () => {
      const line = lines[at]
      at += 1
      if (line === undefined) socket.destroy()
      else socket.write(`${line}\r\n`)
    }
    let text = ''
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      const inMail = at > 0 && lines[at - 1]?.startsWith('354') === true
      if (inMail && !text.endsWith('\r\n.\r\n')) return
      if (!text.endsWith('\r\n')) return
      text = ''
      say()
    })
    say()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: portOf(server.address()),
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  if (typeof address === 'object' && address !== null) return address.port
  throw new Error('The server has no port.')
}

function refusal(answer: string): Error {
  const code = Number(answer.slice(0, 3))
  return Object.assign(new Error(answer.slice(4)), { responseCode: code })
}

async function readAll(stream: Readable): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}
