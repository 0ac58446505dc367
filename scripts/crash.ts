/**
 * `npm run crash -- --kills N|--stops N [--store sqlite|postgres] [--campaign CONTACTS]`: kills the real process under
 * load, or tells it to stop, or kills it while it works a campaign off, and counts what is wrong.
 */
import { parseArgs } from 'node:util'
import { crashCampaign } from '../test/fault/campaign.ts'
import { crash } from '../test/fault/crash.ts'
import { startPostgres } from '../test/postgres.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    stops: { type: 'string' },
    store: { type: 'string', default: 'sqlite' },
    campaign: { type: 'string' },
  },
})
/** Kills between two lines about how far it is. */
const tellEvery = 50
const postgres = values.store === 'postgres' ? await startPostgres({ fsync: true }) : undefined
try {
  const database = await postgres?.url('crash')
  const kills = Number(values.stops ?? values.kills)
  process.exitCode =
    values.campaign === undefined
      ? await underLoad(kills, database)
      : await inCampaign(Number(values.campaign), kills, database)
} finally {
  await postgres?.stop()
}

async function underLoad(kills: number, database: string | undefined): Promise<number> {
  const startedMs = Date.now()
  const [signal, word] =
    values.stops === undefined ? (['SIGKILL', 'kills'] as const) : (['SIGTERM', 'stops'] as const)
  const onKill = (count: number) => {
    if (count % tellEvery === 0) process.stderr.write(`${count} ${word}\n`)
  }
  const report = await crash({ kills, signal, database, onKill })
  const seconds = ((Date.now() - startedMs) / 1000).toFixed(0)
  const wrongs = ['lost', 'doubled', 'reordered', 'unclean'] as const
  for (const kind of wrongs) {
    for (const one of report[kind].slice(0, 20)) process.stdout.write(`${kind}: ${one}\n`)
  }
  const counts = wrongs.map((kind) => `${report[kind].length} ${kind}`).join(', ')
  process.stdout.write(
    `${report.kills} ${word}, ${report.acknowledged} acknowledged, ${report.uncertain} uncertain: ${counts} (${seconds} s)\n`,
  )
  return wrongs.every((kind) => report[kind].length === 0) ? 0 : 1
}

async function inCampaign(
  contacts: number,
  kills: number,
  database: string | undefined,
): Promise<number> {
  const report = await crashCampaign({ contacts, kills, database, withinMs: 1_800_000 })
  const once = report.byTexts[1] ?? 0
  process.stdout.write(
    `${contacts} contacts, ${kills} kills, ${report.seconds.toFixed(0)} s ` +
      `(${Math.round(contacts / report.seconds)} a second): ${once} texted once, ` +
      `${contacts - once} otherwise ${JSON.stringify(report.byTexts)}\n`,
  )
  return once === contacts ? 0 : 1
}
