import { useEffect, useRef } from 'react'
import { ring } from './alert-sound.ts'
import type { DeskSnapshot } from './desk-state.ts'
import { stageOf } from './interaction.ts'

const ringEveryMs = 3000

/** Makes an alert heard, and puts what waits in the title of the tab. */
export function useAlerting({ interactions, unread }: DeskSnapshot): void {
  const alerting = interactions.filter((one) => stageOf(one) === 'alerting').length
  const waiting = alerting + [...unread.values()].reduce((sum, one) => sum + one, 0)
  useEffect(() => {
    if (alerting === 0) return
    ring()
    const timer = setInterval(ring, ringEveryMs)
    return () => clearInterval(timer)
  }, [alerting])
  const title = useRef(document.title)
  useEffect(() => {
    const name = 'signalbox'
    document.title =
      waiting === 0 ? name : `(${waiting}) ${alerting > 0 ? 'Alerting' : 'New'} · ${name}`
    return () => {
      document.title = title.current
    }
  }, [waiting, alerting])
}
