import { RegexSyntaxError } from './regex-flags.ts'
import type { CodeTest, RegexNode } from './regex-nodes.ts'

/** One instruction of the matcher. Targets are instruction numbers. */
type Instruction =
  | { readonly op: 'one'; readonly test: CodeTest }
  | { readonly op: 'assert'; readonly test: (text: string, position: number) => boolean }
  | { op: 'split'; first: number; second: number }
  | { op: 'jump'; to: number }
  | { readonly op: 'save'; readonly slot: number }
  /** Ends one round of a loop: another round only if this one got further. */
  | { readonly op: 'loop'; readonly slot: number; readonly back: number }
  | { readonly op: 'back'; readonly index: number; readonly ignoreCase: boolean }
  | { readonly op: 'atomic'; readonly program: RegexProgram }
  | {
      readonly op: 'look'
      readonly program: RegexProgram
      readonly ahead: boolean
      readonly negative: boolean
    }

/** A regular expression as instructions for the backtracking matcher. */
export type RegexProgram = readonly Instruction[]

const instructionsMax = 20_000

/** Turns a parsed regular expression into a program. Throws RegexSyntaxError when it grows too large. */
export function emitRegex(node: RegexNode): RegexProgram {
  const emitter = new Emitter({ loops: 0, instructions: 0 })
  return emitter.program(node)
}

/** Counters that a program shares with the programs inside it. */
interface Counters {
  loops: number
  instructions: number
}

class Emitter {
  private readonly code: Instruction[] = []
  private readonly counters: Counters

  constructor(counters: Counters) {
    this.counters = counters
  }

  program(node: RegexNode): RegexProgram {
    this.emit(node)
    return this.code
  }

  private emit(node: RegexNode): void {
    switch (node.kind) {
      case 'one':
        this.push({ op: 'one', test: node.test })
        return
      case 'assert':
        this.push({ op: 'assert', test: node.test })
        return
      case 'back':
        this.push({ op: 'back', index: node.index, ignoreCase: node.ignoreCase })
        return
      case 'sequence':
        for (const item of node.items) this.emit(item)
        return
      case 'choice':
        this.choice(node.items)
        return
      case 'group':
        this.push({ op: 'save', slot: node.index * 2 })
        this.emit(node.item)
        this.push({ op: 'save', slot: node.index * 2 + 1 })
        return
      case 'atomic':
        this.push({ op: 'atomic', program: this.inner(node.item) })
        return
      case 'look': {
        const { ahead, negative } = node
        this.push({ op: 'look', program: this.inner(node.item), ahead, negative })
        return
      }
      case 'repeat':
        this.repeat(node)
    }
  }

  private inner(node: RegexNode): RegexProgram {
    return new Emitter(this.counters).program(node)
  }

  private choice(items: readonly RegexNode[]): void {
    const ends: { op: 'jump'; to: number }[] = []
    items.forEach((item, index) => {
      if (index === items.length - 1) {
        this.emit(item)
        return
      }
      const split = { op: 'split' as const, first: this.code.length + 1, second: 0 }
      this.push(split)
      this.emit(item)
      const end = { op: 'jump' as const, to: 0 }
      ends.push(end)
      this.push(end)
      split.second = this.code.length
    })
    for (const end of ends) end.to = this.code.length
  }

  private repeat(node: RegexNode & { kind: 'repeat' }): void {
    if (node.mode === 'possessive') {
      const program = this.inner({ ...node, mode: 'greedy' })
      this.push({ op: 'atomic', program })
      return
    }
    for (let count = 0; count < node.min; count += 1) {
      this.grow() // a round of nothing emits nothing, and still must not be repeated a billion times
      this.emit(node.item)
    }
    const lazy = node.mode === 'lazy'
    if (node.max === Number.POSITIVE_INFINITY) this.loop(node.item, lazy)
    else this.optional(node.item, node.max - node.min, lazy)
  }

  private loop(item: RegexNode, lazy: boolean): void {
    // Loop marks live below the group slots, which are positive.
    this.counters.loops += 1
    const slot = -this.counters.loops
    const back = this.code.length
    const split = { op: 'split' as const, first: back + 1, second: back + 1 }
    this.push(split)
    this.push({ op: 'save', slot })
    this.emit(item)
    this.push({ op: 'loop', slot, back })
    if (lazy) split.first = this.code.length
    else split.second = this.code.length
  }

