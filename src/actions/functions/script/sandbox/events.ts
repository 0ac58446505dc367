type Listener = (...values: never[]) => unknown

interface Entry {
  readonly listener: Listener
  readonly isOnce: boolean
}

/** Node's `EventEmitter` as far as requests and scripts use it. An `error` nobody listens to is thrown. */
export class SandboxEmitter {
  #entries = new Map<string | symbol, Entry[]>()

  on(event: string | symbol, listener: Listener): this {
    return this.#add(event, { listener, isOnce: false })
  }

  addListener(event: string | symbol, listener: Listener): this {
    return this.on(event, listener)
  }

  once(event: string | symbol, listener: Listener): this {
    return this.#add(event, { listener, isOnce: true })
  }

  off(event: string | symbol, listener: Listener): this {
    const entries = this.#entries.get(event) ?? []
    const at = entries.findLastIndex((entry) => entry.listener === listener)
    if (at >= 0) this.#entries.set(event, entries.toSpliced(at, 1))
    return this
  }

  removeListener(event: string | symbol, listener: Listener): this {
    return this.off(event, listener)
  }

  removeAllListeners(event?: string | symbol): this {
    if (event === undefined) this.#entries.clear()
    else this.#entries.delete(event)
    return this
  }

  listenerCount(event: string | symbol): number {
    return this.#entries.get(event)?.length ?? 0
  }

  setMaxListeners(): this {
    return this
  }

  emit(event: string | symbol, ...values: unknown[]): boolean {
    const entries = this.#entries.get(event) ?? []
    if (entries.length === 0) {
      if (event === 'error') throw values[0]
      return false
    }
    for (const { listener, isOnce } of entries) {
      if (isOnce) this.off(event, listener)
      Reflect.apply(listener, this, values)
    }
    return true
  }

  #add(event: string | symbol, entry: Entry): this {
    this.#entries.set(event, [...(this.#entries.get(event) ?? []), entry])
    return this
  }
}
