/**
 * What one run of user code may use. Figures with a vendor's name are those of the vendor's function actions
 * ("Genesys Functions" on the developer center's blog); the others are this product's own.
 */
export interface FunctionLimits {
  /** Wall clock of one run, waiting for replies included; 15 000 ms is the vendor's most. */
  readonly timeoutMs: number
  /** Processor time of one script. Packages are held by the wall clock alone. */
  readonly cpuMs: number
  /** All memory of one script, from strings to typed arrays. */
  readonly scriptMemoryBytes: number
  /** Depth of a script's calls, in bytes of the interpreter's stack. */
  readonly scriptStackBytes: number
  /** Resident memory of a package beyond what Node itself takes; the vendor gives 1 536 MB. */
  readonly packageMemoryBytes: number
  readonly codeBytesMax: number
  /** Inputs and result as JSON, each; 750 000 bytes are the vendor's. */
  readonly payloadBytesMax: number
  /** Levels of objects and arrays within a result. */
  readonly resultDepthMax: number
  /** What is kept of the console; the rest is dropped and marked. */
  readonly consoleBytesMax: number
  readonly consoleLinesMax: number
  readonly requestsMax: number
  readonly requestsAtOnceMax: number
  readonly requestBytesMax: number
  readonly responseBytesMax: number
}

/** The limits that hold where the operator or the action sets none. */
export const standardFunctionLimits: FunctionLimits = {
  timeoutMs: 15_000,
  cpuMs: 5_000,
  scriptMemoryBytes: 64 * 1_048_576,
  scriptStackBytes: 256 * 1_024,
  packageMemoryBytes: 256 * 1_048_576,
  codeBytesMax: 262_144,
  payloadBytesMax: 750_000,
  resultDepthMax: 100,
  consoleBytesMax: 65_536,
  consoleLinesMax: 500,
  requestsMax: 32,
  requestsAtOnceMax: 8,
  requestBytesMax: 1_048_576,
  responseBytesMax: 1_048_576,
}

/** What is allowed in a zip before and after it is unpacked. */
export interface ZipLimits {
  readonly zipBytesMax: number
  readonly entriesMax: number
  readonly entryBytesMax: number
  readonly totalBytesMax: number
  /** How many times longer a file may become, beyond its first megabyte. */
  readonly ratioMax: number
}

/** Limits of a package's zip: what a Lambda package may hold, scaled down to what one server likes to keep. */
export const standardZipLimits: ZipLimits = {
  zipBytesMax: 50 * 1_048_576,
  entriesMax: 20_000,
  entryBytesMax: 50 * 1_048_576,
  totalBytesMax: 250 * 1_048_576,
  ratioMax: 200,
}

/** The bytes that a child may send in one run before it counts as flooding: all it has leave for, doubled. */
export function floodBytesOf(limits: FunctionLimits): number {
  const requests = limits.requestsMax * (limits.requestBytesMax + 65_536)
  return 2 * (limits.payloadBytesMax + limits.consoleBytesMax + requests) + 1_048_576
}

/** The longest single message of a child: a result or a request, each in JSON and perhaps in base64. */
export function frameBytesOf(limits: FunctionLimits): number {
  return 2 * Math.max(limits.payloadBytesMax, limits.requestBytesMax) + 262_144
}
