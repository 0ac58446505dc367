import { type Static, Type } from 'typebox'

const callbackField = Type.Union([
  Type.Literal('id'),
  Type.Literal('ref'),
  Type.Literal('status'),
  Type.Literal('code'),
  Type.Literal('description'),
  Type.Literal('time'),
  Type.Literal('source'),
  Type.Literal('recipient'),
  Type.Literal('text'),
])

/** Our names for what a callback may say; a customer's own names are mapped to these. */
export type CallbackField = Static<typeof callbackField>

/** JSON Schema of a Kaleyra account. */
export const kaleyraSettings = Type.Object({
  baseUrl: Type.Optional(
    Type.String({
      title: 'API address',
      description:
        'https://api.in.kaleyra.io (India), https://api.kaleyra.io (South-East Asia), https://api.eu.kaleyra.io (Europe) or https://api.na.kaleyra.ai (North America).',
      default: 'https://api.kaleyra.io',
      pattern: '^https?://',
    }),
  ),
  sid: Type.String({ title: 'SID', description: 'Such as HX…IN.', minLength: 1 }),
  apiKey: Type.String({ title: 'API key', minLength: 1, secret: true }),
  endpoint: Type.Optional(
    Type.Union([Type.Literal('sms'), Type.Literal('messages')], {
      title: 'Endpoint',
      description: '"sms" is the newer one, and the only one in North America.',
      default: 'sms',
    }),
  ),
  encoding: Type.Optional(
    Type.Union([Type.Literal('form'), Type.Literal('json')], {
      title: 'How fields are sent',
      default: 'form',
    }),
  ),
  type: Type.Optional(
    Type.Union([Type.Literal('MKT'), Type.Literal('TXN'), Type.Literal('OTP')], {
      title: 'Message type',
      description: 'Marketing, transactional or one-time code. Without it Kaleyra decides.',
    }),
  ),
  templateId: Type.Optional(
    Type.String({ title: 'DLT template id', description: 'India only.', minLength: 1 }),
  ),
  stripPlus: Type.Optional(
    Type.Boolean({
      title: 'Send numbers without +',
      description: 'Takes the + off recipient and sender.',
      default: false,
    }),
  ),
  callback: Type.Optional(
    Type.Union([Type.Literal('inline'), Type.Literal('profile'), Type.Literal('none')], {
      title: 'How delivery receipts come back',
      description: 'Address sent with each message, a callback profile at Kaleyra, or not at all.',
      default: 'inline',
    }),
  ),
  callbackProfileId: Type.Optional(
    Type.String({ title: 'Callback profile id', description: 'Such as IN_….', minLength: 1 }),
  ),
  callbackSecret: Type.String({
    title: 'Callback secret',
    description:
      'Expected on each callback: header x-callback-token, or Basic password, or query parameter token.',
    minLength: 8,
    secret: true,
  }),
  statusBy: Type.Optional(
    Type.Union([Type.Literal('message_ids'), Type.Literal('ref')], {
      title: 'How uncertain texts are asked about',
      description:
        'By the ids that Kaleyra gave, or by our ref, where your account can be asked by it: only that settles texts whose answer was lost.',
      default: 'message_ids',
    }),
  ),
  bulk: Type.Optional(
    Type.Boolean({
      title: 'Send in bulk',
      description: 'Texts of campaigns that are due at the same time leave in one request.',
      default: false,
    }),
  ),
  zoneOffsetMinutes: Type.Optional(
    Type.Integer({
      title: 'Offset of times without a zone, in minutes east of UTC',
      description: '330 for India. Without it such times are left out.',
      minimum: -840,
      maximum: 840,
    }),
  ),
  handsetField: Type.Optional(
    Type.Union([Type.Literal('source'), Type.Literal('recipient')], {
      title: "Field that holds the customer's number in incoming texts",
      description: "Kaleyra's sample does not tell which one it is: send one text and look.",
      default: 'source',
    }),
  ),
  fields: Type.Optional(
    Type.Record(Type.String(), callbackField, {
      title: 'Names in your callback profiles',
      description: 'Your own name for each field of ours; parts of nested names joined by dots.',
    }),
  ),
})

/** Settings of a Kaleyra account. */
export type KaleyraSettings = Static<typeof kaleyraSettings>
