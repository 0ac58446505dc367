import { connect } from 'node:net'
import type { ProviderCounts } from './provider.ts'
import { isWhole } from './whole.ts'

/** How far a run of load may be ahead of the provider stand-in. */
export interface Ahead {
  /** Requests that were sent and are not done. */
  readonly max: number
  readonly providerUrl: string
  /** What counts as done, and how many of it there were before the run. */
  readonly counted: keyof ProviderCounts
  readonly before: number
}

const askMs = 10

/**
 * Asks the stand-in over and over how many requests of this run are done, until what this gives is called. Directly,
 * since a process between them that wakes up each time takes as much as the answer does.
 */
export function watchDone(
  { providerUrl, counted, before }: Ahead,
  told: (done: number) => void,
): () => void {
  const { hostname, port } = new URL(providerUrl)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  let timer: NodeJS.Timeout | undefined
  let held = ''
  const ask = () => socket.write('GET /counts HTTP/1.1\r\n\r\n')
  socket.setEncoding('latin1')
  socket.on('connect', ask)
  socket.on('data', (chunk: string) => {
    held += chunk
    if (!isWhole(held)) return
    const counts: ProviderCounts = JSON.parse(held.slice(held.indexOf('\r\n\r\n')))
    held = ''
    told(counts[counted] - before)
    timer = setTimeout(ask, askMs)
  })
  return () => {
    clearTimeout(timer)
    socket.destroy()
  }
}
