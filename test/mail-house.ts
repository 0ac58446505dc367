import { once } from 'node:events'
import { createServer } from 'node:net'
import { createTransport } from 'nodemailer'
import platformClient from 'purecloud-platform-client-v2'
import { eventually, type House, startHouse } from './house.ts'

const { ConversationsApi, RoutingApi, UsersApi } = platformClient

/** The address that mail for the demo's queue goes to. */
export const ours = 'help@support.example.com'

/** A house that takes mail for `help@support.example.com`, with its first agent at work. */
export interface MailHouse {
  readonly house: House
  readonly smtpPort: number
  readonly routeId: string
  readonly agentId: string
  readonly agent: Instance
  readonly admin: Instance
  /** Hands a raw mail in, as a mail server would; the conversation's id. */
  post(raw: string): Promise<string>
  /** Sends through the SMTP listener. */
  send(mail: Parameters<Transport['sendMail']>[0]): Promise<unknown>
  /** The last mail of the embedded mailbox that goes to somebody, with its source. */
  captured(recipient: string): Promise<{ readonly messageId: string; readonly raw: string }>
}

type Instance = InstanceType<typeof ConversationsApi>
type Transport = ReturnType<typeof createTransport>

/** Starts it; the caller closes the house. */
export async function startMailHouse(database?: string): Promise<MailHouse> {
  const smtpPort = await freePort()
  const house = await startHouse({
    argv: ['--smtp-port', String(smtpPort), '--allow-private-networks', '127.0.0.0/8'],
    ...(database === undefined ? {} : { database }),
  })
  const routing = new RoutingApi(await house.sdk())
  await routing.postRoutingEmailDomains({ id: 'support.example.com' })
  const route = await routing.postRoutingEmailDomainRoutes('support.example.com', {
    pattern: 'help',
    fromName: 'Example Support',
    queue: { id: house.credentials.queue.id },
  })
  const ada = await house.sdkAs(0)
  const agentId = house.credentials.users[0]?.id ?? ''
  await new UsersApi(ada).putUserRoutingstatus(agentId, { status: 'IDLE' })
  return {
    house,
    smtpPort,
    routeId: route.id ?? '',
    agentId,
    agent: new ConversationsApi(ada),
    admin: new ConversationsApi(await house.sdk()),
    async post(raw) {
      const answer = await house.call('POST', '/api/signalbox/mailbox/inbound', {
        body: raw.replaceAll('\n', '\r\n'),
        headers: { 'content-type': 'message/rfc822' },
      })
      if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
      return String(answer.body.entities[0].conversationId)
    },
    async send(mail) {
      const transport = createTransport({ host: '127.0.0.1', port: smtpPort, ignoreTLS: true })
      try {
        return await transport.sendMail(mail)
      } finally {
        transport.close()
      }
    },
    captured: (recipient) =>
      eventually(`a mail to ${recipient}`, async () => {
        const { body } = await house.call('GET', '/api/signalbox/mailbox')
        const mail = body.entities.find((one: { recipients: string[] }) =>
          one.recipients.includes(recipient),
        )
        if (mail === undefined) return undefined
        return (await house.call('GET', `/api/signalbox/mailbox/${mail.id}`)).body
      }),
  }
}

/** The agent's participant of a conversation, answered when it alerts. */
export async function take(
  { agent, agentId }: MailHouse,
  conversationId: string,
): Promise<{ readonly participantId: string; readonly communicationId: string }> {
  const participant = await eventually('the agent is alerted', async () => {
    const { participants = [] } = await agent.getConversationsEmail(conversationId)
    return participants.findLast(({ user, state }) => user?.id === agentId && state === 'alerting')
  })
  const participantId = participant.id ?? ''
  await agent.patchConversationsEmailParticipant(conversationId, participantId, {
    state: 'connected',
  })
  const generic = await agent.getConversation(conversationId)
  const mine = generic.participants?.find(({ id }) => id === participantId)
  return { participantId, communicationId: mine?.emails?.at(-1)?.id ?? '' }
}

/** A plain mail of a customer. */
export function aMail(fields: {
  readonly from: string
  readonly id: string
  readonly subject?: string
  readonly text?: string
  readonly inReplyTo?: string
  readonly to?: string
}): string {
  return [
    `From: ${fields.from}`,
    `To: ${fields.to ?? ours}`,
    `Subject: ${fields.subject ?? 'My order'}`,
    `Message-ID: ${fields.id}`,
    'Date: Mon, 05 Jan 2026 10:00:00 +0000',
    ...(fields.inReplyTo === undefined ? [] : [`In-Reply-To: ${fields.inReplyTo}`]),
    '',
    fields.text ?? 'Where is it?',
    '',
  ].join('\n')
}

/** A failed call of the official SDK: its status and the vendor's code. */
export async function refused(call: Promise<unknown>): Promise<readonly [number, string]> {
  return call.then(
    () => {
      throw new Error('The call should have been refused.')
    },
    ({ status, code }: { status: number; code: string }) => [status, code] as const,
  )
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (typeof address === 'object' && address !== null) return address.port
  throw new Error('There is no free port.')
}
