import { parentPort, workerData } from 'node:worker_threads'
import { SendError } from '../errors.ts'
import { createEgress, type EgressRequest } from './egress.ts'
import type { SenderOptions, SentAnswers, SentFailure, SentRequests } from './egress-sender.ts'

/** The thread of `EgressSender`: sends what it is told and tells what came of it; `close` ends it. */
const options: SenderOptions = workerData
const egress = createEgress(options)
let answers: SentAnswers[number][] = []

parentPort?.on('message', (message: SentRequests | 'close') => {
  if (message === 'close') void close()
  else for (const [number, request] of message) void send(number, request)
})

async function send(number: number, request: EgressRequest): Promise<void> {
  const answer = await egress.fetch(received(request)).catch(failureOf)
  if (answers.length === 0) setImmediate(tell)
  answers.push([number, answer])
}

function tell(): void {
  if (answers.length === 0) return
  parentPort?.postMessage(answers)
  answers = []
}

async function close(): Promise<void> {
  await egress.close()
  // What was broken off is told in the next turn. A connection that is being made would keep the thread for seconds.
  setImmediate(() => {
    tell()
    process.exit()
  })
}

/** A buffer arrives as plain bytes. */
function received(request: EgressRequest): EgressRequest {
  const { body } = request
  return body === undefined || typeof body === 'string'
    ? request
    : { ...request, body: Buffer.from(body) }
}

function failureOf(error: unknown): SentFailure {
  if (error instanceof SendError) return { failure: error.failure, message: error.message }
  return { failure: undefined, message: error instanceof Error ? error.message : String(error) }
}
