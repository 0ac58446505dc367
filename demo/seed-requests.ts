// biome-ignore-all lint/suspicious/noTemplateCurlyInString: so are references of a data action's template written
/**
 * The requests and payloads that two vendor pages print: "Data Action Integration" of Kaleyra's Genesys Cloud guide,
 * and "Outbound messages" of Genesys Cloud's Open Messaging guide. Texts are sent as they stand, placeholders filled.
 */
export interface SeedSamples {
  /** Where the texts were found, in words. */
  readonly source: string
  /** The request of the data action that Kaleyra's page has one import. */
  readonly action: {
    readonly requestUrlTemplate: string
    readonly requestType: string
    readonly requestTemplate: string
  }
  /** What arrives at the processing layer, with its digits masked. */
  readonly relayPayload: string
  /** Body of the agentless request. */
  readonly agentless: string
  /** Body of what an agent sends. */
  readonly agentText: string
  /** Members of each document that a webhook gets, as paths. */
  readonly members: Readonly<Record<'text' | 'media' | 'template' | 'receipt' | 'typing', Members>>
}

type Members = readonly string[]

/** Placeholders of the pages for the id of an Open Messaging integration. */
export const integrationPlaceholders: readonly string[] = [
  '{give your integration id }',
  '<Integration ID>',
]

/** Addresses in the relay's payload, as they are printed. */
export const maskedAddress = '+123xxxxx901:+189xxxxx55'

const ends = ['channel.to.id', 'channel.from.id', 'channel.time']
const envelope = ['id', 'channel.platform', 'channel.type', 'type', 'direction', ...ends]

/** The same requests from the pages' facts, for where the pages themselves are not at hand. */
export const ownSamples: SeedSamples = {
  source: 'the project’s own copies',
  action: {
    requestUrlTemplate: '/api/v2/conversations/messages/agentless',
    requestType: 'POST',
    requestTemplate: [
      '{',
      '"fromAddress": "{give your integration id }",',
      '"toAddress": "${input.To}",',
      '"toAddressMessengerType": "open",',
      '"textBody": "${input.Message}"',
      '}',
    ].join('\n'),
  },
  relayPayload: JSON.stringify({
    id: 'a1b2xxxxxxxx3c4d',
    channel: {
      id: '11xxxx1e-1xx1-1xx1-1xx1-11xxxxxx1111',
      platform: 'Open',
      type: 'Private',
      to: { id: maskedAddress, idType: 'Opaque' },
      from: {
        nickname: 'An integration',
        id: '11xxxx1e-1xx1-1xx1-1xx1-11xxxxxx1111',
        idType: 'Opaque',
      },
      time: '2025-08-22T16:49:00.257Z',
      messageId: 'a1b2xxxxxxxx3c4d',
    },
    type: 'Text',
    text: 'Both numbers are in the address',
    originatingEntity: 'Bot',
    direction: 'Outbound',
    conversationId: '22xxxx2e-2xx2-2xx2-2xx2-22xxxxxx2222',
  }),
  agentless: JSON.stringify({
    fromAddress: '<Integration ID>',
    toAddress: 'messaging-user@externalservice.com',
    toAddressMessengerType: 'open',
    textBody: 'Outbound message text!',
  }),
  agentText: JSON.stringify({ textBody: 'Outbound message text!' }),
  members: {
    text: [...envelope, 'channel.to.idType', 'text'],
    media: [
      ...envelope,
      'channel.to.idType',
      ...['contentType', 'attachment.mediaType', 'attachment.url', 'attachment.mime']
        .concat('attachment.filename')
        .map((name) => `content[].${name}`),
    ],
    template: [
      ...envelope,
      'channel.to.idType',
      ...[
        'contentType',
        'template.text',
        'template.parameters[].name',
        'template.parameters[].text',
      ].map((name) => `content[].${name}`),
    ],
    receipt: [...envelope, 'channel.from.idType', 'status', 'isFinalReceipt'],
    typing: [
      ...envelope,
      'channel.id',
      'channel.from.nickname',
      'channel.from.idType',
      'channel.messageId',
      ...['eventType', 'typing.type', 'typing.duration'].map((name) => `events[].${name}`),
    ],
  },
}
