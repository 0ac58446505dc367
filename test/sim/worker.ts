import { parentPort, workerData } from 'node:worker_threads'
import type { Share } from './run.ts'
import { Workshop } from './world.ts'

const share: Share = workerData
let isOpen = true
parentPort?.on('message', () => {
  isOpen = false
})

const workshop = await Workshop.open()
try {
  for (const seed of share.seeds) {
    if (!isOpen) break
    const verdict = await workshop.play({ ...share, seed })
    const isBroken = verdict.violations.length > 0
    parentPort?.postMessage(isBroken ? verdict : { ...verdict, lines: [] })
  }
} finally {
  workshop.close()
  parentPort?.close()
}
