/** One upload of a function's package. Its bytes are kept as those of a medium of the same id. */
export interface FunctionZip {
  readonly id: string
  readonly fileName: string
  /** The vendor's words; `Pending` until the bytes came. */
  readonly status: 'Pending' | 'Available' | 'InvalidFile' | 'InvalidFormat'
  readonly createdMs: number
  /** When the address for the bytes ends, in epoch milliseconds. */
  readonly expiresMs: number
  /** Names the request that asked for the address. */
  readonly requestId: string
  readonly errorMessage?: string
}

/** How a function's package is called, as the vendor's `Function` has it. */
export interface FunctionSettings {
  readonly description: string
  /** Path without extension, a dot, and the export: `src/index.handler`. */
  readonly handler: string
  readonly runtime: string
  /** 1 to 15. */
  readonly timeoutSeconds: number
  readonly createdMs: number
}

/** The function of one state of an action. It can be run when it has settings and a zip. */
export interface StoredFunction {
  readonly settings?: FunctionSettings
  /** The package that is run. */
  readonly zip?: FunctionZip
  /** A later upload that is awaited or was refused. */
  readonly upload?: FunctionZip
  /** Refused uploads, latest first. */
  readonly refused: readonly FunctionZip[]
}
