import type { AnyOperation } from '../operation.ts'
import { nexusCreateApiKey, nexusDeleteApiKey, nexusListApiKeys } from './api-keys.ts'
import { nexusApplySenderIds } from './apply-sender-ids.ts'
import {
  nexusDeleteSenderId,
  nexusGetSenderId,
  nexusListSenderIds,
  nexusPutSenderId,
} from './sender-ids.ts'
import {
  nexusCreateService,
  nexusDeleteService,
  nexusGetService,
  nexusListServices,
  nexusReplaceService,
} from './services.ts'

/** Operations of the Digital Channels API: one that is not listed does not exist. */
export const nexusOperations: readonly AnyOperation[] = [
  nexusListServices,
  nexusGetService,
  nexusCreateService,
  nexusReplaceService,
  nexusDeleteService,
  nexusListSenderIds,
  nexusApplySenderIds,
  nexusGetSenderId,
  nexusPutSenderId,
  nexusDeleteSenderId,
  nexusListApiKeys,
  nexusCreateApiKey,
  nexusDeleteApiKey,
]
