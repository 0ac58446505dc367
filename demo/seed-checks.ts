import { parseTemplate, renderTemplate } from '../src/actions/velocity/template.ts'
import { hubSignature, isRecord, parseJson } from '../src/connectors/http.ts'
import { eventually } from '../test/house.ts'
import { numbers, type Stage, webhookSecret } from '../test/stage.ts'
import type { Hooked } from '../test/webhook.ts'
import type { Narrator } from './narrator.ts'
import { integrationPlaceholders, maskedAddress, type SeedSamples } from './seed-requests.ts'
import { memberPaths } from './seed-texts.ts'

/** What one look at the samples is given. */
export interface Look {
  readonly stage: Stage
  readonly narrator: Narrator
  readonly samples: SeedSamples
}

/** The data action's request template, rendered literally and posted where its address template says. */
export async function dataAction({ stage, narrator, samples }: Look): Promise<void> {
  const { requestTemplate, requestType, requestUrlTemplate } = samples.action
  const input = {
    To: `${numbers.customer}:${numbers.kaleyraSender}`,
    Message: 'From a data action',
  }
  const template = parseTemplate(filled(requestTemplate, stage.relayIntegrationId))
  const body = renderTemplate(template, { input })
  narrator.say(`${requestType} ${requestUrlTemplate}`)
  for (const line of body.split('\n')) narrator.say(`  ${line.trim()}`)
  const answer = await stage.house.call(requestType, requestUrlTemplate, { body })
  narrator.check(`answered ${answer.status}, message ${answer.body.id}`, answer.status === 200)
  const text = await eventually('Kaleyra takes the text', async () =>
    stage.kaleyra.sent.find((one) => one.body === input.Message),
  )
  narrator.check(`Kaleyra got it: from ${text.sender} to ${text.to}`, text.to === numbers.customer)
}

/** The relay's payload, first with its masked digits and then with real ones. */
export async function relayPayload({ stage, narrator, samples }: Look): Promise<void> {
  const masked = samples.relayPayload
  narrator.say(`as printed, to ${maskedAddress}`)
  const first = await postToRelay(stage, masked)
  narrator.check(`answered ${first}`, first === 200)
  const told = await receiptTold(stage, idIn(masked))
  narrator.check(
    `nothing is sent; the platform is told ${told.status}, ${told.code}: ${told.message}`,
    told.status === 'Failed' && told.code === 'InvalidDestination',
  )
  const real = masked
    .replace(maskedAddress, `${numbers.customer}:${numbers.kaleyraSender}`)
    .replace(/xx+/g, (digits) => '0'.repeat(digits.length))
  narrator.say('the same with real digits')
  const second = await postToRelay(stage, real)
  narrator.check(`answered ${second}`, second === 200)
  const text = await eventually('Kaleyra takes the text', async () =>
    stage.kaleyra.sent.find(({ ref, body }) => ref !== '' && body === textIn(real)),
  )
  narrator.check(
    `sent by Kaleyra from ${text.sender} to ${text.to}`,
    text.sender === numbers.kaleyraSender && text.to === numbers.customer,
  )
  const again = await postToRelay(stage, real)
  const count = stage.kaleyra.sent.filter(({ body }) => body === textIn(real)).length
  narrator.check(`posted once more: answered ${again}, sent ${count} time`, count === 1)
}

/** The agentless request, an agent's text, and the documents that the webhook gets because of them. */
export async function outboundDocuments({ stage, narrator, samples }: Look): Promise<void> {
  const { house, webhook, ada, ownIntegrationId } = stage
  const agentless = await house.call('POST', '/api/v2/conversations/messages/agentless', {
    body: filled(samples.agentless, ownIntegrationId),
  })
  narrator.check(`the agentless request is answered ${agentless.status}`, agentless.status === 200)
  const bots = await hooked(stage, String(agentless.body.id))
  await allowTyping(stage)
  await stage.program.postConversationsMessageInboundOpenMessage(ownIntegrationId, {
    channel: {
      messageId: 'seed-1',
      from: { id: 'messaging-user@externalservice.com', idType: 'Email' },
      time: new Date().toISOString(),
    },
    text: 'Hello',
  })
  const seat = await ada.answer()
  const path = `/api/v2/conversations/messages/${seat.conversationId}/communications/${seat.communicationId}`
  const token = await house.userToken(0)
  const sent = await house.call('POST', `${path}/messages`, { token, body: samples.agentText })
  narrator.check(`the agent’s text is answered ${sent.status}`, sent.status === 200)
  await house.call('POST', `${path}/typing`, {
    token,
    body: { typing: { type: 'On', duration: 5000 } },
  })
  const agents = await hooked(stage, String(sent.body.id))
  const typing = await eventually('the typing event', async () =>
    webhook.received.find(({ body }) => body['type'] === 'Event'),
  )
  compare(narrator, 'text, agentless', samples.members.text, bots)
  compare(narrator, 'text, by an agent', samples.members.text, agents)
  sameAs(narrator, 'text, against the relay’s payload', samples, bots)
  compare(narrator, 'receipt', samples.members.receipt, await hooked(stage, 'seed-1'))
  compare(narrator, 'typing', samples.members.typing, typing)
  await notYet({ stage, narrator, samples }, `${path}/messages`, token)
  await ada.leave(seat)
}