  private optional(item: RegexNode, times: number, lazy: boolean): void {
    const splits: { op: 'split'; first: number; second: number }[] = []
    for (let count = 0; count < times; count += 1) {
      const next = this.code.length + 1
      const split = { op: 'split' as const, first: next, second: next }
      splits.push(split)
      this.push(split)
      this.emit(item)
    }
    for (const split of splits) {
      if (lazy) split.first = this.code.length
      else split.second = this.code.length
    }
  }

  private push(instruction: Instruction): void {
    this.grow()
    this.code.push(instruction)
  }

  private grow(): void {
    this.counters.instructions += 1
    if (this.counters.instructions > instructionsMax) {
      throw new RegexSyntaxError('The pattern is too large.')
    }
  }
}

/** True when the program matches the whole text. `step` is called for each instruction and may throw. */
export function matchesProgram(program: RegexProgram, text: string, step: () => void): boolean {
  const matcher = new Matcher(text, step)
  return matcher.run(program, { pc: 0, position: 0, slots: new Map() }, text.length) !== undefined
}

interface State {
  pc: number
  position: number
  /** Ends of groups by slot, and start positions of loop rounds by negative slot. */
  slots: ReadonlyMap<number, number>
}

class Matcher {
  private readonly text: string
  private readonly step: () => void

  constructor(text: string, step: () => void) {
    this.text = text
    this.step = step
  }

  /** Runs a program from a state; the match must end at `end` if that is given. */
  run(program: RegexProgram, start: State, end: number | undefined): State | undefined {
    const retries: State[] = []
    let state: State | undefined = start
    while (state !== undefined) {
      this.step()
      const instruction: Instruction | undefined = program[state.pc]
      if (instruction === undefined && (end === undefined || state.position === end)) return state
      const next: State | undefined =
        instruction === undefined ? undefined : this.advance(instruction, state, retries)
      state = next ?? retries.pop()
    }
    return undefined
  }

  private advance(instruction: Instruction, state: State, retries: State[]): State | undefined {
    const { pc, position, slots } = state
    const onward = { pc: pc + 1, position, slots }
    switch (instruction.op) {
      case 'one':
        return this.consume(instruction.test, onward)
      case 'assert':
        return instruction.test(this.text, position) ? onward : undefined
      case 'split':
        retries.push({ pc: instruction.second, position, slots })
        return { pc: instruction.first, position, slots }
      case 'jump':
        return { pc: instruction.to, position, slots }
      case 'save':
        return { ...onward, slots: new Map(slots).set(instruction.slot, position) }
      case 'loop':
        return slots.get(instruction.slot) === position
          ? onward
          : { pc: instruction.back, position, slots }
      case 'back':
        return this.repeatGroup(instruction, onward)
      case 'atomic': {
        const inner = this.run(instruction.program, { ...state, pc: 0 }, undefined)
        return inner === undefined ? undefined : { ...inner, pc: pc + 1 }
      }
      case 'look':
        return this.look(instruction, onward)
    }
  }

  private consume(test: CodeTest, onward: State): State | undefined {
    const code = this.text.codePointAt(onward.position)
    if (code === undefined || !test(code)) return undefined
    return { ...onward, position: onward.position + (code > 0xffff ? 2 : 1) }
  }

  private repeatGroup(
    { index, ignoreCase }: { readonly index: number; readonly ignoreCase: boolean },
    onward: State,
  ): State | undefined {
    const from = onward.slots.get(index * 2)
    const to = onward.slots.get(index * 2 + 1)
    if (from === undefined || to === undefined) return undefined
    const wanted = this.text.slice(from, to)
    const found = this.text.slice(onward.position, onward.position + wanted.length)
    for (let index = 0; index < wanted.length; index += 64) this.step()
    const same = ignoreCase ? wanted.toLowerCase() === found.toLowerCase() : wanted === found
    return same ? { ...onward, position: onward.position + wanted.length } : undefined
  }

  private look(
    instruction: { program: RegexProgram; ahead: boolean; negative: boolean },
    onward: State,
  ): State | undefined {
    const inner = instruction.ahead
      ? this.run(instruction.program, { ...onward, pc: 0 }, undefined)
      : this.behind(instruction.program, onward)
    if (instruction.negative) return inner === undefined ? onward : undefined
    return inner === undefined ? undefined : { ...onward, slots: inner.slots }
  }

  /** Looks back from every earlier place whose match ends here. */
  private behind(program: RegexProgram, onward: State): State | undefined {
    for (let position = onward.position; position >= 0; position -= 1) {
      const inner = this.run(program, { ...onward, pc: 0, position }, onward.position)
      if (inner !== undefined) return inner
    }
    return undefined
  }
}
