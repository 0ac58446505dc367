import type { AnyOperation } from '../operation.ts'
import {
  deleteOauthClient,
  getOauthClient,
  getOauthClients,
  postOauthClientSecret,
  postOauthClients,
  putOauthClient,
} from './clients.ts'

/** Operations on the programs that may log in. */
export const oauthOperations: readonly AnyOperation[] = [
  deleteOauthClient,
  getOauthClient,
  getOauthClients,
  postOauthClientSecret,
  postOauthClients,
  putOauthClient,
]
