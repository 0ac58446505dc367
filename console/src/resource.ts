import { useCallback, useEffect, useRef, useState } from 'react'

/** What a view knows of something that is read from the server. */
export interface Resource<Data> {
  /** The last that was read; it stays while it is read again or when that fails. */
  readonly data: Data | undefined
  readonly error: Error | undefined
  readonly isLoading: boolean
  reload(): Promise<void>
}

/** Reads something when the view appears and when its key changes. `everyMs` reads it again while the tab is seen. */
export function useResource<Data>(
  key: string,
  load: (signal: AbortSignal) => Promise<Data>,
  options: { readonly everyMs?: number } = {},
): Resource<Data> {
  const [state, setState] = useState<{
    key: string
    data?: Data
    error?: Error
    isLoading: boolean
  }>({ key, isLoading: true })
  const loader = useRef(load)
  loader.current = load
  const current = useRef<AbortController | undefined>(undefined)
  const reload = useCallback(async () => {
    current.current?.abort()
    const controller = new AbortController()
    current.current = controller
    setState((past) => (past.key === key ? { ...past, isLoading: true } : { key, isLoading: true }))
    try {
      const data = await loader.current(controller.signal)
      if (!controller.signal.aborted) setState({ key, data, isLoading: false })
    } catch (cause) {
      if (controller.signal.aborted) return
      const error = cause instanceof Error ? cause : new Error(String(cause))
      setState((past) => ({ ...(past.key === key ? past : { key }), error, isLoading: false }))
    }
  }, [key])
  useEffect(() => {
    void reload()
    return () => current.current?.abort()
  }, [reload])
  const { everyMs } = options
  useEffect(() => {
    if (everyMs === undefined) return
    const timer = setInterval(() => {
      if (!document.hidden) void reload()
    }, everyMs)
    return () => clearInterval(timer)
  }, [everyMs, reload])
  const shown = state.key === key ? state : { key, isLoading: true }
  return {
    data: 'data' in shown ? shown.data : undefined,
    error: 'error' in shown ? shown.error : undefined,
    isLoading: shown.isLoading,
    reload,
  }
}

/** Does one thing at a time that the user asked for, and keeps why it failed. */
export function useAction<Given extends readonly unknown[]>(
  work: (...given: Given) => Promise<void>,
): {
  readonly isBusy: boolean
  readonly error: Error | undefined
  clear(): void
  run(...given: Given): Promise<boolean>
} {
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<Error | undefined>(undefined)
  const busy = useRef(false)
  return {
    isBusy,
    error,
    clear: () => setError(undefined),
    async run(...given) {
      if (busy.current) return false
      busy.current = true
      setBusy(true)
      setError(undefined)
      try {
        await work(...given)
        return true
      } catch (cause) {
        setError(cause instanceof Error ? cause : new Error(String(cause)))
        return false
      } finally {
        busy.current = false
        setBusy(false)
      }
    },
  }
}

/** The present moment, read again every so many milliseconds: for ages and countdowns. */
export function useNow(everyMs = 1000): number {
  const [nowMs, setNowMs] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return nowMs
}
