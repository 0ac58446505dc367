/** One member of a service's data or secrets, as a field of its form. */
export interface ServiceField {
  readonly name: string
  readonly label: string
  readonly kind?: 'text' | 'json' | 'check'
  readonly isRequired?: boolean
  readonly hint?: string
  readonly choices?: readonly string[]
  readonly initial?: string
}

/** A service that a contact center can have ("Provision SMS"), as a form. */
export interface ServiceKind {
  readonly name: string
  readonly about: string
  /** What stands in the field of its address; none where it has no address. */
  readonly url?: string
  readonly data: readonly ServiceField[]
  readonly secret: readonly ServiceField[]
}

const gateway = JSON.stringify(
  [{ channelId: '+12025550177', webhook: { url: 'https://gateway.example/send' } }],
  null,
  2,
)
const gatewaySecrets = JSON.stringify(
  [{ channelId: '+12025550177', webhook: { secret: '' }, api: { secret: '' } }],
  null,
  2,
)

/** The services there are, in the order in which they are set up. */
export const serviceKinds: readonly ServiceKind[] = [
  {
    name: 'mGageSMS',
    about: 'Texts through mGage.',
    url: 'http://directtext.mgage.com',
    data: [
      {
        name: 'carrierSuccess',
        label: 'What “Carrier Success” means',
        choices: ['Delivered', 'Sent'],
        hint: 'It is the carrier’s word, not the handset’s.',
      },
      { name: 'multimedia', label: 'Send pictures', kind: 'check' },
      { name: 'reportingKey', label: 'Reporting key' },
    ],
    secret: [
      { name: 'username', label: 'User name', isRequired: true },
      { name: 'password', label: 'Password', isRequired: true },
    ],
  },
  {
    name: 'Async',
    about: 'Texts and mails through a gateway of your own, by signed webhooks.',
    data: [{ name: 'channels', label: 'Channels', kind: 'json', initial: gateway }],
    secret: [
      {
        name: 'channels',
        label: 'Secrets of the channels',
        kind: 'json',
        initial: gatewaySecrets,
        hint: 'By the same channelId. What is set and not named stays.',
      },
    ],
  },
  {
    name: 'PurecloudIDP',
    about: 'Where Portico gets its token.',
    url: 'https://login.mypurecloud.com',
    data: [],
    secret: [
      { name: 'clientId', label: 'Client id', isRequired: true },
      { name: 'clientSecret', label: 'Client secret', isRequired: true },
    ],
  },
  {
    name: 'PorticoSMS',
    about: 'Texts through Portico.',
    url: 'https://api.mypurecloud.com',
    data: [{ name: 'sendPath', label: 'Path to send to' }],
    secret: [],
  },
  {
    name: 'SMS',
    about: 'Which of them carries texts unless a sender ID says otherwise.',
    data: [
      { name: 'provider', label: 'Provider', choices: ['Portico', 'Async', 'mGage'] },
      { name: 'tokenProvider', label: 'Tokens from', choices: ['Purecloud'] },
    ],
    secret: [],
  },
]

type Texts = Readonly<Record<string, string>>

/** The members that fields stand for; those that are empty are left out. Throws a `SyntaxError` for JSON that is none. */
export function membersOf(fields: readonly ServiceField[], texts: Texts): Record<string, unknown> {
  return Object.fromEntries(
    fields.flatMap(({ name, label, kind }) => {
      const text = texts[name] ?? ''
      if (text.trim() === '') return []
      if (kind === 'check') return [[name, text === 'true']]
      return [[name, kind === 'json' ? parsedAs(text, label) : text]]
    }),
  )
}

/** What fields begin with, from the members that are there. */
export function textsOf(
  fields: readonly ServiceField[],
  members: Readonly<Record<string, unknown>> | undefined,
): Texts {
  return Object.fromEntries(
    fields.map(({ name, initial = '' }) => {
      if (members === undefined) return [name, initial]
      const value = members[name]
      if (value === undefined) return [name, '']
      return [name, typeof value === 'object' ? JSON.stringify(value, null, 2) : String(value)]
    }),
  )
}

function parsedAs(text: string, label: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new SyntaxError(`${label}: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}
