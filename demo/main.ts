/** `npm run demo`: the whole story on a real server with an empty store; exits 1 when anything is not as it should be. */

import { openStage } from '../test/stage.ts'
import { createNarrator } from './narrator.ts'
import { chapters } from './story.ts'

const startedMs = Date.now()
const narrator = createNarrator((text) => process.stdout.write(text))
const stage = await openStage()
narrator.say(`The server runs at ${stage.house.url}, on an empty store in ${stage.house.dataDir}.`)
try {
  await stage.ada.setRouting('IDLE')
  for (const { title, tell } of chapters) {
    narrator.chapter(title)
    await tell(stage, narrator)
  }
  narrator.chapter('What Kaleyra’s stand-in had to complain about')
  for (const complaint of stage.kaleyra.complaints) narrator.say(complaint)
  narrator.check(
    `${stage.kaleyra.complaints.length} complaints about ${stage.kaleyra.sent.length} texts`,
    stage.kaleyra.complaints.length === 0,
  )
} catch (error) {
  narrator.check(error instanceof Error ? error.message : String(error), false)
} finally {
  await stage.close()
}
const seconds = ((Date.now() - startedMs) / 1000).toFixed(1)
const { failures } = narrator
const verdict =
  failures.length === 0 ? 'Everything is as it should be' : `${failures.length} things went wrong`
process.stdout.write(`\n${verdict}. It took ${seconds} s.\n`)
process.exitCode = failures.length === 0 ? 0 : 1
