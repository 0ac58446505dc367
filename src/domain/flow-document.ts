import type { CallOutcome, FlowKind, FlowOp, FlowProgram, FlowTest } from './flow.ts'
import {
  type Fields,
  FlowMistake,
  list,
  record,
  seconds,
  text,
  texts,
  variable,
  variables,
  wholeNumber,
} from './flow-values.ts'

const opsMax = 2000
const depthMax = 20
const defaultCallMs = 10_000
const callMsMax = 60_000

/** Whether a flow takes messages or mails: the root of its document says so. */
export function flowKindOf(document: unknown): FlowKind {
  return 'inboundEmail' in record(document, 'file') ? 'inboundEmail' : 'inboundShortMessage'
}

/**
 * Turns a flow's document into a program. The form is that of the vendor's flow YAML (`inboundShortMessage` or
 * `inboundEmail` with `states` of `actions`, `sendResponse` or `sendAutoReply`, `callData`, `setParticipantData`,
 * `transferToAcd`, `changeState`, `disconnect`), with plain texts and `{{placeholders}}` where the vendor has
 * expressions, and `askForText`, `match` and `setVariable` of our own. Throws `FlowMistake`.
 */
export function compileFlow(document: unknown): FlowProgram {
  const kind = flowKindOf(document)
  const flow = record(record(document, 'file')[kind], kind)
  const name = text(flow['name'], `${kind}.name`)
  const states = list(flow['states'], 'states').map((one, index) => {
    const place = `states[${index}]`
    return { place, state: record(record(one, place)['state'], `${place}.state`) }
  })
  if (states.length === 0) throw new FlowMistake('states', 'Write at least one state.')
  const program = new Program(kind)
  for (const { place, state } of states) {
    program.beginState([state['refId'], state['name']], place)
    program.addActions(state['actions'], `${place}.actions`, 0)
    // A state that runs to its end leaves the flow; the run then says that nobody was named to take over.
    program.add({ op: 'jump', to: Number.MAX_SAFE_INTEGER }, 'end')
  }
  return { kind, name, ...program.finish() }
}

class Program {
  readonly #kind: FlowKind
  readonly #ops: FlowOp[] = []
  readonly #labels: string[] = []
  readonly #states = new Map<string, number>()
  readonly #changes: { at: number; target: string; place: string }[] = []

  constructor(kind: FlowKind) {
    this.#kind = kind
  }

