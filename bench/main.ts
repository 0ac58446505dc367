import { machine } from './figures.ts'
import { help, type Options, readOptions, type Subject } from './options.ts'

const benches: Readonly<Record<Subject, (options: Options) => Promise<object>>> = {
  path: async (options) => (await import('./path.ts')).benchPath(options),
  receipts: async (options) => (await import('./receipts.ts')).benchReceipts(options),
  growth: async (options) => (await import('./growth.ts')).benchGrowth(options),
  mcp: async (options) => (await import('./mcp.ts')).benchMcp(options),
  actions: async (options) => (await import('./actions.ts')).benchActions(options),
  campaign: async (options) => (await import('./campaign.ts')).benchCampaign(options),
  kannel: async (options) => (await import('./kannel.ts')).benchKannel(options),
  nodes: async (options) => (await import('./nodes.ts')).benchNodes(options),
  console: async (options) => (await import('./console.ts')).benchConsole(options),
}

const options = readOptions(process.argv.slice(2))
if (options === undefined) {
  console.log(help)
} else {
  console.log(`${options.subject} on ${options.store}; ${machine()}`)
  const figures = await benches[options.subject](options)
  console.log(JSON.stringify({ bench: options.subject, ...options, ...figures }))
}
