/** Writes what is generated in `docs/`; the tests fail when that changes anything. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { operations } from '../src/api/index.ts'
import { openApiText } from '../src/api/openapi.ts'
import { configDocs } from '../src/config.ts'

mkdirSync('docs/api', { recursive: true })
writeFileSync('docs/api/openapi.json', openApiText(operations))
writeFileSync('docs/configuration.md', configDocs())
process.stdout.write('Wrote docs/api/openapi.json and docs/configuration.md.\n')
