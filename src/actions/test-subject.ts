import { systemClock } from '../clock.ts'
import { createEgress } from '../connectors/egress.ts'
import { createTokenCache } from '../connectors/token-cache.ts'
import { createIds } from '../ids.ts'
import type {
  ActionConfig,
  ActionContract,
  ActionSubject,
  Credential,
  Integration,
} from './action.ts'
import { createRunLimits } from './run-limits.ts'
import type { ActionDeps } from './run-means.ts'

/** What a test wants different from a plain web-services action. */
export interface SubjectOptions {
  readonly request?: Partial<ActionConfig['request']>
  readonly response?: Partial<ActionConfig['response']>
  readonly config?: Partial<Omit<ActionConfig, 'request' | 'response'>>
  readonly inputs?: Readonly<Record<string, object>>
  readonly contract?: Partial<ActionContract>
  readonly integration?: Partial<Integration>
  readonly credential?: Omit<Credential, 'id' | 'version'>
  readonly more?: Partial<ActionSubject>
  readonly secure?: boolean
}

/** Builds a subject for tests: a GET on the given URL whose result is the reply. */
export function aSubject(url: string, options: SubjectOptions = {}): ActionSubject {
  const definition = {
    name: 'Look up',
    secure: options.secure ?? false,
    contract: {
      inputSchema: { type: 'object', properties: options.inputs ?? {}, additionalProperties: true },
      successSchema: { type: 'object', properties: {}, additionalProperties: true },
      ...options.contract,
    },
    config: {
      request: {
        requestUrlTemplate: url,
        requestType: 'GET' as const,
        headers: {},
        requestTemplate: '$input.rawRequest',
        ...options.request,
      },
      response: {
        translationMap: {},
        translationMapDefaults: {},
        successTemplate: '$rawResult',
        ...options.response,
      },
      ...options.config,
    },
  }
  const { credential } = options
  return {
    id: 'custom_-_1',
    kind: 'custom',
    definition,
    integration: {
      id: 'i1',
      name: 'Web',
      type: 'custom-rest-actions',
      version: 1,
      enabled: true,
      allowPlainHttp: true,
      ...options.integration,
    },
    ...(credential === undefined ? {} : { credential: { id: 'c1', version: 1, ...credential } }),
    ...options.more,
  }
}

/** Builds what a run needs, over real sockets on this machine, and the function that closes it. */
export function testDeps(changes: Partial<ActionDeps> = {}): ActionDeps & {
  close(): Promise<void>
} {
  const egress = createEgress({ allowPrivateNetworks: ['127.0.0.0/8'] })
  const clock = changes.clock ?? systemClock
  return {
    egress,
    clock,
    ids: createIds(clock.now),
    chance: () => 0.5,
    tokens: createTokenCache(clock.now),
    limits: createRunLimits({ now: clock.now }),
    platform: { baseUrl: 'http://127.0.0.1:9', token: async () => 'platform-token' },
    organizationId: 'o1',
    ...changes,
    close: () => egress.close(),
  }
}
