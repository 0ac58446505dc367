import { crashCampaign } from '../test/fault/campaign.ts'
import { startPostgres } from '../test/postgres.ts'
import { show, spread } from './figures.ts'
import type { Options } from './options.ts'

const contactsUsual = 10_000
const withinMs = 3_600_000

/** Measures how long a campaign takes until all its texts are delivered and reported, undisturbed and killed once. */
export async function benchCampaign(options: Options): Promise<object> {
  const contacts = options.messages ?? contactsUsual
  const postgres = options.store === 'postgres' ? await startPostgres({ fsync: true }) : undefined
  const seconds: Record<'undisturbed' | 'killed', number[]> = { undisturbed: [], killed: [] }
  try {
    for (let round = 1; round <= options.rounds; round += 1) {
      for (const [name, kills] of [
        ['undisturbed', 0],
        ['killed', 1],
      ] as const) {
        const database = await postgres?.url(`campaign_${round}_${kills}`)
        const report = await crashCampaign({ contacts, kills, database, withinMs })
        if (report.byTexts[1] !== contacts) {
          throw new Error(`Not every contact has one text: ${JSON.stringify(report.byTexts)}.`)
        }
        seconds[name].push(report.seconds)
        console.log(
          `round ${round}, ${name}: ${contacts} contacts in ${report.seconds.toFixed(1)} s, each one text`,
        )
      }
    }
  } finally {
    await postgres?.stop()
  }
  const rates = seconds.undisturbed.map((taken) => contacts / taken)
  console.log(`min / median / max ${show(spread(rates), 0)} contacts a second, undisturbed`)
  return {
    contacts,
    contactsPerSecond: spread(rates),
    killedSeconds: spread(seconds.killed),
    undisturbedSeconds: spread(seconds.undisturbed),
  }
}
