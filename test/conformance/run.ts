import { channelScenario } from './channel-scenario.ts'
import { emailScenario } from './email-scenario.ts'
import { type Ground, openGround } from './ground.ts'
import { messageScenario } from './message-scenario.ts'
import { Recording, type Verdict } from './recording.ts'

/** What a run brought: a verdict for each operation, and the scenarios that broke off. */
export interface Conformance {
  readonly verdicts: readonly Verdict[]
  readonly broken: readonly string[]
}

const scenarios: Readonly<Record<string, (ground: Ground) => Promise<void>>> = {
  message: messageScenario,
  'e-mail': emailScenario,
  channel: channelScenario,
}

/** Plays every scenario on a fresh house, on SQLite or on the PostgreSQL database of that URL. */
export async function conformance(database?: string): Promise<Conformance> {
  const recording = new Recording()
  const ground = await openGround(recording, database)
  const broken: string[] = []
  try {
    for (const [name, play] of Object.entries(scenarios)) {
      try {
        await play(ground)
      } catch (error) {
        broken.push(`The ${name} scenario broke off: ${told(error)}`)
      }
    }
  } finally {
    await ground.house.close()
  }
  return { verdicts: recording.verdicts(), broken }
}

/** One line an operation, what went wrong below it, and how many hold at the end. */
export function report({ verdicts, broken }: Conformance): string {
  const lines = verdicts.flatMap(({ operation: { id, method, path }, status, problems }) => [
    `${problems.length === 0 ? 'ok  ' : 'FAIL'} ${method} ${path} ${id} ${status ?? '-'}`,
    ...[...new Set(problems)].map((problem) => `       ${problem}`),
  ])
  const good = verdicts.filter(({ problems }) => problems.length === 0).length
  return [...lines, ...broken, `${good}/${verdicts.length}`].join('\n')
}

/** Whether every operation holds. */
export function holds({ verdicts, broken }: Conformance): boolean {
  return broken.length === 0 && verdicts.every(({ problems }) => problems.length === 0)
}

/** The SDK rejects with the body of the reply, or, when asked for extended responses, with the whole reply. */
function told(error: unknown): string {
  if (error instanceof Error) return error.message
  const { status, body, text } = Object(error)
  return `${status} ${JSON.stringify(body ?? text ?? error)}`
}
