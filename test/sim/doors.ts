import type { Ground } from './ground.ts'
import type { SimNode } from './node.ts'

/** How long a caller waits for an answer. */
const patienceMs = 12_000

/** What a caller gets: an answer, a refusal, or nothing at all. */
export type Answer<T> =
  | { readonly got: 'answer'; readonly value: T }
  | { readonly got: 'refusal'; readonly error: unknown }
  | { readonly got: 'nothing' }

/** The ways in: brings what callers ask to one of the nodes, over a network that loses requests and answers. */
export class Doors {
  readonly #ground: Ground
  readonly #nodes: () => readonly SimNode[]
  /** Calls that wait for an answer. */
  #open = 0

  constructor(ground: Ground, nodes: () => readonly SimNode[]) {
    this.#ground = ground
    this.#nodes = nodes
  }

  get open(): number {
    return this.#open
  }

  /** Asks once. */
  ask<T>(work: (node: SimNode) => Promise<T>, done: (answer: Answer<T>) => void): void {
    const { chance, schedule } = this.#ground
    const faults = this.#ground.faults()
    let isOpen = true
    const finish = (answer: Answer<T>) => {
      if (!isOpen) return
      isOpen = false
      this.#open -= 1
      done(answer)
    }
    this.#open += 1
    const nodes = this.#nodes()
    const node = nodes.length === 0 ? undefined : chance.pick(nodes)
    if (node === undefined || chance.happens(faults.webhook)) {
      schedule.after(chance.between(1, patienceMs), () => finish({ got: 'nothing' }))
      return
    }
    const losesAnswer = chance.happens(faults.webhook)
    const travel = (answer: Answer<T>) => {
      if (!losesAnswer) schedule.after(chance.between(1, 20), () => finish(answer))
    }
    schedule.after(
      chance.between(1, 20),
      node.guard(() => {
        work(node).then(
          (value) => travel({ got: 'answer', value }),
          (error: unknown) => travel({ got: 'refusal', error }),
        )
      }),
    )
    schedule.after(patienceMs, () => finish({ got: 'nothing' }))
  }

  /** Asks until there is an answer, as providers repeat their callbacks. */
  insist<T>(who: string, work: (node: SimNode) => Promise<T>, done: (value: T) => void): void {
    const { chance, schedule, history } = this.#ground
    this.ask(work, (answer) => {
      if (answer.got === 'answer') {
        done(answer.value)
        return
      }
      history.add(who, answer.got === 'refusal' ? `is refused: ${answer.error}` : 'hears nothing')
      schedule.errand(chance.between(300, 6000), () => this.insist(who, work, done))
    })
  }
}