  beginState(names: readonly unknown[], place: string): void {
    const given = names.filter((name): name is string => typeof name === 'string' && name !== '')
    if (given.length === 0) throw new FlowMistake(place, 'A state needs a name or a refId.')
    for (const name of given) {
      if (!this.#states.has(name)) this.#states.set(name, this.#ops.length)
    }
  }

  add(op: FlowOp, label: string): number {
    if (this.#ops.length >= opsMax)
      throw new FlowMistake('states', `A flow has at most ${opsMax} steps.`)
    this.#ops.push(op)
    this.#labels.push(label)
    return this.#ops.length - 1
  }

  finish(): Pick<FlowProgram, 'ops' | 'labels'> {
    for (const { at, target, place } of this.#changes) {
      const to = this.#states.get(target)
      if (to === undefined) {
        const known = [...this.#states.keys()].join(', ')
        throw new FlowMistake(place, `There is no state "${target}": choose one of ${known}.`)
      }
      this.#ops[at] = { op: 'jump', to }
    }
    return { ops: this.#ops, labels: this.#labels }
  }

  addActions(actions: unknown, place: string, depth: number): void {
    if (depth > depthMax)
      throw new FlowMistake(place, `Branches go at most ${depthMax} levels deep.`)
    for (const [index, one] of list(actions ?? [], place).entries()) {
      const here = `${place}[${index}]`
      const entries = Object.entries(record(one, here))
      const [entry] = entries
      if (entry === undefined || entries.length > 1) {
        throw new FlowMistake(here, 'Write one action, such as "- sendResponse: {…}".')
      }
      const [kind, body] = entry
      const fields = body === null || body === undefined ? {} : record(body, `${here}.${kind}`)
      this.#addAction({ kind, fields, place: `${here}.${kind}`, depth })
    }
  }

  #addAction(action: Action): void {
    const write = writers[action.kind]
    const otherKind = answers[action.kind]
    if (otherKind !== undefined && otherKind.not === this.#kind)
      throw new FlowMistake(action.place, otherKind.instead)
    if (write === undefined) {
      const known = Object.keys(writers).join(', ')
      throw new FlowMistake(action.place, `Signalbox has no such action: use one of ${known}.`)
    }
    const name = action.fields['name']
    write(this, action, typeof name === 'string' ? `${action.kind} "${name}"` : action.kind)
  }

  /** Branches behind a step, each with a jump behind them all; where each begins. */
  addBranches(branches: readonly Branch[], depth: number): readonly number[] {
    const ends: number[] = []
    const begins = branches.map(({ actions, place }) => {
      const begin = this.#ops.length
      this.addActions(actions, place, depth + 1)
      ends.push(this.add({ op: 'jump', to: 0 }, 'on'))
      return begin
    })
    for (const end of ends) this.#ops[end] = { op: 'jump', to: this.#ops.length }
    return begins
  }

  get length(): number {
    return this.#ops.length
  }

  replace(at: number, op: FlowOp): void {
    this.#ops[at] = op
  }

  changeState(target: string, place: string): void {
    const at = this.add({ op: 'jump', to: 0 }, 'changeState')
    this.#changes.push({ at, target, place })
  }
}

interface Branch {
  readonly actions: unknown
  readonly place: string
}

interface Action {
  readonly kind: string
  readonly fields: Fields
  readonly place: string
  readonly depth: number
}

/** The vendor answers messages by one action and mails by another. */
const answers: Readonly<Record<string, { readonly not: FlowKind; readonly instead: string }>> = {
  sendResponse: { not: 'inboundEmail', instead: 'A flow for mails answers with sendAutoReply.' },
  sendAutoReply: {
    not: 'inboundShortMessage',
    instead: 'A flow for messages answers with sendResponse.',
  },
}

const placeholder: FlowOp = { op: 'disconnect' }

const writers: Readonly<Record<string, (program: Program, action: Action, label: string) => void>> =
  {
    sendResponse(program, { fields, place }, label) {
      program.add({ op: 'say', text: text(fields['messageBody'], `${place}.messageBody`) }, label)
    },
    sendAutoReply(program, { fields, place }, label) {
      const body = text(fields['messageBody'], `${place}.messageBody`)
      const given = fields['messageSubject']
      const subject = given === undefined ? {} : { subject: text(given, `${place}.messageSubject`) }
      program.add({ op: 'say', text: body, ...subject }, label)
    },
    askForText(program, { fields, place, depth }, label) {
      if (fields['question'] !== undefined) {
        program.add({ op: 'say', text: text(fields['question'], `${place}.question`) }, label)
      }
      const at = program.add(placeholder, label)
      const noAnswer = record(fields['noAnswer'] ?? {}, `${place}.noAnswer`)
      const skip = program.add({ op: 'jump', to: 0 }, 'on')
      const branch = { actions: noAnswer['actions'], place: `${place}.noAnswer.actions` }
      const [onTimeout = 0] = program.addBranches([branch], depth)
      program.replace(skip, { op: 'jump', to: program.length })
      program.replace(at, {
        op: 'ask',
        into: variable(fields['variable'] ?? 'answer', `${place}.variable`),
        timeoutMs: seconds(fields['timeoutSeconds'], `${place}.timeoutSeconds`, 30 * 86_400),
        onTimeout,
      })
    },
    match(program, { fields, place, depth }, label) {
      const at = program.add(placeholder, label)
      const cases = list(fields['cases'], `${place}.cases`).map((one, index) => {
        const here = `${place}.cases[${index}]`
        const given = record(one, here)
        return { test: testOf(given, here), actions: given['actions'], place: `${here}.actions` }
      })
      const otherwise = record(fields['otherwise'] ?? {}, `${place}.otherwise`)
      const branches = [
        ...cases,
        { actions: otherwise['actions'], place: `${place}.otherwise.actions` },
      ]
      const begins = program.addBranches(branches, depth)
      program.replace(at, {
        op: 'match',
        text: text(fields['text'] ?? '{{Message.text}}', `${place}.text`),
        cases: cases.map(({ test }, index) => ({ test, to: begins[index] ?? 0 })),
        otherwise: begins.at(-1) ?? 0,
      })
    },
    setVariable(program, { fields, place }, label) {
      const name = variable(fields['variable'], `${place}.variable`)
      program.add({ op: 'let', name, value: text(fields['value'], `${place}.value`) }, label)
    },
    setParticipantData(program, { fields, place }, label) {
      const values = texts(attributesOf(fields['attributes'], place), `${place}.attributes`)
      program.add({ op: 'set', values }, label)
    },
    callData(program, { fields, place, depth }, label) {
      const at = program.add(placeholder, label)
      const target = targetOf(fields, place)
      const outputs = record(fields['outputs'] ?? {}, `${place}.outputs`)
      const outcomes: readonly CallOutcome[] = ['success', 'failure', 'timeout']
      const branches = outcomes.map((outcome) => {
        const branch = record(outputs[outcome] ?? {}, `${place}.outputs.${outcome}`)
        return { actions: branch['actions'], place: `${place}.outputs.${outcome}.actions` }
      })
      const [success = 0, failure = 0, timeout = 0] = program.addBranches(branches, depth)
      program.replace(at, { ...target, op: 'call', to: { success, failure, timeout } })
    },
    transferToAcd(program, { fields, place }, label) {
      const skills = list(fields['acdSkills'] ?? [], `${place}.acdSkills`)
      program.add(
        {
          op: 'transfer',
          queue: text(fields['targetQueue'], `${place}.targetQueue`),
          skills: skills.map((skill, index) => text(skill, `${place}.acdSkills[${index}]`)),
          priority: wholeNumber(fields['priority'] ?? 0, `${place}.priority`),
        },
        label,
      )
    },
    changeState(program, { fields, place }) {
      program.changeState(text(fields['targetState'], `${place}.targetState`), place)
    },
    disconnect(program, _action, label) {
      program.add({ op: 'disconnect' }, label)
    },
  }

/** The vendor's `category: {Integration: {dataAction: {Action: {…}}}}`, or `action:` with its parts beside it. */
function targetOf(fields: Fields, place: string) {
  const timeoutMs = callTime(fields['timeout'], `${place}.timeout`)
  if (fields['action'] !== undefined) {
    const results = variables(fields['results'] ?? {}, `${place}.results`)
    return {
      action: text(fields['action'], `${place}.action`),
      category: undefined,
      inputs: texts(fields['inputs'] ?? {}, `${place}.inputs`),
      results: { success: results, failure: results, timeout: {} },
      timeoutMs,
    }
  }
  const [category, byName] = only(fields['category'], `${place}.category`)
  const here = `${place}.category.${category}`
  const [action, body] = only(record(byName, here)['dataAction'], `${here}.dataAction`)
  const called = record(body ?? {}, `${here}.dataAction.${action}`)
  const inner = `${here}.dataAction.${action}`
  const outputs = (key: string) => variables(called[key] ?? {}, `${inner}.${key}`)
  return {
    action,
    category,
    inputs: texts(called['inputs'] ?? {}, `${inner}.inputs`),
    results: {
      success: outputs('successOutputs'),
      failure: outputs('failureOutputs'),
      timeout: {},
    },
    timeoutMs,
  }
}

function testOf(given: Fields, place: string): FlowTest {
  for (const kind of ['equals', 'contains', 'startsWith'] as const) {
    const words = given[kind]
    if (words === undefined) continue
    const all = Array.isArray(words) ? words : [words]
    return { kind, words: all.map((word, index) => text(word, `${place}.${kind}[${index}]`)) }
  }
  const digits = given['digits']
  if (digits === undefined) {
    throw new FlowMistake(place, 'A case needs equals, contains, startsWith or digits.')
  }
  const { min, max, variable: into } = record(digits, `${place}.digits`)
  return {
    kind: 'digits',
    min: wholeNumber(min ?? 1, `${place}.digits.min`),
    max: wholeNumber(max ?? 30, `${place}.digits.max`),
    ...(into === undefined ? {} : { into: variable(into, `${place}.digits.variable`) }),
  }
}

/** The vendor lists `- attribute: {name, value}`; a plain mapping says the same. */
function attributesOf(value: unknown, place: string): unknown {
  if (!Array.isArray(value)) return value
  return Object.fromEntries(
    value.map((one, index) => {
      const here = `${place}.attributes[${index}].attribute`
      const { name, value: given } = record(record(one, here)['attribute'], here)
      return [text(name, `${here}.name`), given]
    }),
  )
}

function callTime(value: unknown, place: string): number {
  if (value === undefined) return defaultCallMs
  const given = record(value, place)
  const parts = record(given['lit'] ?? given, `${place}.lit`)
  const asked =
    1000 * wholeNumber(parts['seconds'] ?? 0, `${place}.seconds`) +
    60_000 * wholeNumber(parts['minutes'] ?? 0, `${place}.minutes`)
  if (asked >= 1000 && asked <= callMsMax) return asked
  throw new FlowMistake(place, 'The time-out is between 1 second and 1 minute.')
}

function only(value: unknown, place: string): readonly [string, unknown] {
  const [entry, ...more] = Object.entries(record(value, place))
  if (entry === undefined || more.length > 0) throw new FlowMistake(place, 'Name exactly one.')
  return entry
}
