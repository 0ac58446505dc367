import type { Command } from './command.ts'

/** One line of the table of subcommands. Each is loaded when it is called, so that small ones start fast. */
export interface Entry {
  readonly name: string
  readonly summary: string
  load(): Promise<Command>
}

/** The subcommands there are. */
export const commands: readonly Entry[] = [
  {
    name: 'serve',
    summary: 'Runs the server',
    load: async () => (await import('./serve.ts')).serve,
  },
  {
    name: 'token',
    summary: 'Prints an access token for a user or client',
    load: async () => (await import('./token.ts')).token,
  },
  {
    name: 'timeline',
    summary: 'Tells everything that happened to one message',
    load: async () => (await import('./timeline.ts')).timeline,
  },
  {
    name: 'deliveries',
    summary: 'Lists deliveries, sends one again or gives it up',
    load: async () => (await import('./deliveries.ts')).deliveries,
  },
  {
    name: 'handset',
    summary: "Plays the customer's phone and its carrier",
    load: async () => (await import('./handset.ts')).handset,
  },
  {
    name: 'flows',
    summary: 'Takes over, shows and dry-runs routing applications',
    load: async () => (await import('./flows.ts')).flows,
  },
  {
    name: 'consents',
    summary: 'Lists, records, imports and exports who may be written to',
    load: async () => (await import('./consents.ts')).consents,
  },
  {
    name: 'actions',
    summary: 'Imports, exports, lints, tests, watches and runs data actions',
    load: async () => (await import('./actions.ts')).actions,
  },
  {
    name: 'mcp',
    summary: 'Serves the tools for agents on standard input and output',
    load: async () => (await import('./mcp.ts')).mcp,
  },
  {
    name: 'channels',
    summary: 'Shows the sender IDs of Digital Channels, and applies a file of them',
    load: async () => (await import('./channels.ts')).channels,
  },
  {
    name: 'apikeys',
    summary: 'Makes, lists and revokes API keys of Digital Channels',
    load: async () => (await import('./apikeys.ts')).apikeys,
  },
  {
    name: 'api',
    summary: 'Calls any operation of the API by its id',
    load: async () => (await import('./api.ts')).api,
  },
  {
    name: 'config',
    summary: 'Prints every setting there is',
    load: async () => (await import('./serve.ts')).config,
  },
  {
    name: 'version',
    summary: 'Prints the version',
    load: async () => (await import('./version.ts')).version,
  },
]
