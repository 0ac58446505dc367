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

/**
 * Records that were read lately, so that the path of a message neither reads nor decrypts them
 * again. What this node changes is forgotten with its commit; what other nodes change is believed 2 seconds longer.
 */
export class KnownRecords {
  readonly #believeMs: number
  readonly #known = new Map<string, Known>()
  #changes = 0

  /** `manyNodes`: whether anybody else can change records. */
  constructor(manyNodes: boolean) {
    this.#believeMs = manyNodes ? believeMs : Number.POSITIVE_INFINITY
  }

  /** What was last read there, if that was not too long ago: the record, or that there is none. */
  find<K extends RecordKind>(
    place: RecordPlace<K>,
  ): { readonly record: RecordKinds[K] | undefined } | undefined {
    const found = this.#known.get(textOf(place))
    if (found === undefined) return undefined
    if (found.untilMs !== Number.POSITIVE_INFINITY && found.untilMs < performance.now()) {
      return undefined
    }
    return found as { record: RecordKinds[K] | undefined } // `read` puts a record under its own kind
  }

  /** Reads a record by `read`, which sees committed rows only, and keeps it unless something changed meanwhile. */
  async read<K extends RecordKind>(
    place: RecordPlace<K>,
    read: () => Promise<RecordKinds[K] | undefined>,
  ): Promise<RecordKinds[K] | undefined> {
    const changes = this.#changes
    const record = await read()
    if (changes !== this.#changes) return record
    if (this.#known.size >= knownMax) this.#known.clear()
    this.#known.set(textOf(place), { record, untilMs: performance.now() + this.#believeMs })
    return record
  }

  /** Forgets everything, because a record changed: that is rare, and names of before and after both count. */
  forget(): void {
    this.#changes += 1
    this.#known.clear()
  }
}

function textOf({ organizationId, kind, by, name }: RecordPlace<RecordKind>): string {
  return `${organizationId}|${kind}|${by}|${name}`
}
