import { readFileSync } from 'node:fs'
import Type, { type Static } from 'typebox'
import {
  acceptValue,
  complaint,
  describeSettings,
  type Findings,
  type Layer,
  readEnvironment,
  readFlags,
  readSettingsFile,
  type Setting,
} from './settings.ts'

/**
 * Every setting there is: type, limits, default and what it is for.
 * Names on the command line (`--data-dir`) and in the environment (`SIGNALBOX_DATA_DIR`) follow from the keys.
 * Those marked `secret` can be read from the file that `SIGNALBOX_…_FILE` names.
 */
export const configSchema = Type.Object({
  host: Type.String({
    default: '127.0.0.1',
    minLength: 1,
    description: 'Address to listen on; `0.0.0.0` or `::` for all.',
  }),
  port: Type.Integer({
    default: 8080,
    minimum: 0,
    maximum: 65_535,
    description: 'TCP port to listen on; 0 takes any free one.',
  }),
  publicUrl: Type.Optional(
    Type.String({
      format: 'url',
      description:
        'Where providers and browsers reach this server, such as `https://sms.example.org`. Without it: `http://host:port`.',
    }),
  ),
  dataDir: Type.String({
    default: './data',
    minLength: 1,
    description: 'Folder of the embedded database and the key.',
  }),
  database: Type.String({
    default: 'sqlite',
    pattern: '^(sqlite$|postgres(ql)?://)',
    secret: true,
    mustBe: '"sqlite" or a postgres:// URL',
    description: '`sqlite` (embedded, one process) or a `postgres://` URL (any number of nodes).',
  }),
  durability: Type.Union([Type.Literal('full'), Type.Literal('process')], {
    default: 'full',
    description:
      '`full`: what was acknowledged survives a power cut. `process`: it survives a crash of the program only.',
  }),
  logLevel: Type.Union(
    [Type.Literal('debug'), Type.Literal('info'), Type.Literal('warn'), Type.Literal('error')],
    { default: 'info', description: 'The least that is logged.' },
  ),
  key: Type.Optional(
    Type.String({
      format: 'key',
      secret: true,
      description:
        'Encrypts stored secrets: 32 random bytes in base64. Without it the file `key` in the data folder is used, and made at first start.',
    }),
  ),
  seedDemo: Type.Boolean({
    default: true,
    description: 'Makes a demo organization at the first start.',
  }),
  allowPrivateNetworks: Type.Array(Type.String({ format: 'cidr' }), {
    default: [],
    description:
      'Networks in CIDR form that connectors, webhooks and actions may reach although they are not public.',
  }),
  requestBytesMax: Type.Integer({
    default: 512_000,
    minimum: 1024,
    maximum: 104_857_600,
    description: 'Largest request body, in bytes.',
  }),
  trustProxy: Type.Boolean({
    default: false,
    description:
      'Believes `X-Forwarded-*` headers. Only behind a proxy that sets them itself; otherwise callers can lie.',
  }),
  drainMs: Type.Integer({
    default: 5000,
    minimum: 0,
    maximum: 600_000,
    description: 'Milliseconds that work under way gets to end when the server stops.',
  }),
  backlogMax: Type.Integer({
    default: 1_000_000,
    minimum: 1,
    maximum: 1_000_000_000,
    description:
      'Messages that may wait to be sent; beyond that new ones are refused with 429 and Retry-After.',
  }),
  retentionDays: Type.Integer({
    default: 90,
    minimum: 1,
    maximum: 36_500,
    description: 'Days that ended conversations, their deliveries and exchanges are kept.',
  }),
  nodeId: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9._-]{1,64}$',
      mustBe: '1 to 64 letters, digits, dots, dashes and underscores',
      description: 'Name of this node among many, in leases and logs. Without it: a random one.',
    }),
  ),
  smtpPort: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 65_535,
    description:
      'TCP port on which incoming e-mail is taken by SMTP; 0 takes none. It has neither TLS nor login: put a mail server before it.',
  }),
  smtpHost: Type.String({
    default: '127.0.0.1',
    minLength: 1,
    description: 'Address that the SMTP port listens on.',
  }),
  mcpHosts: Type.Array(Type.String({ minLength: 1 }), {
    default: [],
    description:
      'Further host names under which agents and their browsers reach the tools; the public address and loopback ones are known.',
  }),
  mcpWrites: Type.Union(
    [Type.Literal('careful'), Type.Literal('allow'), Type.Literal('confirm'), Type.Literal('deny')],
    {
      default: 'careful',
      description:
        'What happens to tool calls that change something where no policy speaks of them. `careful`: what is sent, ended or handed over is confirmed first, other changes are made.',
    },
  ),
  clientRegistration: Type.Union([Type.Literal('open'), Type.Literal('closed')], {
    default: 'open',
    description:
      'Whether apps that nobody entered may make themselves known as OAuth clients, as agents’ clients do. They get nothing before a user logs in, and then conversation scopes only.',
  }),
  rateLimit: Type.Union([Type.Literal('on'), Type.Literal('off')], {
    default: 'off',
    description:
      'Whether callers of `/api/v2` are held to the limits that Genesys Cloud has: 300 requests a minute and token, 3000 a minute for a user in an app. Off unless asked for, so that a server of your own is as fast as its machine; `on` shows how a client behaves at the limits.',
  }),
})

/** The settings that the program runs with, defaults filled in. */
export type Config = Readonly<Static<typeof configSchema>>

