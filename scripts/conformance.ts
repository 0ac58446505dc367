/**
 * `npm run conformance [-- postgres://…]`: drives the unmodified official SDK over the 63 operations of the catalogue,
 * prints one line an operation and how many hold. Ends with 0 only when all do.
 */
import { conformance, holds, report } from '../test/conformance/run.ts'

const result = await conformance(process.argv[2])
process.stdout.write(`${report(result)}\n`)
process.exitCode = holds(result) ? 0 : 1
