import type { ProviderAdapter } from './adapter.ts'
import type { Scene } from './scene.ts'

/** What the kit tries with every provider. */
export interface Case {
  readonly area: 'sending' | 'failures' | 'receipts' | 'incoming'
  /** A sentence about behaviour. */
  readonly title: string
  /** Why the case does not apply; undefined where it does. */
  without?(adapter: ProviderAdapter): string | undefined
  /** Throws where an invariant does not hold. */
  run(scene: Scene): Promise<void>
}

/** Where nothing is sent over the network, there is nothing to try. */
export function withoutSending({ answers }: ProviderAdapter): string | undefined {
  return answers === undefined ? 'no request leads to it' : undefined
}

/** Cases about ids that the provider gives. */
export function withoutIds(adapter: ProviderAdapter): string | undefined {
  return withoutSending(adapter) ?? (adapter.givesIds ? undefined : 'it gives no ids of its own')
}

/** Cases in which it reports that word. */
export function without(word: 'sent' | 'delivered' | 'failed') {
  return (adapter: ProviderAdapter): string | undefined =>
    withoutSending(adapter) ??
    (adapter.silentAbout?.includes(word) === true ? `it never reports ${word}` : undefined)
}

/** Cases about a call that is changed after it was signed. */
export function withoutSignature({ signsBodies }: ProviderAdapter): string | undefined {
  return signsBodies ? undefined : 'it names a secret and signs nothing'
}
