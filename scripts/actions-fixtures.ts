/**
 * Tries exported data actions: each is imported, exported again and compared, and executed against a
 * stand-in of its service on this machine. `npm run actions:fixtures -- [folder]`; without a folder
 * the exports beside the project, or the project's own where there are none.
 */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type ActionDefinition,
  type ActionSubject,
  type Integration,
  type IntegrationType,
  integrationTypes,
} from '../src/actions/action.ts'
import { mentionedMembers } from '../src/actions/definition.ts'
import { executeAction } from '../src/actions/execute.ts'
import { exportAction } from '../src/actions/export.ts'
import { importAction } from '../src/actions/import.ts'
import { writeJson } from '../src/actions/json/write.ts'
import type { ActionResult } from '../src/actions/outcome.ts'
import { createRunLimits } from '../src/actions/run-limits.ts'
import type { ActionDeps } from '../src/actions/run-means.ts'
import { sampleInput } from '../src/actions/sample-input.ts'
import { sampleResponse } from '../src/actions/sample-response.ts'
import { systemClock } from '../src/clock.ts'
import { createEgress } from '../src/connectors/egress.ts'
import { startStandIn } from '../src/connectors/stand-in.ts'
import { createTokenCache } from '../src/connectors/token-cache.ts'
import { createIds } from '../src/ids.ts'

/** What became of one file. */
export interface FixtureOutcome {
  readonly file: string
  readonly isEqual: boolean
  readonly result: ActionResult | undefined
  /** Keys of the translation map, and how many of them led to something in the stand-in's reply. */
  readonly keys: number
  readonly resolved: number
  /** Why the file cannot do better; such a file does not count as a failure. */
  readonly exception: string | undefined
  readonly problem: string | undefined
}

/** Files that cannot hold, by the start of their name, each with the reason. */
const exceptions: Readonly<Record<string, string>> = {}

const root = join(import.meta.dirname, '..')

/** The folders that hold exports, the one beside the project first. */
export const fixtureFolders: readonly string[] = [
  join(root, '..', 'shared', 'fixtures', 'data-actions'),
  join(root, '..', '..', 'shared', 'fixtures', 'data-actions'),
  join(root, 'test', 'fixtures', 'actions'),
].filter((folder) => existsSync(folder))

/** Tries every export of a folder; `index.json` is not one. */
export async function tryFixtures(folder: string): Promise<readonly FixtureOutcome[]> {
  const files = globSync('*.json', { cwd: folder }).filter((file) => file !== 'index.json')
  const outcomes: FixtureOutcome[] = []
  for (const file of files.sort()) outcomes.push(await tryFixture(folder, file))
  return outcomes
}

async function tryFixture(folder: string, file: string): Promise<FixtureOutcome> {
  const text = readFileSync(join(folder, file), 'utf8')
  const exception = Object.entries(exceptions).find(([start]) => file.startsWith(start))?.[1]
  try {
    const imported = importAction(text)
    const isEqual = sameJson(exportAction(imported), text)
    const type = integrationTypes.find((one) => one === imported.integrationType)
    const result = await execute(
      imported.definition,
      type ?? typeLike(imported.definition),
      imported.kind,
    )
    const { translationMap } = imported.definition.config.response
    const keys = Object.keys(translationMap).length
    const resolved = resolvedKeys(result)
    return { file, isEqual, result, keys, resolved, exception, problem: result.error?.message }
  } catch (error) {
    const problem = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { file, isEqual: false, result: undefined, keys: 0, resolved: 0, exception, problem }
  }
}

/** Types whose ids no source tells are tried as the type that takes their address. */
function typeLike({ config }: ActionDefinition): IntegrationType {
  const isAbsolute = config.request.requestUrlTemplate?.trim().startsWith('https://') === true
  return isAbsolute ? 'custom-rest-actions' : 'purecloud-data-actions'
}

/** Keys that led to something: a default or an empty list would prove nothing about the path. */
function resolvedKeys({ operations }: ActionResult): number {
  const rows = operations.find(({ name }) => name === 'Resolve translation map')?.result
  if (!Array.isArray(rows)) return 0
  return rows.filter(
    (row) => row instanceof Map && row.get('outcome') === 'resolved' && row.get('text') !== '[]',
  ).length
}

/** Key order counts. */
function sameJson(left: string, right: string): boolean {
  return JSON.stringify(JSON.parse(left)) === JSON.stringify(JSON.parse(right))
}

/** Where the stand-in signs in, in the place of an integration's custom-auth action. */
const signInPath = '/sign-in-for-fixtures'

