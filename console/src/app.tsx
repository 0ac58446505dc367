import { useEffect, useState, useSyncExternalStore } from 'react'
import { DeskState } from './desk/desk-state.ts'
import { type Around, AroundContext, readMe } from './me.ts'
import { arrive, isSignedIn, onSession } from './session.ts'
import { Shell } from './shell/shell.tsx'
import { SignIn } from './shell/sign-in.tsx'
import { Loading, Problem } from './ui/states.tsx'

let arrival: ReturnType<typeof arrive> | undefined

/** The console: the way in, then everything else for whoever came in. */
export function App() {
  const [state, setState] = useState<{ isReady: boolean; problem?: string; wasIn?: boolean }>({
    isReady: false,
  })
  const signedIn = useSyncExternalStore(onSession, isSignedIn)
  useEffect(() => {
    arrival ??= arrive() // a code is worth something once, however often the page is drawn
    void arrival.then(({ problem, to }) => {
      if (to !== undefined) history.replaceState(null, '', to)
      setState({ isReady: true, ...(problem === undefined ? {} : { problem }) })
    })
  }, [])
  useEffect(() => {
    if (signedIn) setState((past) => ({ ...past, wasIn: true }))
  }, [signedIn])
  if (!state.isReady) return <Splash />
  if (!signedIn) return <SignIn problem={state.problem} hasEnded={state.wasIn === true} />
  return <SignedIn />
}

function SignedIn() {
  const [around, setAround] = useState<Around | undefined>(undefined)
  const [error, setError] = useState<Error | undefined>(undefined)
  const [tries, setTries] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try is what starts it again
  useEffect(() => {
    let desk: DeskState | undefined
    let isOver = false
    setError(undefined)
    void readMe().then(
      (me) => {
        if (isOver) return
        desk = new DeskState(me.id)
        desk.start()
        setAround({ me, desk })
      },
      (cause: unknown) => {
        if (!isOver) setError(cause instanceof Error ? cause : new Error(String(cause)))
      },
    )
    return () => {
      isOver = true
      desk?.stop()
      setAround(undefined)
    }
  }, [tries])
  if (error !== undefined) {
    return (
      <main className="way-in">
        <Problem error={error} onRetry={() => setTries(tries + 1)} />
      </main>
    )
  }
  if (around === undefined) return <Splash />
  return (
    <AroundContext value={around}>
      <Shell />
    </AroundContext>
  )
}

function Splash() {
  return (
    <main className="way-in">
      <h1 className="sr-only">signalbox</h1>
      <div className="way-in-card">
        <Loading lines={3} />
      </div>
    </main>
  )
}
