/** `npm run crash -- --kills N [--store sqlite|postgres]`: kills the real process under load, and counts what is wrong. */
import { parseArgs } from 'node:util'
import { crash } from '../test/fault/crash.ts'
import { startPostgres } from '../test/postgres.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    store: { type: 'string', default: 'sqlite' },
  },
})
const postgres = values.store === 'postgres' ? await startPostgres({ fsync: true }) : undefined
try {
  const database = await postgres?.url('crash')
  const report = await crash({ kills: Number(values.kills), database })
  for (const kind of ['lost', 'doubled', 'reordered'] as const) {
    for (const one of report[kind].slice(0, 20)) process.stdout.write(`${kind}: ${one}\n`)
  }
  process.stdout.write(
    `${report.kills} kills, ${report.acknowledged} acknowledged, ${report.uncertain} uncertain: ` +
      `${report.lost.length} lost, ${report.doubled.length} doubled, ${report.reordered.length} reordered\n`,
  )
  const wrongs = report.lost.length + report.doubled.length + report.reordered.length
  process.exitCode = wrongs === 0 ? 0 : 1
} finally {
  await postgres?.stop()
}
