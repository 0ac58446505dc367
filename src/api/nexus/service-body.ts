import Type, { type Static } from 'typebox'
import { AppError } from '../../errors.ts'

/** What creates a service: its address, readable configuration, and secrets ("Provision SMS"). */
export const ServiceBody = Type.Object({
  url: Type.Optional(Type.String({ maxLength: 2048 })),
  data: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  secret: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
})

export type ServiceBody = Static<typeof ServiceBody>

/** A service as it is shown: everything but its secrets. */
export interface ShownService {
  readonly url?: string
  readonly data: Readonly<Record<string, unknown>>
}

/** `bad.request` about one member of a service's body. */
export function serviceFault(fieldName: string, message: string): AppError {
  return new AppError('bad.request', message, {
    details: [{ errorCode: 'bad.request', fieldName }],
  })
}

/** The address of a service, without slashes at its end. */
export function urlIn(body: ServiceBody, example: string): string {
  const { url = '' } = body
  if (URL.canParse(url) && /^https?:\/\//.test(url)) return url.replace(/\/+$/, '')
  throw serviceFault('url', `url must be an http:// or https:// address, such as ${example}.`)
}

/** Secrets of a service that are needed, by name; one that is left out or `***` stays where there is one already. */
export function secretsIn(
  body: ServiceBody,
  names: readonly string[],
  kept: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const given = body.secret ?? {}
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue
    throw serviceFault(
      `secret.${name}`,
      `secret.${name} is not known: there are ${names.join(', ')}.`,
    )
  }
  const entries = names.map((name) => [name, secretOf(given[name], kept[name], name)] as const)
  return Object.fromEntries(entries)
}

function secretOf(value: unknown, kept: string | undefined, name: string): string {
  if (kept !== undefined && (value === undefined || value === '***')) return kept
  if (typeof value === 'string' && value !== '' && value.length <= 1000) return value
  throw serviceFault(`secret.${name}`, `secret.${name} is missing: give it as a text.`)
}

/** Refuses configuration that a service does not have, by name. */
export function knownData(body: ServiceBody, names: readonly string[]): ServiceBody['data'] {
  const data = body.data ?? {}
  for (const name of Object.keys(data)) {
    if (names.includes(name)) continue
    const there = names.length === 0 ? 'there is none' : `there are ${names.join(', ')}`
    throw serviceFault(`data.${name}`, `data.${name} is not known: ${there}.`)
  }
  return data
}
