import { timingSafeEqual } from 'node:crypto'
import type { Credential } from './actions/action.ts'
import { executeAction } from './actions/execute.ts'
import type { RunFunction } from './actions/outcome.ts'
import { createRunLimits } from './actions/run-limits.ts'
import type { ActionRunner } from './actions/runner.ts'
import { issueToken } from './api/oauth/issue-token.ts'
import type { Egress } from './connectors/egress.ts'
import { createTokenCache } from './connectors/token-cache.ts'
import type { Outside } from './context.ts'
import { AppError } from './errors.ts'
import type { Store } from './store/store.ts'
import { hashOf } from './tokens.ts'

/** What data actions are run with. */
export interface ActionGround {
  readonly egress: Egress
  readonly outside: Outside
  /** Where this server reaches itself: the platform of actions of the type `purecloud-data-actions`. */
  readonly ownUrl: () => string
  /** Runs the code of function actions of an organization. */
  readonly functionsOf: (store: Store) => RunFunction
}

/** Makes the runner whose platform is this very server, and whose limits and tokens are shared by all its runs. */
export function createActionRunner(ground: ActionGround): ActionRunner {
  const { egress, outside } = ground
  const { clock, ids, chance } = outside
  const tokens = createTokenCache(clock.now)
  const limits = createRunLimits({ now: clock.now })
  return {
    run: (subject, call, store) =>
      executeAction(subject, call, {
        egress,
        clock,
        ids,
        chance,
        tokens,
        limits,
        organizationId: store.organizationId,
        runFunction: ground.functionsOf(store),
        platform: {
          baseUrl: ground.ownUrl(),
          allowPrivateNetwork: true,
          token: (renew) => {
            const { credential } = subject
            const key = `platform ${store.organizationId} ${credential?.id} ${credential?.version}`
            return tokens(key, () => platformToken(store, credential, outside), renew)
          },
        },
      }),
  }
}

/**
 * A token of the OAuth client that the integration's credential names, as client credentials give it: an
 * action can do what that client can, whoever executes it.
 */
async function platformToken(
  store: Store,
  credential: Credential | undefined,
  outside: Outside,
): Promise<{ token: string; expiresInMs: number }> {
  if (credential?.type !== 'pureCloudOAuthClient') {
    throw new AppError(
      'bad.request',
      'The integration has no credential of the type pureCloudOAuthClient: give it one.',
    )
  }
  const { clientId = '', clientSecret = '' } = credential.fields
  const client = await store.records.get('oauthClient', clientId)
  const isGood = client?.state === 'active' && client.grantType === 'CLIENT-CREDENTIALS'
  if (client === undefined || !isGood || !isSecretOf(client.secretHash, clientSecret)) {
    throw new AppError(
      'bad.credentials',
      'The credential names no active client of this organization with that secret.',
    )
  }
  const issued = await issueToken(store, { client, scopes: [] }, outside)
  return { token: issued.accessToken, expiresInMs: issued.expiresIn * 1000 }
}

function isSecretOf(secretHash: string, secret: string): boolean {
  const given = Buffer.from(hashOf(secret))
  const kept = Buffer.from(secretHash)
  return given.length === kept.length && timingSafeEqual(given, kept)
}
