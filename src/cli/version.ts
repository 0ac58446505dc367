import { programVersion } from '../version.ts'
import { type Command, parse } from './command.ts'
import { json } from './print.ts'

/** Prints the program's version. */
export const version: Command = {
  usage: () => `signalbox version [--json]\n\nPrints the versions of the program and of Node.\n`,
  async run(argv, terminal) {
    const { values } = parse(argv, { json: { type: 'boolean' } })
    const versions = { signalbox: programVersion(), node: process.versions.node }
    terminal.out(
      values.json ? json(versions) : `signalbox ${versions.signalbox} (Node ${versions.node})\n`,
    )
  },
}
