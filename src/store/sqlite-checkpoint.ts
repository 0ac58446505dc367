import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

/**
 * A thread of its own that moves pages from the write-ahead log into the file, so that commits need not wait for
 * it. Each message asks for one pass, and is answered with the pages in the log when that is over; `close` ends the thread.
 */
const { file }: { readonly file: string } = workerData
const database = new DatabaseSync(file, { timeout: 1000 })
database.exec('pragma synchronous = full')
database.exec('pragma wal_autocheckpoint = 0')
const pass = database.prepare('pragma wal_checkpoint(passive)')

parentPort?.on('message', (message: 'pass' | 'close') => {
  if (message === 'close') {
    database.close()
    parentPort?.close()
    return
  }
  const [passed] = pass.all()
  parentPort?.postMessage(Number(passed?.['log'] ?? 0))
})
