import { useSyncExternalStore } from 'react'
import { Switch } from 'react-aria-components/Switch'
import { api } from '../api.ts'
import type { DeskState } from '../desk/desk-state.ts'
import { useAction } from '../resource.ts'
import { Age } from '../ui/time.tsx'

const words: Readonly<Record<string, string>> = {
  OFF_QUEUE: 'Off queue',
  IDLE: 'On queue',
  INTERACTING: 'Interacting',
  COMMUNICATING: 'Communicating',
  NOT_RESPONDING: 'Not responding',
}

/** Whether the user takes work, and how to change that. */
export function useRouting(desk: DeskState) {
  const { routing } = useSyncExternalStore(desk.subscribe, desk.snapshot)
  const isOn = routing.status !== 'OFF_QUEUE'
  const put = useAction(async (status: string) => {
    await api('PUT', `/api/v2/users/${desk.userId}/routingstatus`, { body: { status } })
  })
  return {
    ...routing,
    isOn,
    ...put,
    set: (on: boolean) => put.run(on ? 'IDLE' : 'OFF_QUEUE'),
    toggle: () => put.run(isOn && routing.status !== 'NOT_RESPONDING' ? 'OFF_QUEUE' : 'IDLE'),
    resume: () => put.run('IDLE'),
  }
}

/** The on-queue switch with the status beside it; who let an alert pass is asked back on queue. */
export function OnQueueSwitch({ routing }: { readonly routing: ReturnType<typeof useRouting> }) {
  const isAway = routing.status === 'NOT_RESPONDING'
  return (
    <div className={`on-queue ${routing.isOn ? 'on' : ''} ${isAway ? 'away' : ''}`}>
      {isAway ? (
        <button type="button" className="button danger" onClick={() => void routing.resume()}>
          Not responding: go back on queue
        </button>
      ) : null}
      <Switch
        className="switch"
        isSelected={routing.isOn}
        isDisabled={routing.isBusy}
        onChange={(on) => void routing.set(on)}
      >
        <span className="track" aria-hidden />
        <span className="switch-words">{words[routing.status] ?? routing.status}</span>
      </Switch>
      <span className="xs soft only-wide" aria-hidden>
        <Age timeMs={routing.sinceMs} />
      </span>
    </div>
  )
}
