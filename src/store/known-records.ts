import type { RecordKind, RecordKinds } from './records.ts'

/** How long a record is believed where other nodes may change it. */
const believeMs = 2000
const knownMax = 10_000

/** How a record is found: by its id or by its kind's own key. */
export interface RecordPlace<K extends RecordKind> {
  readonly organizationId: string
  readonly kind: K
  readonly by: 'id' | 'key'
  readonly name: string
}

interface Known {
  /** Undefined: there is none. */
  readonly record: RecordKinds[RecordKind] | undefined
  readonly untilMs: number
}

type KnownOfKind = Readonly<Record<'id' | 'key', Map<string, Known>>>

interface KnownList {
  readonly records: readonly RecordKinds[RecordKind][]
  readonly untilMs: number
}

/**
 * Records that were read lately, so that the path of a message neither reads nor decrypts them
 * again. What this node changes is forgotten with its commit; what other nodes change is believed 2 seconds longer.
 */
export class KnownRecords {
  readonly #believeMs: number
  /** By organization, kind and how it is found, then by name: texts joined for one key would have to be made anew. */
  readonly #known = new Map<string, Map<RecordKind, KnownOfKind>>()
  #size = 0
  readonly #lists = new Map<string, KnownList>()
  /** Reads under way, by what they read and when: who comes meanwhile waits for the same. */
  readonly #reading = new Map<string, Promise<RecordKinds[RecordKind] | undefined>>()
  #changes = 0

  /** `manyNodes`: whether anybody else can change records. */
  constructor(manyNodes: boolean) {
    this.#believeMs = manyNodes ? believeMs : Number.POSITIVE_INFINITY
  }

  /** What was last read there, if that was not too long ago: the record, or that there is none. */
  find<K extends RecordKind>(
    place: RecordPlace<K>,
  ): { readonly record: RecordKinds[K] | undefined } | undefined {
    const found = this.#known.get(place.organizationId)?.get(place.kind)?.[place.by].get(place.name)
    if (found === undefined) return undefined
    if (found.untilMs !== Number.POSITIVE_INFINITY && found.untilMs < performance.now()) {
      return undefined
    }
    return found as { record: RecordKinds[K] | undefined } // `read` puts a record under its own kind
  }

  /**
   * Reads a record by `read`, which sees committed rows only, and keeps it unless something changed meanwhile. What
   * many ask for at once, because it is no longer believed, is read once.
   */
  read<K extends RecordKind>(
    place: RecordPlace<K>,
    read: () => Promise<RecordKinds[K] | undefined>,
  ): Promise<RecordKinds[K] | undefined> {
    const { organizationId, kind, by, name } = place
    const key = `${this.#changes}|${organizationId}|${kind}|${by}|${name}`
    const reading = this.#reading.get(key)
    if (reading !== undefined) return reading as Promise<RecordKinds[K] | undefined> // of the same kind
    const begun = this.#readNow(place, read).finally(() => this.#reading.delete(key))
    this.#reading.set(key, begun)
    return begun
  }

  async #readNow<K extends RecordKind>(
    place: RecordPlace<K>,
    read: () => Promise<RecordKinds[K] | undefined>,
  ): Promise<RecordKinds[K] | undefined> {
    const changes = this.#changes
    const record = await read()
    if (changes !== this.#changes) return record
    this.#keep(place, { record, untilMs: performance.now() + this.#believeMs })
    return record
  }

  #keep({ organizationId, kind, by, name }: RecordPlace<RecordKind>, known: Known): void {
    if (this.#size >= knownMax) this.#clear()
    let ofOrganization = this.#known.get(organizationId)
    if (ofOrganization === undefined) {
      ofOrganization = new Map()
      this.#known.set(organizationId, ofOrganization)
    }
    let ofKind = ofOrganization.get(kind)
    if (ofKind === undefined) {
      ofKind = { id: new Map(), key: new Map() }
      ofOrganization.set(kind, ofKind)
    }
    if (!ofKind[by].has(name)) this.#size += 1
    ofKind[by].set(name, known)
  }

  #clear(): void {
    this.#known.clear()
    this.#size = 0
  }

  /** All records of a kind, as last read if that was not too long ago, and by `read` otherwise. */
  async all<K extends RecordKind>(
    { organizationId, kind }: Pick<RecordPlace<K>, 'organizationId' | 'kind'>,
    read: () => Promise<readonly RecordKinds[K][]>,
  ): Promise<readonly RecordKinds[K][]> {
    const key = `${organizationId}|${kind}`
    const found = this.#lists.get(key)
    if (found !== undefined && found.untilMs >= performance.now())
      return found.records as readonly RecordKinds[K][] // kept below under its own kind
    const changes = this.#changes
    const records = await read()
    if (changes !== this.#changes) return records
    if (this.#lists.size >= knownMax) this.#lists.clear()
    this.#lists.set(key, { records, untilMs: performance.now() + this.#believeMs })
    return records
  }

  /** Forgets everything, because a record changed: that is rare, and names of before and after both count. */
  forget(): void {
    this.#changes += 1
    this.#clear()
    this.#lists.clear()
  }
}
