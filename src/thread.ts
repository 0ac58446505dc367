import { extname } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'

/**
 * Starts the thread whose code is the file of that name beside the caller's, under the ending that it has as a source
 * or when built.
 */
export function startThread(caller: string, name: string, data: unknown): Worker {
  keepNurserySmall()
  return new Worker(new URL(`./${name}${extname(caller)}`, caller), { workerData: data })
}

/**
 * A thread beside the main one has little under way, and needs no such young generation as that has by its flags: it
 * would take 100 MB more. The engine sizes one by the flags of the moment in which a thread begins, whatever limits the
 * thread is given; the main one has its own since the start.
 */
function keepNurserySmall(): void {
  setFlagsFromString('--min-semi-space-size=8')
  setFlagsFromString('--max-semi-space-size=16')
}
