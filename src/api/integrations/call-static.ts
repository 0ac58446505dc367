import { ActionFailure } from '../../actions/failure.ts'
import type { OwnPlatform } from '../../actions/outcome.ts'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { call } from '../call.ts'
import type { AnyOperation } from '../operation.ts'
import { staticActions } from './static-actions.ts'

/** Takes the request of a static action to its operation, through the one door, with the permissions of who executes it. */
export function ownPlatform(actionId: string, context: Context): OwnPlatform | undefined {
  const found = staticActions.find(({ id }) => id === actionId)
  if (found === undefined) return undefined
  return async ({ url, body }) => {
    const input = {
      path: pathOf(found.operation, url),
      ...(body === undefined ? {} : { body: parsed(body) }),
    }
    try {
      const result = await call(found.operation, input, context)
      const { status } = found.operation.reply
      return { status, headers: {}, body: result === undefined ? '' : JSON.stringify(result) }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      const { message, code, status, details } = error
      return { status, headers: {}, body: JSON.stringify({ message, code, status, details }) }
    }
  }
}

function pathOf({ path }: AnyOperation, url: string): Readonly<Record<string, string>> {
  const given = new URL(url).pathname.split('/')
  const named = path.split('/').map((part, at) => [part, given[at] ?? ''] as const)
  const values = named.flatMap(([part, value]) =>
    part.startsWith('{') ? [[part.slice(1, -1), decodeURIComponent(value)] as const] : [],
  )
  const isWhole = given.length === named.length && values.every(([, value]) => value !== '')
  if (isWhole) return Object.fromEntries(values)
  throw new ActionFailure('An id that the action was given is empty.', {
    errorCode: 'ACTION.PROCESSING',
  })
}

function parsed(body: string): unknown {
  return JSON.parse(body) // the body template made JSON, which the step before has checked
}
