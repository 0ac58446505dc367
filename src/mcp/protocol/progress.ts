import type { Call } from './host.ts'
import { asJson, type Json } from './rpc.ts'

/** Tells a client how far a request of its own has come (`notifications/progress`). */
export interface Progress {
  /** One step more, of so many where that is known. */
  step(message: string, total?: number): void
}

/** Milliseconds between two words that something still goes on: clients give up after a minute of silence. */
const stillMs = 5000

const nobody: Progress = { step() {} }

/** Where the request asks for it with a `progressToken`, its way to be told; otherwise one that says nothing. */
export function progressOf(params: Json, call: Pick<Call, 'canStream' | 'notify'>): Progress {
  const progressToken = asJson(params['_meta'])?.['progressToken']
  const isToken = typeof progressToken === 'string' || typeof progressToken === 'number'
  if (!isToken || !call.canStream) return nobody
  let progress = 0
  return {
    step(message, total) {
      progress += 1
      const params = { progressToken, progress, message, ...(total === undefined ? {} : { total }) }
      call.notify('notifications/progress', params)
    },
  }
}

/** Says every few seconds that the work still goes on, for as long as it does. */
export async function whileWaiting<T>(
  progress: Progress,
  message: string,
  work: () => Promise<T>,
): Promise<T> {
  if (progress === nobody) return work()
  const timer = setInterval(() => progress.step(message), stillMs)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}
