import { compileFunction } from 'node:vm'

/** Where a script cannot be read, and why. */
export interface ScriptFault {
  readonly message: string
  /** From 1. */
  readonly line?: number
}

const fileName = 'function.js'

/** What is wrong with the syntax of a script; undefined when nothing is. The code is read, never run. */
export function scriptFault(code: string): ScriptFault | undefined {
  try {
    compileFunction(code, ['module', 'exports', 'require'], { filename: fileName })
    return undefined
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const line = new RegExp(`^${fileName}:(\\d+)`).exec(error.stack ?? '')?.[1]
    return { message: error.message, ...(line === undefined ? {} : { line: Number(line) }) }
  }
}
