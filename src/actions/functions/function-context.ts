import { randomUUID } from 'node:crypto'
import type { FunctionLimits } from './function-limits.ts'

/** What the caller knows of a run, for the function's context. */
export interface ContextSource {
  /** Shown as the function's name; the vendor uses the action's id. */
  readonly name?: string
  /** Rendered headers of the action under their names as written, and the vendor's ININ values. */
  readonly clientContext?: Readonly<Record<string, string>>
  /** Id of this run; made when absent. */
  readonly requestId?: string
}

/**
 * The data of a function's `context`, with the members that the vendor's functions get (those of AWS Lambda).
 * `memoryLimitInMB` is a text there, and names the limit that holds here.
 */
export function functionContext(source: ContextSource, limits: FunctionLimits) {
  const name = source.name ?? 'function'
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: '$LATEST',
    functionName: name,
    memoryLimitInMB: String(Math.floor(limits.packageMemoryBytes / 1_048_576)),
    logGroupName: `/functions/${name}`,
    logStreamName: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:local:000000000000:function:${name}`,
    awsRequestId: source.requestId ?? randomUUID(),
    clientContext: source.clientContext ?? {},
  }
}
