import { AppError } from '../../errors.ts'

/** The vendor's `FunctionRuntime`. */
export interface RuntimeRow {
  readonly name: string
  readonly description: string
  readonly status: 'Available' | 'Deprecated' | 'Unavailable'
}

/**
 * The runtimes that functions can ask for, by the names of the vendor's. There is one engine: the Node that runs this
 * server, which is newer than each of them.
 */
export const runtimes: readonly RuntimeRow[] = [
  { name: 'nodejs24.x', description: 'Node.js 24', status: 'Available' },
  { name: 'nodejs22.x', description: 'Node.js 22, run on Node.js 24', status: 'Available' },
  { name: 'nodejs20.x', description: 'Node.js 20, run on Node.js 24', status: 'Available' },
]

/** The name of a runtime that can be chosen; `bad.request` that names them otherwise. */
export function runtimeOf(name: string): string {
  const known = runtimes.filter(({ status }) => status !== 'Unavailable')
  if (known.some((one) => one.name === name)) return name
  throw new AppError('bad.request', 'There is no runtime {name}. There are: {known}.', {
    params: { name, known: known.map((one) => one.name).join(', ') },
    details: [{ errorCode: 'bad.request', fieldName: 'runtime' }],
  })
}
