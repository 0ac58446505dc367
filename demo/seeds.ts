/** `npm run seeds`: the vendors' printed requests against a fresh server; exits 1 when one is not answered as documented. */

import { openStage } from '../test/stage.ts'
import { createNarrator } from './narrator.ts'
import { provisionSms } from './provision-sms.ts'
import { dataAction, outboundDocuments, relayPayload } from './seed-checks.ts'
import { ownSamples } from './seed-requests.ts'
import { readSamples } from './seed-texts.ts'

const narrator = createNarrator((text) => process.stdout.write(text))
const samples = process.argv.includes('--own') ? ownSamples : readSamples()
const stage = await openStage()
narrator.say(`Samples: ${samples.source}.`)
try {
  await stage.ada.setRouting('IDLE')
  narrator.chapter('The data action’s request')
  await dataAction({ stage, narrator, samples })
  narrator.chapter('The payload at the processing layer')
  await relayPayload({ stage, narrator, samples })
  narrator.chapter('Requests to send, and the documents that a webhook gets')
  await outboundDocuments({ stage, narrator, samples })
  narrator.chapter('The commands of “Provision SMS”, by curl')
  await provisionSms({ stage, narrator, isOwn: process.argv.includes('--own') })
  const { complaints } = stage.kaleyra
  narrator.check(`${complaints.length} complaints of Kaleyra’s stand-in`, complaints.length === 0)
} catch (error) {
  narrator.check(error instanceof Error ? error.message : String(error), false)
} finally {
  await stage.close()
}
const { failures } = narrator
const verdict =
  failures.length === 0 ? 'All are as documented.' : `${failures.length} are not as documented.`
process.stdout.write(`\n${verdict}\n`)
process.exitCode = failures.length === 0 ? 0 : 1
