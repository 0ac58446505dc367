import { Compile } from 'typebox/compile'
import type { Connector } from '../../connectors/connector.ts'
import { AppError } from '../../errors.ts'
import { carrierSetting, loopbackConnector } from '../../simulator/handset-calls.ts'
import type { JsonObject, JsonValue } from '../../store/json.ts'
import type { Account } from '../../store/records.ts'

/** Stands where a secret is set; sent back, it leaves the secret as it is. */
export const secretMask = '***'

/** An account's settings in two parts: those that anybody may see, and those that are encrypted at rest. */
export interface SplitSettings {
  readonly settings: JsonObject
  readonly secrets: Readonly<Record<string, string>>
}

/**
 * Checks settings against the connector's schema and parts the secret ones from the others. A secret that is left
 * out, or is `***`, stays what it was; `null` takes it away. `bad.request` names each field, never its value.
 */
export function splitSettings(
  connector: Connector,
  given: Readonly<Record<string, unknown>>,
  before: Readonly<Record<string, string>>,
): SplitSettings {
  const properties = connector.settings.properties
  const secretNames = secretNamesOf(connector)
  const settings: Record<string, JsonValue> = {}
  const secrets: Record<string, string> = {}
  for (const name of secretNames) {
    const kept = before[name]
    if (kept !== undefined) secrets[name] = kept
  }
  for (const [name, value] of Object.entries(given)) {
    if (secretNames.includes(name)) takeSecret(secrets, name, value)
    else if (Object.hasOwn(properties, name) || isCarrier(connector, name)) {
      settings[name] = JSON.parse(JSON.stringify(value))
    } else throw unknownSetting(connector, name)
  }
  checkWhole(connector, { ...settings, ...secrets })
  return { settings, secrets }
}

function takeSecret(secrets: Record<string, string>, name: string, value: unknown): void {
  if (value === null) delete secrets[name]
  else if (typeof value !== 'string') {
    throw new AppError('bad.request', 'The setting {name} must be a text.', {
      params: { name },
      details: [{ errorCode: 'bad.request', fieldName: `settings.${name}` }],
    })
  } else if (value !== secretMask) secrets[name] = value
}

/** Names of the settings that are kept secret. */
export function secretNamesOf(connector: Connector): readonly string[] {
  return Object.entries(connector.settings.properties)
    .filter(([, schema]) => 'secret' in schema && schema.secret === true)
    .map(([name]) => name)
}

/** Settings as they are shown: `***` for each secret that is set. */
export function shownSettings(account: Account) {
  const masked = Object.keys(account.secrets ?? {}).map((name) => [name, secretMask] as const)
  return { ...account.settings, ...Object.fromEntries(masked) }
}

function isCarrier(connector: Connector, name: string): boolean {
  return connector.name === loopbackConnector && name === carrierSetting
}

function unknownSetting(connector: Connector, name: string): AppError {
  return new AppError(
    'bad.request',
    'The connector {connector} has no setting {name}. It has: {names}.',
    {
      params: {
        connector: connector.name,
        name,
        names: Object.keys(connector.settings.properties).join(', '),
      },
      details: [{ errorCode: 'bad.request', fieldName: `settings.${name}` }],
    },
  )
}

function checkWhole(connector: Connector, whole: Readonly<Record<string, unknown>>): void {
  const validator = Compile(connector.settings)
  if (validator.Check(whole)) return
  const problems = [...validator.Errors(whole)]
    .slice(0, 5)
    .map(({ instancePath, params, message }) => {
      const at = instancePath.slice(1).replaceAll('/', '.')
      const missing = 'requiredProperties' in params ? params.requiredProperties.join(', ') : ''
      const field = missing === '' ? at : missing
      return { field, text: missing === '' ? `${field} ${message}` : `${field} is missing` }
    })
  throw new AppError(
    'bad.request',
    `The settings do not fit the connector ${connector.name}: ${problems.map(({ text }) => text).join('; ')}.`,
    {
      details: problems.map(({ field }) => ({
        errorCode: 'bad.request',
        fieldName: `settings.${field}`,
      })),
    },
  )
}
