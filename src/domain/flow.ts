/** How a customer's text is compared in one case of a `match`. */
export type FlowTest =
  | { readonly kind: 'equals' | 'contains' | 'startsWith'; readonly words: readonly string[] }
  | {
      readonly kind: 'digits'
      readonly min: number
      readonly max: number
      /** Variable that gets the digits. */
      readonly into?: string
    }

/** What leads on from a data action. */
export type CallOutcome = 'success' | 'failure' | 'timeout'

/** One step of a flow. Targets are positions in the program. */
export type FlowOp =
  | { readonly op: 'say'; readonly text: string; readonly subject?: string }
  | {
      readonly op: 'ask'
      readonly into: string
      readonly timeoutMs: number | undefined
      readonly onTimeout: number
    }
  | {
      readonly op: 'match'
      readonly text: string
      readonly cases: readonly { readonly test: FlowTest; readonly to: number }[]
      readonly otherwise: number
    }
  | { readonly op: 'set'; readonly values: Readonly<Record<string, string>> }
  | { readonly op: 'let'; readonly name: string; readonly value: string }
  | {
      readonly op: 'call'
      /** Name or id of a data action. */
      readonly action: string
      /** Name of its integration, where two actions share a name. */
      readonly category: string | undefined
      readonly inputs: Readonly<Record<string, string>>
      /** Variables by the flattened output that they get. */
      readonly results: Readonly<Record<CallOutcome, Readonly<Record<string, string>>>>
      readonly timeoutMs: number
      readonly to: Readonly<Record<CallOutcome, number>>
    }
  | {
      readonly op: 'transfer'
      /** Name or id of a queue. */
      readonly queue: string
      readonly skills: readonly string[]
      readonly priority: number
    }
  | { readonly op: 'disconnect' }
  | { readonly op: 'jump'; readonly to: number }

/** What a routing application takes, as the vendor names the roots of flow files. */
export type FlowKind = 'inboundShortMessage' | 'inboundEmail'

/** A routing application, ready to run: steps in a row, with the name that each had in the file. */
export interface FlowProgram {
  readonly kind: FlowKind
  readonly name: string
  readonly ops: readonly FlowOp[]
  readonly labels: readonly string[]
}

/** Where one conversation's run of a flow stands. */
export interface FlowState {
  readonly pc: number
  readonly variables: Readonly<Record<string, string>>
  readonly status: 'running' | 'asking' | 'calling' | 'over'
  /** Grows with each event, so that a time-out that comes too late is known as such. */
  readonly turn: number
}

/** What makes a flow go on. */
export type FlowEvent =
  | { readonly type: 'text'; readonly text: string; readonly subject?: string }
  | { readonly type: 'no-answer'; readonly turn: number }
  | {
      readonly type: 'result'
      readonly turn: number
      readonly outcome: CallOutcome
      readonly outputs: Readonly<Record<string, string>>
    }

/** What the world is to do. */
export type FlowEffect =
  | { readonly type: 'say'; readonly text: string; readonly subject?: string }
  | { readonly type: 'set'; readonly values: Readonly<Record<string, string>> }
  | { readonly type: 'wait'; readonly timeoutMs: number | undefined }
  | {
      readonly type: 'call'
      readonly action: string
      readonly category: string | undefined
      readonly inputs: Readonly<Record<string, string>>
      readonly timeoutMs: number
    }
  | {
      readonly type: 'transfer'
      readonly queue: string
      readonly skills: readonly string[]
      readonly priority: number
    }
  | { readonly type: 'disconnect' }
  /** The flow ran too long without a pause, or off its end: somebody else must take the conversation. */
  | { readonly type: 'lost'; readonly message: string }

/** What follows from an event: the new state, what to do in that order, and the steps that were taken. */
export interface FlowTurn {
  readonly state: FlowState
  readonly effects: readonly FlowEffect[]
  readonly path: readonly string[]
}

/** Steps of one turn: a flow that goes round in circles must not hold up the house. */
const stepsMax = 200
/** Characters that a variable holds; the rest is cut off. */
const valueLengthMax = 4000
const variablesMax = 100

/** The state of a flow that has not begun. */
export const flowStart: FlowState = { pc: 0, variables: {}, status: 'running', turn: 0 }

/** What placeholders of texts may name besides the flow's own variables. */
export interface FlowSurroundings {
  readonly customer: string
  readonly address: string
  readonly participantData: Readonly<Record<string, string>>
}

/**
 * Runs a flow from an event to its next pause or its end. Pure: the same state, event and surroundings lead to the same
 * turn. Events that do not fit the state, such as the time-out of a question that was answered, change nothing.
 */
export function flowTurn(
  program: FlowProgram,
  state: FlowState,
  given: { readonly event: FlowEvent; readonly around: FlowSurroundings },
): FlowTurn | undefined {
  const entered = enter(program, state, given.event)
  return entered === undefined ? undefined : new Turn(program, entered, given.around).run()
}

/** The state right after the event, before any step. */
function enter(program: FlowProgram, state: FlowState, event: FlowEvent): FlowState | undefined {
  const op = program.ops[state.pc]
  const turn = state.turn + 1
  if (event.type === 'text') {
    const subject = event.subject === undefined ? {} : { 'Message.subject': cut(event.subject) }
    const heard = { ...state.variables, 'Message.text': cut(event.text), ...subject }
    if (state.status === 'asking' && op?.op === 'ask') {
      const variables = { ...heard, [`Flow.${op.into}`]: cut(event.text) }
      return { pc: state.pc + 1, variables, status: 'running', turn }
    }
    return state.status === 'running' && state.turn === 0
      ? { ...state, variables: heard, turn }
      : undefined
  }
  if (event.turn !== state.turn) return undefined
  if (event.type === 'no-answer') {
    if (state.status !== 'asking' || op?.op !== 'ask') return undefined
    return { ...state, pc: op.onTimeout, status: 'running', turn }
  }
  if (state.status !== 'calling' || op?.op !== 'call') return undefined
  const variables = { ...state.variables }
  for (const [output, name] of Object.entries(op.results[event.outcome])) {
    const value = event.outputs[output]
    if (value !== undefined) variables[`Flow.${name}`] = cut(value)
  }
  return { pc: op.to[event.outcome], variables, status: 'running', turn }
}

