import type { Readable } from 'node:stream'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'
import { domainOf, emailLimits } from '../domain/email.ts'
import { AppError } from '../errors.ts'
import type { Log } from '../log.ts'
import { takeMail } from '../messaging/email-receive.ts'
import { routeOf } from '../messaging/email-routes.ts'
import type { Messaging } from '../messaging/messaging.ts'
import { parseMail } from '../messaging/parse-mail.ts'
import type { Database, Store } from '../store/store.ts'

/** What the listener needs of the server. */
export interface SmtpGround {
  readonly database: Database
  readonly messaging: Messaging
  readonly log: Log
  readonly host: string
  readonly port: number
}

/** A listener that is up. */
export interface SmtpListener {
  readonly port: number
  /** Takes no more mail, and waits for what is under way. */
  close(): Promise<void>
}

const clientsMax = 200
/** Milliseconds that mails under way get to end when the server stops. */
const closeMs = 5_000
/** Mails that are read at the same time: each may be 40 MB. */
const readingMax = 4

/**
 * Takes mail for the e-mail domains of every organization (SMTP, RFC 5321). It relays nothing: who is not ours is
 * refused at RCPT. A mail is answered 250 only when it is on disk. It has no TLS and no login, so it belongs behind
 * a mail server, or on the loopback address.
 */
export async function startSmtp(ground: SmtpGround): Promise<SmtpListener> {
  const { host, port, log } = ground
  let reading = 0
  const server = new SMTPServer({
    name: 'signalbox',
    banner: 'signalbox',
    size: emailLimits.mailBytesMax,
    maxClients: clientsMax,
    closeTimeout: closeMs,
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    onRcptTo({ address }, session, callback) {
      const recipients = session.envelope.rcptTo.length
      checkRecipient(ground, { address, recipients }).then(() => callback(), callback)
    },
    onData(stream, session, callback) {
      if (reading >= readingMax) {
        stream.resume()
        stream.on('end', () => callback(refusal(451, 'Too many mails at once: come back soon.')))
        return
      }
      reading += 1
      take(ground, stream, session)
        .then(
          (id) => callback(null, `Ok: queued as ${id}`),
          (error: unknown) => callback(answerOf(error, log)),
        )
        .finally(() => {
          reading -= 1
        })
    },
  })
  server.on('error', (error) => log.debug('An SMTP connection broke.', { error }))
  const listening = server.listen(port, host)
  await new Promise<void>((resolve, reject) => {
    listening.once('listening', resolve)
    listening.once('error', reject)
  })
  const address = listening.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

async function checkRecipient(
  { database }: SmtpGround,
  { address, recipients }: { readonly address: string; readonly recipients: number },
): Promise<void> {
  if (recipients >= emailLimits.recipientsMax) throw refusal(452, 'Too many recipients.')
  const store = await storeOf(database, address)
  if (store !== undefined && (await routeOf(store, address)) !== undefined) return
  throw refusal(550, 'There is no such address here.')
}

async function storeOf(database: Database, address: string): Promise<Store | undefined> {
  const organizationId = await database.organizationOf('email-domain', domainOf(address))
  return organizationId === undefined ? undefined : database.store(organizationId)
}

async function take(
  { database, messaging }: SmtpGround,
  stream: Readable & { readonly sizeExceeded: boolean },
  { envelope }: SMTPServerSession,
): Promise<string> {
  const raw = await readAll(stream)
  if (stream.sizeExceeded) throw refusal(552, 'The mail is larger than 40 MB.')
  const mail = await parseMail(raw)
  const byOrganization = new Map<string, { store: Store; recipients: string[] }>()
  for (const { address } of envelope.rcptTo) {
    const store = await storeOf(database, address)
    if (store === undefined) continue
    const known = byOrganization.get(store.organizationId)
    if (known === undefined) {
      byOrganization.set(store.organizationId, { store, recipients: [address] })
    } else known.recipients.push(address)
  }
  let id = ''
  for (const { store, recipients } of byOrganization.values()) {
    const [first] = await takeMail(store, { mail, recipients }, messaging)
    id = first?.email.id ?? id
  }
  return id
}

/** The bytes of a mail; what goes beyond the limit is read off the wire and dropped. */
async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    const part = Buffer.from(chunk)
    bytes += part.length
    if (bytes <= emailLimits.mailBytesMax) chunks.push(part)
  }
  return Buffer.concat(chunks)
}

/** 5yz for what will never be taken, 4yz when the fault is here: then the sender's server comes again. */
function answerOf(error: unknown, log: Log): Error {
  if (error instanceof Error && 'responseCode' in error) return error
  if (error instanceof AppError && error.status < 500) {
    return refusal(error.code === 'payload.too.large' ? 552 : 554, error.message)
  }
  log.error('A mail could not be taken.', { error })
  return refusal(451, 'The mail could not be taken just now: come back later.')
}

function refusal(responseCode: number, sentence: string): Error {
  return Object.assign(new Error(sentence), { responseCode })
}
