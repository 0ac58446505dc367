import type { TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import type { TLocalizedValidationError } from 'typebox/error'
import type { Context } from '../context.ts'
import { AppError } from '../errors.ts'
import { grants, type Principal } from '../principal.ts'
import { type AnyOperation, type RawInput, scopesOf } from './operation.ts'

/**
 * The one door to every operation: who may, whether the request is well formed, then the work itself.
 * Throws `AppError` for everything that the caller can do something about.
 */
export async function call(
  operation: AnyOperation,
  input: RawInput,
  context: Context,
): Promise<unknown> {
  requireCaller(operation, context)
  const admission = operation.sends === true ? context.admit(operation.id) : undefined
  if (admission !== undefined) await admission
  return await operation.handle(checkedInput(operation, input), context)
}

/** Whether a call would get to its work: the same checks, and nothing done. Throws like `call`. */
export function rehearse(operation: AnyOperation, input: RawInput, context: Context): void {
  requireCaller(operation, context)
  checkedInput(operation, input)
}

/** What somebody has to be and may, to be let in. */
export type Needs = Pick<AnyOperation, 'method' | 'scopes' | 'permission' | 'caller'>

/** Who may: the caller's kind, scopes and permissions; for doors too whose bytes are no operation's. */
export function requireCaller(needs: Needs, context: Context): void {
  requireUser(needs, context)
  requireScope(needs, context)
  requirePermission(needs, context)
}

/** The scopes of which the caller's token would need one, where it is limited and has none of them. */
export function missingScopes(
  needs: Pick<Needs, 'method' | 'scopes'>,
  { userId, scopes }: Principal,
): readonly string[] | undefined {
  if (userId === undefined || scopes.length === 0) return undefined
  const needed = scopesOf(needs)
  return needed.some((scope) => scopes.includes(scope)) ? undefined : needed
}

function checkedInput(operation: AnyOperation, input: RawInput) {
  const schemas = operation.input ?? {}
  return {
    path: check(schemas.path, input.path ?? {}, 'path'),
    query: check(schemas.query, convertQuery(schemas.query, input.query ?? {}), 'query'),
    body: schemas.body === undefined ? undefined : check(schemas.body, input.body, 'body'),
  }
}

function requireUser(needs: Needs, { principal }: Context): void {
  if (needs.caller !== 'user' || principal.userId !== undefined) return
  throw new AppError(
    'user.context.required',
    'This request requires a user context. Client credentials cannot be used for requests to this resource: ' +
      'log in as a user, with the authorization code grant or `signalbox token --user`.',
  )
}

function requireScope(needs: Needs, { principal }: Context): void {
  const missing = missingScopes(needs, principal)
  if (missing === undefined) return
  throw new AppError(
    'not.authorized',
    'The token lacks the scope that this needs: one of {scopes}.',
    { params: { scopes: missing.join(', ') } },
  )
}

function requirePermission({ permission }: Needs, { principal }: Context): void {
  if (permission === undefined) return
  if (typeof permission === 'string') {
    if (grants(principal.permissions, permission)) return
    throw new AppError(
      'missing.permissions',
      'You are missing the following permission(s): {permissions}',
      {
        params: { permissions: permission },
      },
    )
  }
  if (permission.any.some((one) => grants(principal.permissions, one))) return
  throw new AppError(
    'missing.any.permissions',
    'You must have at least one of the following permissions assigned: {permissions}',
    { params: { permissions: permission.any.join(', ') } },
  )
}

const validators = new WeakMap<TSchema, Validator>()

/** The value when it fits the schema; otherwise `bad.request` that names each field and what is wrong with it. */
function check(schema: TSchema | undefined, value: unknown, part: string): unknown {
  if (schema === undefined) return value
  let validator = validators.get(schema)
  if (validator === undefined) {
    validator = Compile(schema)
    validators.set(schema, validator)
  }
  if (validator.Check(value)) return value
  if (part === 'body' && value === undefined) {
    throw new AppError('bad.request', 'The request has no body: send a JSON document.')
  }
  const problems = [...validator.Errors(value)]
    .slice(0, 5)
    .flatMap((error) => problemsOf(error, part))
  throw new AppError(
    'bad.request',
    `The ${part} of the request is not valid: ${problems.map(({ text }) => text).join('; ')}.`,
    { details: problems.map(({ field }) => ({ errorCode: 'bad.request', fieldName: field })) },
  )
}

/** What is wrong with which field, in the words of the vendor's schema validator. */
function problemsOf(
  error: TLocalizedValidationError,
  part: string,
): readonly { field: string; text: string }[] {
  const { keyword, instancePath, params, message } = error
  const field = instancePath.slice(1).replaceAll('/', '.')
  if (keyword === 'required' && 'requiredProperties' in params) {
    return params.requiredProperties.map((name) => {
      const missing = field === '' ? name : `${field}.${name}`
      return { field: missing, text: `should have required property '.${missing}'` }
    })
  }
  if (keyword === 'enum' && 'allowedValues' in params) {
    return [{ field, text: `'.${field}' should be one of ${params.allowedValues.join(', ')}` }]
  }
  return [{ field, text: field === '' ? `the ${part} ${message}` : `'.${field}' ${message}` }]
}

/** Query texts as the types that the schema wants; lists come comma-joined, repeated, or both. */
function convertQuery(
  schema: TSchema | undefined,
  query: Readonly<Record<string, unknown>>,
): unknown {
  if (schema === undefined || !('properties' in schema)) return query
  const properties = Object(schema.properties)
  const converted: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(query)) {
    const wanted: unknown = Object.hasOwn(properties, name) ? properties[name].type : undefined
    converted[name] = convertOne(wanted, value)
  }
  return converted
}

function convertOne(wanted: unknown, value: unknown): unknown {
  if (wanted === 'array') {
    const texts = (Array.isArray(value) ? value : [value]).map(String)
    return texts.flatMap((text) => text.split(',')).filter((text) => text !== '')
  }
  const text = Array.isArray(value) ? value.at(-1) : value
  if (typeof text !== 'string') return text
  if ((wanted === 'integer' || wanted === 'number') && text.trim() !== '') {
    const number = Number(text)
    return Number.isNaN(number) ? text : number
  }
  if (wanted === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}
