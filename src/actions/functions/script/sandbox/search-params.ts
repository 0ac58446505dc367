import { encodeForm, readPairs } from './query.ts'

/** What the constructor of `URLSearchParams` takes. */
export type SearchParamsSource =
  | string
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string>>

/** `URLSearchParams` of the URL Standard, written for the sandbox. */
export class SandboxSearchParams {
  #pairs: [string, string][] = []
  /** Called after each change; a URL keeps its query in step by it. */
  onChange: (() => void) | undefined

  constructor(source: SearchParamsSource = '') {
    Object.defineProperty(this, 'onChange', { enumerable: false, writable: true })
    if (typeof source === 'string') this.#pairs = readPairs(source.replace(/^\?/, ''))
    else {
      const pairs = Symbol.iterator in source ? [...source] : Object.entries(source)
      this.#pairs = pairs.map(([name, value]) => [String(name), String(value)])
    }
  }

  get size(): number {
    return this.#pairs.length
  }

  append(name: string, value: string): void {
    this.#pairs.push([String(name), String(value)])
    this.onChange?.()
  }

  delete(name: string): void {
    this.#pairs = this.#pairs.filter(([known]) => known !== String(name))
    this.onChange?.()
  }

  get(name: string): string | null {
    return this.#pairs.find(([known]) => known === String(name))?.[1] ?? null
  }

  getAll(name: string): string[] {
    return this.#pairs.filter(([known]) => known === String(name)).map(([, value]) => value)
  }

  has(name: string): boolean {
    return this.#pairs.some(([known]) => known === String(name))
  }

  set(name: string, value: string): void {
    const at = this.#pairs.findIndex(([known]) => known === String(name))
    if (at < 0) {
      this.append(name, value)
      return
    }
    this.#pairs = this.#pairs.filter(([known], index) => known !== String(name) || index === at)
    this.#pairs[at] = [String(name), String(value)]
    this.onChange?.()
  }

  sort(): void {
    this.#pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    this.onChange?.()
  }

  forEach(visit: (value: string, name: string, all: SandboxSearchParams) => void): void {
    for (const [name, value] of [...this.#pairs]) visit(value, name, this)
  }

  keys(): string[] {
    return this.#pairs.map(([name]) => name)
  }

  values(): string[] {
    return this.#pairs.map(([, value]) => value)
  }

  entries(): [string, string][] {
    return this.#pairs.map(([name, value]) => [name, value])
  }

  [Symbol.iterator](): Iterator<[string, string]> {
    return this.entries()[Symbol.iterator]()
  }

  toString(): string {
    return this.#pairs.map(([name, value]) => `${encodeForm(name)}=${encodeForm(value)}`).join('&')
  }

  toJSON(): string {
    return this.toString()
  }
}
