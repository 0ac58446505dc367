import type { House } from '../test/house.ts'

/** Tells a story on the terminal, and remembers what was not as it should be. */
export interface Narrator {
  /** Everything that was not as it should be, in words. */
  readonly failures: readonly string[]
  chapter(title: string): void
  say(text: string): void
  /** Says what was found, and whether it is what it should be. */
  check(what: string, holds: boolean): void
  /** Prints everything that happened to a message, as `signalbox timeline` does. */
  timeline(house: House, messageId: string): Promise<void>
}

/** A narrator who writes to the stream that is given. */
export function createNarrator(write: (text: string) => void): Narrator {
  const failures: string[] = []
  let chapters = 0
  return {
    failures,
    chapter(title) {
      chapters += 1
      write(`\n${chapters}. ${title}\n`)
    },
    say: (text) => write(`   ${text}\n`),
    check(what, holds) {
      write(`   ${holds ? '✓' : '✗'} ${what}\n`)
      if (!holds) failures.push(what)
    },
    async timeline(house, messageId) {
      const path = `/api/signalbox/messages/${encodeURIComponent(messageId)}/timeline`
      const { body } = await house.call('GET', path)
      write(`     ┌ timeline of ${messageId}: ${body.status}\n`)
      const steps: readonly { lagMs: number; text: string }[] = body.steps ?? []
      for (const { lagMs, text } of steps) {
        write(`     │ ${`+${lagMs} ms`.padStart(9)}  ${text}\n`)
      }
      write(`     └ ${body.where} ${body.next}\n`)
    },
  }
}
