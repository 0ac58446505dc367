/** One setting in a connector's schema. */
export interface Property {
  readonly type?: string
  readonly title?: string
  readonly description?: string
  readonly default?: unknown
  readonly secret?: boolean
  readonly anyOf?: readonly { readonly const?: string }[]
  readonly enum?: readonly string[]
}

/** A connector as the API lists it. */
export interface Connector {
  readonly name: string
  readonly title: string
  readonly carries: string
  readonly dropsDoubles: boolean
  readonly asksStatus: boolean
  readonly charactersMax: number
  readonly kit?: Kit
  readonly settings: {
    readonly required?: readonly string[]
    readonly properties: Readonly<Record<string, Property>>
  }
  readonly readme: string
}

/** An account with a provider, or a connection; its secrets are only named. */
export interface Account {
  readonly id: string
  readonly name: string
  readonly connector: string
  /** Of its connector. */
  readonly carries?: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly secretsSet: readonly string[]
  readonly uncertain: string
  readonly rate?: { readonly segmentsPerSecond?: number }
  readonly validityMs?: number
  readonly fallbackAccountId?: string
  readonly allowPrivateNetwork: boolean
  readonly callbackUrl: string
}

/** What the test kit for providers found of a connector. */
export interface Kit {
  readonly date: string
  readonly version: string
  readonly areas: readonly {
    readonly area: string
    readonly passed: number
    readonly failed: number
  }[]
  readonly without: readonly { readonly reason: string; readonly cases: number }[]
}

export const accountsPath = '/api/signalbox/accounts'

/** What can be done with a send of which it is not known whether it was taken. */
export const uncertainChoices = [
  { value: 'hold', label: 'Hold it until somebody decides', short: 'Held' },
  { value: 'resend', label: 'Send it again', short: 'Sent again' },
  { value: 'fail', label: 'Count it as failed', short: 'Failed' },
] as const
