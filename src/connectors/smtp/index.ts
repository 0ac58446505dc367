import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { type Static, Type } from 'typebox'
import { AppError, SendError } from '../../errors.ts'
import { connector, type Io } from '../connector.ts'
import { greetingName, type WrittenMail, writeMail } from '../mime.ts'
import { failureOfReply, failureWithoutReply } from './replies.ts'
import { Transcript } from './transcript.ts'

const settings = Type.Object({
  host: Type.String({ title: 'Mail server', minLength: 1, maxLength: 253 }),
  port: Type.Integer({ title: 'Port', default: 587, minimum: 1, maximum: 65_535 }),
  tls: Type.Union([Type.Literal('starttls'), Type.Literal('implicit'), Type.Literal('none')], {
    title: 'Encryption',
    description:
      '`starttls` (port 587) begins in the clear and insists on TLS, `implicit` (465) begins with it; `none` is for relays on this machine.',
    default: 'starttls',
  }),
  user: Type.Optional(Type.String({ title: 'User name' })),
  password: Type.Optional(Type.String({ title: 'Password', secret: true })),
})

type Settings = Static<typeof settings>

/** Milliseconds that the server may be silent; RFC 5321 asks for minutes, a lane should not stand that long. */
const silenceMsMax = 60_000

/**
 * A mail server that takes mail for the world (a smarthost). It promises nothing about repeats, so a mail whose fate
 * is unknown is not sent again by itself; when it is, it carries the same Message-ID.
 */
export const smtp = connector({
  name: 'smtp',
  title: 'SMTP server',
  carries: 'email',
  settings,
  charactersMax: 0,
  idempotent: false,
  // Greylisting servers ask to come back after minutes; people should know within two days (RFC 5321 has 4 to 5).
  retry: {
    retriesMax: 60,
    delayMs: 2_000,
    factor: 3,
    delayMsMax: 3_600_000,
    jitter: 0.2,
    horizonMs: 172_800_000,
  },
  receive() {
    throw new AppError(
      'not.found',
      'Nothing is received here: mail comes in through the SMTP listener.',
    )
  },
  async send(message, settings, io) {
    const mail = await writeMail(message)
    const transcript = new Transcript()
    const startedMs = io.now()
    const url = `smtp${settings.tls === 'implicit' ? 's' : ''}://${settings.host}:${settings.port}`
    let error: SendError | undefined
    try {
      await deliver(mail, { settings, io, transcript, name: greetingName(message) })
      return { providerIds: [transcript.queueId ?? message.messageId] }
    } catch (cause) {
      error = cause instanceof SendError ? cause : sendErrorOf(cause, transcript)
      throw error
    } finally {
      io.record({
        url,
        method: 'SMTP',
        startedMs,
        sent: transcript.sent,
        received: transcript.received,
        ...(transcript.status === undefined ? {} : { status: transcript.status }),
        ...(error === undefined ? {} : { error: error.message }),
      })
    }
  },
})

async function deliver(
  mail: WrittenMail,
  given: {
    readonly settings: Settings
    readonly io: Io
    readonly transcript: Transcript
    readonly name: string
  },
): Promise<void> {
  const { settings, io, transcript } = given
  const { host, port, tls, user, password } = settings
  const connection = new SMTPConnection({
    connection: await io.connect({ host, port }),
    host,
    port,
    name: given.name,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    greetingTimeout: silenceMsMax,
    socketTimeout: silenceMsMax,
    logger: transcript.logger,
    debug: true,
  })
  try {
    await new Promise<void>((resolve, reject) => {
      connection.on('error', reject)
      connection.connect((error) => (error ? reject(error) : resolve()))
    })
    if (user !== undefined && password !== undefined) {
      await new Promise<void>((resolve, reject) => {
        connection.on('error', reject)
        connection.login({ user, pass: password }, (error) => (error ? reject(error) : resolve()))
      })
    }
    await new Promise<void>((resolve, reject) => {
      connection.on('error', reject)
      connection.send({ from: mail.from, to: [...mail.recipients] }, mail.raw, (error) =>
        error ? reject(error) : resolve(),
      )
    })
    connection.quit()
  } finally {
    connection.close()
  }
}

function sendErrorOf(cause: unknown, transcript: Transcript): SendError {
  const { code, responseCode, response } = fieldsOf(cause)
  if (responseCode !== undefined) {
    return failureOfReply(responseCode, response ?? '', {
      isSetup: code === 'EAUTH' || code === 'ETLS',
      cause,
    })
  }
  return failureWithoutReply({ cause, code, mayBeTaken: transcript.contentBegan })
}

function fieldsOf(cause: unknown) {
  if (!(cause instanceof Error)) return {}
  const code: unknown = Reflect.get(cause, 'code')
  const responseCode: unknown = Reflect.get(cause, 'responseCode')
  const response: unknown = Reflect.get(cause, 'response')
  return {
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof responseCode === 'number' ? { responseCode } : {}),
    ...(typeof response === 'string' ? { response } : {}),
  }
}