/** Thrown when settings cannot be used. `problems` has one sentence for each thing to put right. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The settings cannot be used:\n${problems.map((problem) => `- ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

/** Where settings are read from; each part may be replaced in tests. */
export interface ConfigSources {
  /** Flags only, without the program's and the command's name. */
  readonly argv?: readonly string[]
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Text of a file; throws with code `ENOENT` when there is none. */
  readonly readFile?: (path: string) => string
}

const settings = describeSettings(configSchema.properties)

/**
 * Reads the settings: defaults, then the file (`signalbox.json`, or what `--config` or `SIGNALBOX_CONFIG` names), then
 * `SIGNALBOX_*`, then flags, the later ones winning. Throws a `ConfigError` that lists every problem.
 * `warnings` are sentences for the operator about settings that work but are risky.
 */
export function loadConfig(sources: ConfigSources = {}): {
  readonly config: Config
  readonly warnings: readonly string[]
} {
  const { argv = [], env = process.env, readFile = readText } = sources
  const findings: Findings = { problems: [], warnings: [] }
  const flags = readFlags(settings, argv, findings)
  const path = flags.file ?? env['SIGNALBOX_CONFIG']
  const layers = [
    readSettingsFile(settings, { path, readFile }, findings),
    readEnvironment(settings, { env, readFile }, findings),
    flags.layer,
  ]
  const values: Record<string, unknown> = {}
  for (const setting of settings) {
    if (setting.default !== undefined) values[setting.name] = setting.default
    for (const layer of layers) {
      const given = layer.get(setting.name)
      if (given === undefined) continue
      const value = acceptValue(setting, given.value)
      if (value === undefined) findings.problems.push(complaint(setting, given))
      else values[setting.name] = value
    }
  }
  if (findings.problems.length > 0) throw new ConfigError(findings.problems)
  const config = values as Config // each value passed its own setting's test
  return { config, warnings: [...findings.warnings, ...risks(config, flags.layer)] }
}

/** The settings as text for `--help`, one flag to a line. */
export function configHelp(): string {
  const rows: [string, string][] = settings.map((setting) => [
    setting.kind === 'boolean' ? `--${setting.flag}` : `--${setting.flag} <${valueWord(setting)}>`,
    plain(setting.description) +
      (isShown(setting.default) ? ` (default: ${show(setting.default)})` : ''),
  ])
  rows.unshift(['--config <file>', 'File of settings (default: signalbox.json, if there is one)'])
  const width = Math.max(...rows.map(([flag]) => flag.length)) + 2
  return [
    'Settings:',
    ...rows.map(([flag, text]) => `  ${flag.padEnd(width)}${text}`),
    '',
    'Each can also be set in the environment (--data-dir is SIGNALBOX_DATA_DIR) or in the file (dataDir).',
    'Flags win over the environment, the environment over the file. --no-… turns a switch off.',
    '',
  ].join('\n')
}

/** The settings as Markdown, for `docs/configuration.md`. */
export function configDocs(): string {
  const rows = settings.map((setting) => {
    const fallback = isShown(setting.default) ? `\`${show(setting.default)}\`` : '–'
    const file = setting.secret ? ` or \`${setting.variable}_FILE\`` : ''
    return `| \`${setting.name}\` | \`--${setting.flag}\` | \`${setting.variable}\`${file} | ${fallback} | ${setting.description} Must be ${setting.mustBe.replaceAll('|', '\\|')}. |`
  })
  return [
    '# Configuration',
    '',
    'signalbox runs with no settings at all. Each setting can be given in four places; later ones win:',
    '',
    '1. its default',
    '2. the file `signalbox.json` in the working folder, or the one that `--config` or `SIGNALBOX_CONFIG` names: a JSON object with the names below',
    '3. the environment; for secrets also the file that a variable ending in `_FILE` names, read once at start',
    '4. a flag; `--no-…` turns a switch off',
    '',
    'Every problem is reported at once, at start. Lists are separated by commas outside the file.',
    '',
    '| Setting | Flag | Environment | Default | What it does |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

function risks(config: Config, flags: Layer): string[] {
  const found: string[] = []
  const isLocal = ['localhost', '::1'].includes(config.host) || config.host.startsWith('127.')
  const isEncrypted = config.trustProxy || config.publicUrl?.startsWith('https://') === true
  if (!isLocal && !isEncrypted) {
    found.push(
      `The server listens on ${config.host} without TLS, so passwords and tokens cross the network readable. Put a TLS proxy before it and set publicUrl to its https:// address.`,
    )
  }
  if (config.durability === 'process') {
    found.push('With durability "process" a power cut can lose messages that were acknowledged.')
  }
  for (const { name, flag, variable, secret } of settings) {
    if (secret && flags.has(name) && flags.get(name)?.value !== 'sqlite') {
      found.push(
        `--${flag} is visible to every user of this machine; use ${variable}_FILE instead.`,
      )
    }
  }
  return found
}

function valueWord({ kind, choices }: Setting): string {
  if (kind === 'choice') return choices.join('|')
  return { string: 'text', integer: 'number', array: 'list', boolean: '' }[kind]
}

function isShown(value: unknown): boolean {
  return value !== undefined && !(Array.isArray(value) && value.length === 0)
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function plain(markdown: string): string {
  return markdown.replaceAll('`', '').replace(/\.$/, '')
}

function readText(path: string): string {
  return readFileSync(path, 'utf8')
}