class Turn {
  readonly #program: FlowProgram
  readonly #around: FlowSurroundings
  readonly #effects: FlowEffect[] = []
  readonly #path: string[] = []
  #state: FlowState

  constructor(program: FlowProgram, state: FlowState, around: FlowSurroundings) {
    this.#program = program
    this.#around = around
    this.#state = state
  }

  run(): FlowTurn {
    for (let steps = 0; this.#state.status === 'running'; steps += 1) {
      const op = this.#program.ops[this.#state.pc]
      if (op === undefined) this.#lose('The flow ended without a transfer or a disconnect.')
      else if (steps >= stepsMax)
        this.#lose(`The flow took ${stepsMax} steps without waiting for the customer.`)
      else this.#step(op)
    }
    return { state: this.#state, effects: this.#effects, path: this.#path }
  }

  #step(op: FlowOp): void {
    if (op.op !== 'jump') this.#path.push(this.#program.labels[this.#state.pc] ?? op.op)
    if (op.op === 'jump') this.#goTo(op.to)
    else if (op.op === 'match') this.#match(op)
    else if (op.op === 'say' || op.op === 'set' || op.op === 'let') this.#do(op)
    else this.#pause(op)
  }

  #do(op: Extract<FlowOp, { op: 'say' | 'set' | 'let' }>): void {
    if (op.op === 'let') this.#keep(op.name, this.#fill(op.value))
    else if (op.op === 'say') this.#effects.push(this.#said(op))
    else this.#effects.push({ type: 'set', values: this.#fillAll(op.values) })
    this.#goTo(this.#state.pc + 1)
  }

  #pause(op: Extract<FlowOp, { op: 'ask' | 'call' | 'transfer' | 'disconnect' }>): void {
    if (op.op === 'ask') {
      this.#effects.push({ type: 'wait', timeoutMs: op.timeoutMs })
      this.#state = { ...this.#state, status: 'asking' }
    } else if (op.op === 'call') {
      const { action, category, timeoutMs } = op
      const inputs = this.#fillAll(op.inputs)
      this.#effects.push({ type: 'call', action, category, inputs, timeoutMs })
      this.#state = { ...this.#state, status: 'calling' }
    } else {
      const effect: FlowEffect =
        op.op === 'transfer'
          ? {
              type: 'transfer',
              queue: this.#fill(op.queue),
              skills: op.skills,
              priority: op.priority,
            }
          : { type: 'disconnect' }
      this.#effects.push(effect)
      this.#state = { ...this.#state, status: 'over' }
    }
  }

  #said({ text, subject }: Extract<FlowOp, { op: 'say' }>): FlowEffect {
    const about = subject === undefined ? {} : { subject: this.#fill(subject) }
    return { type: 'say', text: this.#fill(text), ...about }
  }

  #match(op: Extract<FlowOp, { op: 'match' }>): void {
    const text = this.#fill(op.text)
    for (const { test, to } of op.cases) {
      const found = passes(text, test)
      if (found === undefined) continue
      if (test.kind === 'digits' && test.into !== undefined) this.#keep(test.into, found)
      this.#goTo(to)
      return
    }
    this.#goTo(op.otherwise)
  }

  #lose(message: string): void {
    this.#effects.push({ type: 'lost', message })
    this.#state = { ...this.#state, status: 'over' }
  }

  #goTo(pc: number): void {
    this.#state = { ...this.#state, pc }
  }

  #keep(name: string, value: string): void {
    const variables = { ...this.#state.variables, [`Flow.${name}`]: cut(value) }
    if (Object.keys(variables).length <= variablesMax) this.#state = { ...this.#state, variables }
  }

  #fillAll(values: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, this.#fill(value)]),
    )
  }

  /** A text with its `{{placeholders}}` filled in; what is not known becomes empty. */
  #fill(text: string): string {
    return text.replace(/\{\{\s*([\w .-]{1,100}?)\s*\}\}/g, (_whole, name: string) =>
      this.#valueOf(name),
    )
  }

  #valueOf(name: string): string {
    const { customer, address, participantData } = this.#around
    if (name === 'Customer.id') return customer
    if (name === 'Message.to') return address
    if (name.startsWith('Participant.')) {
      const key = name.slice('Participant.'.length)
      return Object.hasOwn(participantData, key) ? (participantData[key] ?? '') : ''
    }
    return Object.hasOwn(this.#state.variables, name) ? (this.#state.variables[name] ?? '') : ''
  }
}

/** What of the text passes the test: the digits, or the text; undefined where it does not. */
function passes(text: string, test: FlowTest): string | undefined {
  if (test.kind === 'digits') {
    const runs = text.match(/\d+/g) ?? []
    return runs.find(({ length }) => length >= test.min && length <= test.max)
  }
  const said = plain(text)
  const isThere = test.words.map(plain).some((word) => {
    if (test.kind === 'equals') return said === word
    if (test.kind === 'startsWith') return ` ${said} `.startsWith(` ${word} `)
    return ` ${said} `.includes(` ${word} `)
  })
  return isThere ? text : undefined
}

/** Words without case, accents and punctuation. */
function plain(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

function cut(value: string): string {
  return value.slice(0, valueLengthMax)
}
