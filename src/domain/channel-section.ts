/** What is wrong with one option of a sender ID's section, as a sentence that says what to write instead. */
export interface OptionFault {
  readonly option: string
  readonly message: string
}

/** The providers that carry sender IDs ("Provision SMS": supported values of provider). */
export const channelProviders = ['Portico', 'Async', 'mGage'] as const

export type ChannelProviderName = (typeof channelProviders)[number]

/** A section of the NexusServices transaction, read. */
export interface SectionOptions {
  readonly channelId: string
  readonly endpoint: string
  readonly cxcOnly: boolean
  readonly provider?: ChannelProviderName
  /** Values of the `header:` options by header name. */
  readonly headers: Readonly<Record<string, string>>
}

export type ReadSection =
  | { readonly ok: true; readonly options: SectionOptions }
  | { readonly ok: false; readonly faults: readonly OptionFault[] }

/** Options that have one value for texts; left out, they are taken to have it. */
const fixedOptions: Readonly<Record<string, string>> = {
  channelType: 'sms',
  interactionSubtype: 'SMS',
  interactionType: 'Inbound',
  media: 'chat',
}

const knownOptions = [
  'channelId',
  'endpoint',
  'cxcOnly',
  'provider',
  ...Object.keys(fixedOptions),
] as const

const headerPrefix = 'header:'
const headersMax = 20
const headerCharactersMax = 4096

/** Headers that say how a webhook is to be read, checked or followed. */
const reservedHeaders: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'content-type',
  'host',
  'transfer-encoding',
  'x-b3-traceid',
  'x-hub-signature',
])

/** Whether a text can name a section: `chat.`, then letters, underscores and dashes ("Provision SMS"; GUESS: digits too). */
export function isSectionName(text: string): boolean {
  return /^chat\.[A-Za-z0-9_-]{1,100}$/.test(text)
}

/** Whether a text can name an endpoint: `chat.` and the name that its application goes by. */
export function isEndpointName(text: string): boolean {
  return /^chat\.\S(?:[^\p{Cc}]{0,198}\S)?$/u.test(text)
}

/** The name of the routing application that an endpoint such as `chat.Support` stands for. */
export function applicationOfEndpoint(endpoint: string): string {
  return endpoint.slice('chat.'.length)
}

/** Reads the options of a section, as an operator wrote them; names each that is not as it must be. Never throws. */
export function readSection(given: Readonly<Record<string, unknown>>): ReadSection {
  const faults: OptionFault[] = []
  const text = (option: string): string => {
    const value = given[option]
    return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
  }
  const channelId = text('channelId')
  if (channelId === '') {
    faults.push({ option: 'channelId', message: 'channelId is missing: give the number.' })
  }
  const endpoint = text('endpoint')
  if (!isEndpointName(endpoint)) {
    const message = 'endpoint must be chat. and the name of a routing application: chat.Support.'
    faults.push({ option: 'endpoint', message })
  }
  faults.push(...fixedFaults(given), ...unknownFaults(given))
  const cxcOnly = readFlag(given['cxcOnly'])
  if (cxcOnly === undefined) {
    faults.push({ option: 'cxcOnly', message: 'cxcOnly must be true or false.' })
  }
  const provider = readProvider(given['provider'])
  if (provider === undefined) {
    const message = `provider must be ${channelProviders.join(', ')}, or be left out.`
    faults.push({ option: 'provider', message })
  }
  const headers = headersIn(given)
  faults.push(...headers.faults)
  if (faults.length > 0 || cxcOnly === undefined) return { ok: false, faults }
  const options = { channelId, endpoint, cxcOnly, headers: headers.values }
  return {
    ok: true,
    options: provider === undefined || provider === '' ? options : { ...options, provider },
  }
}

function fixedFaults(given: Readonly<Record<string, unknown>>): readonly OptionFault[] {
  return Object.entries(fixedOptions)
    .filter(([option, value]) => Object.hasOwn(given, option) && given[option] !== value)
    .map(([option, value]) => ({ option, message: `${option} must be ${value}.` }))
}

function unknownFaults(given: Readonly<Record<string, unknown>>): readonly OptionFault[] {
  return Object.keys(given)
    .filter((option) => !option.startsWith(headerPrefix))
    .filter((option) => !knownOptions.includes(option))
    .map((option) => ({
      option,
      message: `${option} is no option: there are ${knownOptions.join(', ')} and header:….`,
    }))
}

function readFlag(value: unknown): boolean | undefined {
  if (value === undefined || value === false || value === 'false') return false
  return value === true || value === 'true' ? true : undefined
}

/** An empty text where none was given; undefined for a word that is no provider. */
function readProvider(value: unknown): ChannelProviderName | '' | undefined {
  if (value === undefined || value === null || value === '') return ''
  return channelProviders.find((one) => one === value)
}

/** Reads `header:` options: names that HTTP allows and that nothing depends on, values of one line. */
export function headersIn(given: Readonly<Record<string, unknown>>): {
  readonly values: Readonly<Record<string, string>>
  readonly faults: readonly OptionFault[]
} {
  const values: Record<string, string> = {}
  const faults: OptionFault[] = []
  for (const [option, value] of Object.entries(given)) {
    if (!option.startsWith(headerPrefix)) continue
    const name = option.slice(headerPrefix.length).trim()
    const text = typeof value === 'number' ? String(value) : value
    const message = headerFault(name, text)
    if (message === undefined && typeof text === 'string') values[name] = text
    else faults.push({ option, message: message ?? `${option} must be a text.` })
  }
  if (Object.keys(values).length > headersMax) {
    faults.push({
      option: headerPrefix,
      message: `There can be ${headersMax} headers at the most.`,
    })
  }
  return { values, faults }
}

function headerFault(name: string, value: unknown): string | undefined {
  if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/.test(name)) {
    return `header:${name} is no name that an HTTP header can have.`
  }
  if (reservedHeaders.has(name.toLowerCase())) {
    return `header:${name} cannot be set: the webhook has a ${name} of its own.`
  }
  if (typeof value !== 'string' || value.length > headerCharactersMax) {
    return `header:${name} must be a text of at most ${headerCharactersMax} characters.`
  }
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value)
    ? undefined
    : `header:${name} must be one line of Latin letters and signs.`
}
