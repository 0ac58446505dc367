/** The same commands from the page's facts, for where the page itself is not at hand; the comma is missing there too. */
export const ownProvisionSms = [
  service('SMS', '{"url": "N/A", "data": {"provider": "mGage"}, "secret": {}}'),
  service(
    'mGageSMS',
    '{\n"url": "$kaleyraURL"\n"data": {},\n"secret": {"username": "$kaleyraUserName", "password": "$kaleyraPassword"}}',
  ),
  service(
    'Async',
    JSON.stringify({
      data: {
        channels: channels((channelId) => ({ channelId, webhook: { url: '$asyncWebhookURL' } })),
      },
      secret: {
        channels: channels((channelId) => ({
          channelId,
          webhook: { secret: '$asyncWebhookSignatureKey' },
          api: { secret: '$asyncAPISignatureKey' },
        })),
      },
    }),
  ),
  service('SMS', '{"url": "N/A", "data": {"provider": "Async"}, "secret": {}}'),
  service(
    'PurecloudIDP',
    '{"url": "$gcLoginURL", "secret": {"clientId": "$clientId", "clientSecret": "$clientSecret"}, "data": {}}',
  ),
  service('SMS', '{"url": "N/A", "secret": {}, "data": {"tokenProvider": "Purecloud"}}'),
  service('PorticoSMS', '{"url": "$gcAPIURL", "secret": {}, "data": {}}'),
  command('POST', '$gcLoginURL/oauth/token', [
    "-H 'Authorization: Basic YOUR_BASIC_AUTHENTICATION_SECRETS'",
    "-H 'Content-Type: application/x-www-form-urlencoded'",
    "-d 'grant_type=client_credentials'",
  ]),
  numbers('GET', ''),
  numbers('GET', 'available'),
  numbers(
    'POST',
    '',
    JSON.stringify([
      {
        tollfreeNumber: '$tfn',
        comment: 'ACME',
        moUrl: '$nexusURL/nexus/v3/sms/message',
        drUrl: '$nexusURL/nexus/v3/sms/receipt',
        webhookUsername: '$ccid',
        webhookPassword: '$GMAKey',
        emailAddress: 'sms.admin@acme.test.com',
      },
    ]),
  ),
].join('\n\n')

function channels<T>(entry: (channelId: string) => T): readonly T[] {
  return ['$asyncPhoneNumber', '$asyncEmailDomain'].map(entry)
}

function command(method: string, address: string, rest: readonly string[]): string {
  return [`curl -X ${method}`, address, ...rest].join(' \\\n')
}

function service(name: string, body: string): string {
  return command('POST', `$nexusURL/nexus/v3/provisioning/services/$ccid/${name}`, [
    "-H 'Content-Type: application/json'",
    "-H 'x-api-key: $apiKey'",
    "-H 'x-ccid: $ccid'",
    `-d '${body}'`,
  ])
}

function numbers(method: string, end: string, body?: string): string {
  const address = `$gcAPIURL/api/v2/messaging/sms/provisioning/tollfreenumbers/${end}`
  return command(method, address, [
    "-H 'Authorization: Bearer $access_token'",
    ...(body === undefined ? [] : ["-H 'Content-Type: application/json'", `-d '${body}'`]),
  ])
}
