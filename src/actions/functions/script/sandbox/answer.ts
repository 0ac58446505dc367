import type { Host } from './host.ts'

/** How the code of a run is called: the form of a script, or that of a function with a handler. */
export type EntryForm = 'execute' | 'handler'

type Entry = (...values: never[]) => unknown

/**
 * Calls the entry of a script and passes on its first answer; later ones are ignored.
 * `execute(context, callback)` answers with one value, its outputs, and may also use Node's order of error and
 * value; `handler(event, context, callback)` uses Node's order. Either may return a promise instead, or a value
 * where it declares no callback.
 * Gives what to call when nothing is left to wait for: a handler whose promise brought no value then answers
 * `null`, as on the vendor's platform; everything else failed to answer.
 */
export function callEntry(
  entry: Entry,
  { form, values, host }: { form: EntryForm; values: readonly unknown[]; host: Host },
): () => void {
  let isSettled = false
  let isPromiseDone = false
  const fail = (error: unknown) => {
    if (isSettled) return
    isSettled = true
    reportFailure(host, error)
  }
  const succeed = (value: unknown) => {
    if (isSettled) return
    if (form === 'execute' && (typeof value !== 'object' || value === null)) {
      return fail(new Error('The callback was not given an object with the outputs.'))
    }
    const json = writeResult(value, fail)
    if (json === undefined) return
    isSettled = true
    host('result', json)
  }
  const callback = (...given: unknown[]) => {
    const [first, second] = given
    if (form === 'execute' && given.length < 2 && !(first instanceof Error)) return succeed(first)
    if (first === null || first === undefined) return succeed(second)
    fail(first)
  }
  try {
    const returned = Reflect.apply(entry, undefined, [...values, callback])
    const isPromise = typeof Object(returned).then === 'function'
    const onValue = (value: unknown) => {
      isPromiseDone = true
      if (value !== undefined) succeed(value)
    }
    if (isPromise) Promise.resolve(returned).then(onValue, fail)
    else if (returned !== undefined && entry.length <= values.length) succeed(returned)
  } catch (error) {
    fail(error)
  }
  return () => {
    if (form === 'handler' && isPromiseDone) succeed(null)
    else
      fail(new Error('The function ended without an answer: call the callback or return a value.'))
  }
}

function writeResult(value: unknown, fail: (error: unknown) => void): string | undefined {
  try {
    return JSON.stringify(value) ?? 'null'
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    fail(new Error(`The result cannot be written as JSON: ${reason}`))
    return undefined
  }
}

/** Tells the host why a run failed, whatever was thrown. */
export function reportFailure(host: Host, error: unknown): void {
  if (error instanceof Error) {
    const isForbidden = 'code' in error && error.code === 'ERR_FORBIDDEN'
    const message = error.name === 'Error' ? error.message : `${error.name}: ${error.message}`
    const about = {
      name: error.name,
      message: isForbidden ? error.message : message,
      stack: error.stack,
    }
    host('failure', isForbidden ? 'forbidden' : 'error', JSON.stringify(about))
    return
  }
  const message = typeof error === 'string' ? error : (JSON.stringify(error) ?? String(error))
  host('failure', 'error', JSON.stringify({ name: 'Error', message, stack: '' }))
}
