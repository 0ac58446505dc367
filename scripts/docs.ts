/** `npm run docs`: writes the pages that are made from the code. A test fails when one of them is stale. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { operations } from '../src/api/index.ts'
import { openApiText } from '../src/api/openapi.ts'
import { configDocs } from '../src/config.ts'
import { compatibilityPage } from './compatibility.ts'
import { platformOperationsText } from './platform-operations.ts'

/** Each generated page and what it must say, by its path in the project. */
export const pages: Readonly<Record<string, () => string>> = {
  'docs/configuration.md': configDocs,
  'docs/api/openapi.json': () => openApiText(operations),
  'docs/api/platform-operations.txt': platformOperationsText,
  'docs/compatibility.md': compatibilityPage,
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, content] of Object.entries(pages)) {
    writeFileSync(new URL(`../${path}`, import.meta.url), content())
    process.stdout.write(`${path}\n`)
  }
}
