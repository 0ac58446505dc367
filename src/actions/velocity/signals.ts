import type { Scope } from './scope.ts'
import { BlockValue, type LoopScope } from './values.ts'

/** Thrown by `#break` and `#stop`; it carries what shall end. */
export class StopSignal extends Error {
  override readonly name = 'StopSignal'
  readonly target: 'nearest' | 'template' | LoopScope

  constructor(target: 'nearest' | 'template' | LoopScope) {
    super('stop')
    this.target = target
  }
}

/** Runs work that `#break` can end: a loop, a block (macro, `#define`, `#evaluate`) or a template. */
export function catching(owner: 'block' | 'template' | LoopScope, work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof StopSignal)) throw error
    if (error.target !== 'nearest' && error.target !== owner) throw error
  }
}

/** A block that renders itself wherever it is printed, at most `depthMax` times within itself. */
export function defined(body: () => void, depthMax: number, scope: Scope): BlockValue {
  let depth = 0
  const print = (): boolean => {
    if (depth + 1 > depthMax) return false
    depth++
    try {
      catching('block', body)
      return true
    } finally {
      depth--
    }
  }
  const render = (): string | undefined => {
    let done = false
    const text = scope.capture(() => {
      done = print()
    })
    return done ? text : undefined
  }
  return new BlockValue({ print, render, usable: () => depth <= depthMax })
}