async function execute(
  definition: ActionDefinition,
  type: IntegrationType,
  kind: 'custom' | 'customAuth',
): Promise<ActionResult> {
  const answer = sampleResponse(definition)
  const tokens = mentionedMembers(definition, 'authResponse')
  const signIn = Object.fromEntries(tokens.map((name) => [name, `token-${name}`]))
  const standIn = await startStandIn(({ path }) => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: path === signInPath ? JSON.stringify(signIn) : writeJson(answer),
  }))
  const egress = createEgress({ allowPrivateNetworks: ['127.0.0.0/8'] })
  try {
    const subject = subjectOf(definition, { type, kind, baseUrl: standIn.url })
    const deps: ActionDeps = {
      egress: {
        fetch: (request) => egress.fetch({ ...request, url: moved(request.url, standIn.url) }),
      },
      ...surroundings(),
      platform: { baseUrl: standIn.url, token: async () => 'token-of-the-platform' },
      runFunction: async () => ({ value: answer }),
    }
    return await executeAction(subject, { input: sampleInput(definition) }, deps)
  } finally {
    await egress.close()
    await standIn.close()
  }
}

/** Leads a request for any host to the stand-in, path and query as they are. */
function moved(url: string, standInUrl: string): string {
  const { pathname, search } = new URL(url)
  return standInUrl + pathname + search
}

function surroundings(): Pick<
  ActionDeps,
  'clock' | 'ids' | 'chance' | 'tokens' | 'limits' | 'organizationId'
> {
  const clock = systemClock
  return {
    clock,
    ids: createIds(clock.now),
    chance: () => 0.5,
    tokens: createTokenCache(clock.now),
    limits: createRunLimits({ now: clock.now }),
    organizationId: 'fixtures',
  }
}

function subjectOf(
  definition: ActionDefinition,
  {
    type,
    kind,
    baseUrl,
  }: {
    readonly type: IntegrationType
    readonly kind: ActionSubject['kind']
    readonly baseUrl: string
  },
): ActionSubject {
  const names = mentionedMembers(definition, 'credentials')
  const fields = Object.fromEntries(names.map((name) => [name, `secret-${name}`]))
  const signsIn = mentionedMembers(definition, 'authResponse').length > 0 || kind === 'customAuth'
  const credentialType = signsIn ? 'userDefinedOAuth' : 'userDefined'
  const integration: Integration = { id: 'i', name: type, type, version: 1, enabled: true, baseUrl }
  return {
    id: `${kind}_-_fixture`,
    kind,
    definition,
    integration,
    credential: { id: 'c', type: credentialType, version: 1, fields },
    authAction: signInAction,
  }
}

const signInAction: ActionDefinition = {
  name: 'Sign in',
  secure: false,
  contract: {
    inputSchema: { type: 'object', properties: {} },
    successSchema: { type: 'object', properties: {} },
  },
  config: {
    request: {
      requestUrlTemplate: `https://auth.example${signInPath}`,
      requestType: 'POST',
      headers: {},
      requestTemplate: '{}',
    },
    response: { translationMap: {}, translationMapDefaults: {}, successTemplate: '$rawResult' },
  },
}

function line({
  file,
  isEqual,
  result,
  keys,
  resolved,
  exception,
  problem,
}: FixtureOutcome): string {
  const words = [
    isEqual ? 'equal' : 'NOT EQUAL',
    result?.success === true ? 'executed' : 'NOT EXECUTED',
  ]
  if (keys > 0) words.push(`${resolved} of ${keys} keys`)
  const why = problem === undefined ? '' : `\n      ${problem.replaceAll('\n', '\n      ')}`
  const listed = exception === undefined ? '' : `\n      exception: ${exception}`
  return `${words.join(', ').padEnd(36)} ${file}${why}${listed}`
}

/** Whether a file holds in everything. */
export function holds({ isEqual, result, keys, resolved }: FixtureOutcome): boolean {
  return isEqual && result?.success === true && keys === resolved
}

if (import.meta.main) {
  const folder = process.argv[2] ?? fixtureFolders[0] ?? ''
  const outcomes = await tryFixtures(folder)
  for (const outcome of outcomes) process.stdout.write(`${line(outcome)}\n`)
  const equal = outcomes.filter(({ isEqual }) => isEqual).length
  const executed = outcomes.filter(({ result }) => result?.success === true).length
  const excepted = outcomes.filter((one) => !holds(one) && one.exception !== undefined).length
  const count = outcomes.length
  const sum = (name: 'keys' | 'resolved') => outcomes.reduce((all, one) => all + one[name], 0)
  process.stdout.write(
    `\n${folder}\n${count} actions: ${equal} exported equal, ${executed} executed, ${sum('resolved')} of ${sum('keys')} keys resolved, ${excepted} listed exceptions\n`,
  )
  const isWhole = outcomes.every((one) => holds(one) || one.exception !== undefined)
  process.exitCode = count > 0 && isWhole ? 0 : 1
}
