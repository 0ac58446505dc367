import { isRecord, parseJson } from '../src/connectors/http.ts'
import type { Stage } from '../test/stage.ts'
import { addressIn, type CurlCommand, curlCommandsIn, filledCurl, runCurl } from './curl.ts'
import type { Narrator } from './narrator.ts'
import { ownProvisionSms } from './provision-sms-text.ts'
import { readPage } from './seed-texts.ts'

/** The commands of the vendor's "Provision SMS", each run by curl against the server, and what each is answered. */
export async function provisionSms({
  stage,
  narrator,
  isOwn,
}: {
  readonly stage: Stage
  readonly narrator: Narrator
  readonly isOwn: boolean
}): Promise<void> {
  const page = isOwn ? undefined : readPage('003_*.txt')
  const commands = curlCommandsIn(page ?? ownProvisionSms)
  narrator.check(`${commands.length} commands are on the page`, commands.length === 11)
  const variables = variablesOf(stage)
  for (const command of commands) await runOne({ command, variables, narrator })
  await addSection({ stage, narrator, variables })
}

interface Run {
  readonly command: CurlCommand
  readonly variables: Record<string, string>
  readonly narrator: Narrator
}

/** The page's mGageSMS body lacks a comma: it is to be refused with the place, and to pass with the comma. */
async function runOne({ command, variables, narrator }: Run): Promise<void> {
  const filled = filledCurl(command, variables)
  const answer = await runCurl(filled)
  const address = addressIn(command)
  const isPlain = answer.status >= 200 && answer.status < 300
  const missing = /"url": "[^"]*"\s*"data"/
  const isFaulty = command.some((word) => missing.test(word))
  if (!isFaulty) {
    narrator.check(`${address} is answered ${answer.status}`, isPlain)
    narrator.say(`  ${shortened(answer.text)}`)
    learn(variables, answer.text)
    return
  }
  const told = parseJson(answer.text)
  const message = isRecord(told) ? String(told['message']) : ''
  narrator.check(
    `${address} as printed is answered ${answer.status}: ${message}`,
    answer.status === 400 && /line \d+, column \d+.*comma/.test(message),
  )
  const mended = filled.map((word) => word.replace(/("url": "[^"]*")(\s*"data")/, '$1,$2'))
  const second = await runCurl(mended)
  narrator.check(`${address} with the comma is answered ${second.status}`, second.status === 201)
}

/** Later commands use what earlier ones were answered: the token, and the number that is chosen. */
function learn(variables: Record<string, string>, text: string): void {
  const answer = parseJson(text)
  if (isRecord(answer) && typeof answer['access_token'] === 'string') {
    variables['$access_token'] = answer['access_token']
  }
  const [first]: readonly unknown[] = Array.isArray(answer) ? answer : []
  if (isRecord(first) && variables['$tfn'] === '')
    variables['$tfn'] = String(first['tollfreeNumber'])
}

/** The server is both ends: the contact centre and the organization whose aggregation it uses. */
function variablesOf({ house }: Stage): Record<string, string> {
  const { ccid, apiKey } = house.credentials.digitalChannels
  const { id, secret } = house.credentials.client
  return {
    $nexusURL: house.url,
    $gcLoginURL: house.url,
    $gcAPIURL: house.url,
    $kaleyraURL: 'http://directtext.mgage.com',
    $kaleyraUserName: 'seed-user',
    $kaleyraPassword: 'seed-password',
    $asyncPhoneNumber: '16504661149',
    $asyncEmailDomain: 'mail.example.com',
    $asyncWebhookURL: 'https://genesys-webhook.company.com',
    $asyncWebhookSignatureKey: 'seed-webhook-key',
    $asyncAPISignatureKey: 'seed-api-key',
    $clientId: id,
    $clientSecret: secret,
    $ccid: ccid,
    $apiKey: apiKey,
    $GMAKey: apiKey,
    $access_token: '',
    $tfn: '',
    YOUR_BASIC_AUTHENTICATION_SECRETS: Buffer.from(`${id}:${secret}`).toString('base64'),
  }
}

/** The section that the page has its reader write by hand, then a text for its number. */
async function addSection({
  stage,
  narrator,
  variables,
}: {
  readonly stage: Stage
  readonly narrator: Narrator
  readonly variables: Readonly<Record<string, string>>
}): Promise<void> {
  const { house, ada } = stage
  const number = variables['$tfn'] ?? ''
  const ccid = house.credentials.digitalChannels.ccid
  const options = {
    channelId: number,
    channelType: 'sms',
    endpoint: 'chat.Support',
    interactionSubtype: 'SMS',
    interactionType: 'Inbound',
    media: 'chat',
    cxcOnly: false,
    provider: 'Portico',
  }
  const path = `/nexus/v3/provisioning/senderids/${ccid}/chat.SMS_Main_Corporate`
  const written = await house.call('PUT', path, { body: options })
  narrator.check(
    `the section chat.SMS_Main_Corporate is answered ${written.status}`,
    written.status === 200,
  )
  narrator.say(`  ${shortened(JSON.stringify(written.body))}`)
  const { apiKey } = house.credentials.digitalChannels
  const posted = await runCurl([
    ...['-X', 'POST', `${house.url}/nexus/v3/sms/message`, '--user', `${ccid}:${apiKey}`],
    ...[
      '--data',
      `type=MO&message_id=seed-mo&shortcode=${number}&phone_number=12025550171&message=Hello`,
    ],
  ])
  narrator.check(`a text for ${number} is answered ${posted.status}`, posted.status === 200)
  const seat = await ada.answer()
  narrator.check(`it reaches an agent, in ${seat.conversationId}`, true)
  await ada.leave(seat)
}

function shortened(text: string): string {
  const plain = text.replace(/("access_token":")[^"]*/, '$1…')
  return plain.length > 160 ? `${plain.slice(0, 160)}…` : plain
}
