import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isRecord, parseJson } from '../src/connectors/http.ts'
import { ownSamples, type SeedSamples } from './seed-requests.ts'

/** Folders beside the project in which the pages' own texts may lie. */
const folders = ['../../shared/seeds', '../../../shared/seeds'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
)

/** The text of a page where it is at hand. */
export function readPage(pattern: string): string | undefined {
  const folder = folders.find((path) => existsSync(path))
  const [name] = folder === undefined ? [] : globSync(pattern, { cwd: folder })
  if (folder === undefined || name === undefined) return undefined
  return readFileSync(join(folder, name), 'utf8')
}

/** The samples as the pages print them where the pages are at hand, otherwise from the project's own copies. */
export function readSamples(): SeedSamples {
  const folder = folders.find((path) => existsSync(path))
  if (folder === undefined) return ownSamples
  const blocks = ['000_*.txt', '002_*.txt'].flatMap((pattern) =>
    globSync(pattern, { cwd: folder }).flatMap((name) =>
      blocksIn(readFileSync(join(folder, name), 'utf8')),
    ),
  )
  const find = (what: string, is: (value: Record<string, unknown>) => boolean) => {
    const found = blocks.find(({ value }) => is(value))
    if (found === undefined) throw new Error(`The pages have no sample of ${what}.`)
    return found
  }
  const action = find('a data action', ({ actionType }) => actionType === 'custom').value
  const outbound = blocks.filter(
    ({ value }) => 'channel' in value && !('originatingEntity' in value),
  )
  const members = (what: string, is: (text: string) => boolean) => {
    const found = outbound.find(({ text }) => is(text))
    if (found === undefined) throw new Error(`The pages have no sample of ${what}.`)
    return memberPaths(found.value)
  }
  return {
    source: 'the pages as they are printed',
    action: requestOf(action),
    relayPayload: find('the relay’s payload', (value) => 'originatingEntity' in value).text,
    agentless: find('an agentless request', (value) => 'toAddressMessengerType' in value).text,
    agentText: find('an agent’s text', (value) => Object.keys(value).join() === 'textBody').text,
    members: {
      text: members('a text', (text) => text.includes('"text": "Outbound')),
      media: members('media', (text) => text.includes('"Attachment"')),
      template: members('a template', (text) => text.includes('"Notification"')),
      receipt: members('a receipt', (text) => text.includes('"Receipt"')),
      typing: members('a typing event', (text) => text.includes('"Typing"')),
    },
  }
}

/** Paths of the leaves of a document: `channel.to.id`, `events[].eventType`. */
export function memberPaths(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value)) {
    return [...new Set(value.flatMap((one) => memberPaths(one, `${path}[]`)))]
  }
  if (!isRecord(value)) return [path]
  return Object.entries(value).flatMap(([name, member]) =>
    memberPaths(member, path === '' ? name : `${path}.${name}`),
  )
}

function requestOf(action: Record<string, unknown>): SeedSamples['action'] {
  const config = isRecord(action['config']) ? action['config'] : {}
  const request = isRecord(config['request']) ? config['request'] : {}
  return {
    requestUrlTemplate: String(request['requestUrlTemplate']),
    requestType: String(request['requestType']),
    requestTemplate: String(request['requestTemplate']),
  }
}

interface Block {
  readonly text: string
  readonly value: Record<string, unknown>
}

/** The JSON objects of a page: each begins a line and ends with its own brace. */
function blocksIn(page: string): readonly Block[] {
  const blocks: Block[] = []
  let from = 0
  for (let start = page.indexOf('\n{', from); start >= 0; start = page.indexOf('\n{', from)) {
    const end = endOf(page, start + 1)
    const text = page.slice(start + 1, end)
    const value = parseJson(mended(text))
    if (isRecord(value)) blocks.push({ text, value })
    from = end
  }
  return blocks
}

function endOf(page: string, start: number): number {
  let depth = 0
  let quoted = false
  for (let index = start; index < page.length; index += 1) {
    const character = page[index]
    if (character === '\\') index += 1
    else if (character === '"') quoted = !quoted
    else if (!quoted && character === '{') depth += 1
    else if (!quoted && character === '}') depth -= 1
    if (depth === 0) return index + 1
  }
  return page.length
}

/** The receipt's sample lacks one comma and has one too many; only its members are looked at. */
function mended(text: string): string {
  return text.replace(/"\s*\n"(?=[A-Za-z]+":)/g, '",\n"').replace(/,(\s*[}\]])/g, '$1')
}