/** What the pages describe and this server does not do yet answers 501, and says so. */
async function notYet({ stage, narrator }: Look, path: string, token: string): Promise<void> {
  const media = await stage.house.call('POST', path, { token, body: { mediaIds: ['any'] } })
  narrator.check(
    `media by an agent: not yet (${media.status} ${media.body.code})`,
    media.status === 501,
  )
  const agentless = await stage.house.call('POST', '/api/v2/conversations/messages/agentless', {
    body: {
      fromAddress: stage.ownIntegrationId,
      toAddress: 'messaging-user@externalservice.com',
      toAddressMessengerType: 'open',
      messagingTemplate: { responseId: 'any', parameters: [] },
    },
  })
  narrator.check(
    `messaging templates: not yet (${agentless.status} ${agentless.body.code})`,
    agentless.status >= 400,
  )
}

function compare(narrator: Narrator, what: string, wanted: readonly string[], got: Hooked): void {
  const own = memberPaths(got.body)
  const missing = wanted.filter((path) => !own.includes(path))
  const more = own.filter((path) => !wanted.includes(path))
  const found =
    missing.length === 0 ? `all ${wanted.length} members` : `lacks ${missing.join(', ')}`
  const rest = more.length === 0 ? '' : `; besides: ${more.join(', ')}`
  narrator.check(`${what}: ${found}${rest}`, missing.length === 0)
}

/** Kaleyra's page prints what Genesys Cloud posts today: neither more nor less. */
function sameAs(narrator: Narrator, what: string, samples: SeedSamples, got: Hooked): void {
  const wanted = memberPaths(parseJson(samples.relayPayload)).toSorted()
  const own = memberPaths(got.body).toSorted()
  narrator.check(`${what}: the same ${own.length} members`, wanted.join() === own.join())
}

async function allowTyping({ house, program, ownIntegrationId }: Stage): Promise<void> {
  const { body } = await house.call('POST', '/api/v2/conversations/messaging/settings', {
    body: { name: 'Typing', event: { typing: { on: { outbound: 'Enabled' } } } },
  })
  await program.patchConversationsMessagingIntegrationsOpenIntegrationId(ownIntegrationId, {
    name: 'Customer webhook',
    messagingSetting: { id: body.id },
  })
}

/** Posts a document to the relay as a platform does: signed. Gives back the status. */
async function postToRelay({ house, relayId }: Stage, document: string): Promise<number> {
  const headers = { 'x-hub-signature-256': hubSignature(webhookSecret, Buffer.from(document)) }
  const path = `/relays/${house.credentials.organization.id}/${relayId}`
  const { status } = await house.call('POST', path, { token: '', body: document, headers })
  return status
}

/** The receipt that the relay posted to the platform about a message, from the attempt's own transcript. */
async function receiptTold({ house }: Stage, messageId: string) {
  const accountId = house.credentials.connection.id
  return eventually(`the platform is told of ${messageId}`, async () => {
    const list = await house.call('GET', `/api/signalbox/deliveries?accountId=${accountId}`)
    const rows: readonly { id: string; messageId?: string }[] = list.body.entities
    const row = rows.find((one) => one.messageId === messageId)
    if (row === undefined) return undefined
    const { body } = await house.call('GET', `/api/signalbox/deliveries/${row.id}`)
    const posted = parseJson(body.attempts?.[0]?.exchange?.requestBody ?? '')
    if (!isRecord(posted) || !Array.isArray(posted['reasons'])) return undefined
    const [reason] = posted['reasons']
    return {
      status: String(posted['status']),
      code: String(reason.code),
      message: String(reason.message),
    }
  })
}

function hooked({ webhook }: Stage, id: string): Promise<Hooked> {
  return eventually(`the webhook gets ${id}`, async () => webhook.about(id).at(0))
}

function filled(text: string, integrationId: string): string {
  return integrationPlaceholders.reduce((given, one) => given.replaceAll(one, integrationId), text)
}

function idIn(document: string): string {
  const value = parseJson(document)
  return isRecord(value) ? String(value['id']) : ''
}

function textIn(document: string): string {
  const value = parseJson(document)
  return isRecord(value) ? String(value['text']) : ''
}
