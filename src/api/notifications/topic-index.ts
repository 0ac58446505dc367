import { mediumTopics, type Wanted } from './events.ts'

const conversationsForm = new RegExp(
  `\\.(conversations(\\.(${mediumTopics.join('|')}))?|signalbox\\.desk)$`,
)
const membersForm = /^v2\.routing\.queues\.([^.]+)\.users$/

/** Who listens to which topic, and in sum what is wanted at all. */
export class TopicIndex<Listener> implements Wanted {
  readonly #listeners = new Map<string, Set<Listener>>()
  readonly #memberQueueIds = new Set<string>()
  #conversationTopics = 0

  get conversations(): boolean {
    return this.#conversationTopics > 0
  }

  get memberQueueIds(): readonly string[] {
    return [...this.#memberQueueIds]
  }

  has(topicName: string): boolean {
    return this.#listeners.has(topicName)
  }

  listeners(topicName: string): Iterable<Listener> {
    return this.#listeners.get(topicName) ?? []
  }

  add(topicName: string, listener: Listener): void {
    const there = this.#listeners.get(topicName)
    if (there !== undefined) {
      there.add(listener)
      return
    }
    this.#listeners.set(topicName, new Set([listener]))
    if (conversationsForm.test(topicName)) this.#conversationTopics += 1
    const queueId = membersForm.exec(topicName)?.[1]
    if (queueId !== undefined) this.#memberQueueIds.add(queueId)
  }

  remove(topicName: string, listener: Listener): void {
    const there = this.#listeners.get(topicName)
    if (there === undefined || !there.delete(listener) || there.size > 0) return
    this.#listeners.delete(topicName)
    if (conversationsForm.test(topicName)) this.#conversationTopics -= 1
    const queueId = membersForm.exec(topicName)?.[1]
    if (queueId !== undefined) this.#memberQueueIds.delete(queueId)
  }
}
