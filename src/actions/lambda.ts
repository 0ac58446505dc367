import type { OutboundReply } from '../connectors/connector.ts'
import type { Integration } from './action.ts'
import type { PreparedRequest } from './send.ts'

/**
 * Turns a request for a function of AWS Lambda into the Invoke operation of the service at the integration's
 * base URL (AWS Lambda API reference, "Invoke"): the URL template holds the ARN, and the action's own headers
 * become the client context. Requests of other integrations stay as they are. Nothing is signed: the
 * service must be one that asks for a header at most.
 */
export function asInvocation(request: PreparedRequest, integration: Integration): PreparedRequest {
  if (integration.type !== 'aws-lambda-data-actions') return request
  const baseUrl = (integration.baseUrl ?? '').replace(/\/+$/, '')
  const url = `${baseUrl}/2015-03-31/functions/${encodeURIComponent(request.url)}/invocations`
  const own = Object.entries(request.headers)
  const signedIn = own.filter(([name]) => name.toLowerCase() === 'authorization')
  const custom = Object.fromEntries(own.filter(([name]) => name.toLowerCase() !== 'authorization'))
  const context = Buffer.from(JSON.stringify({ custom })).toString('base64')
  const headers = {
    ...Object.fromEntries(signedIn),
    'Content-Type': 'application/json',
    'X-Amz-Client-Context': context,
  }
  return { method: 'POST', url, headers, body: request.body ?? '{}' }
}

/** Whether the function itself failed: the service answers 200 and says so in a header. */
export function isFunctionError({ headers }: OutboundReply): boolean {
  return headers['x-amz-function-error'] !== undefined
}
