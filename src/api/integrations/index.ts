import type { AnyOperation } from '../operation.ts'
import {
  deleteIntegrationsAction,
  getIntegrationsAction,
  patchIntegrationsAction,
  postIntegrationsActions,
} from './actions.ts'
import {
  getIntegrationsActionsCertificates,
  getIntegrationsActionsCertificatesTruststore,
} from './certificates.ts'
import { getIntegrationConfigCurrent, putIntegrationConfigCurrent } from './config.ts'
import {
  deleteIntegrationsCredential,
  getIntegrationsCredential,
  getIntegrationsCredentials,
  getIntegrationsCredentialsListing,
  getIntegrationsCredentialsTypes,
  postIntegrationsCredentials,
  putIntegrationsCredential,
} from './credentials.ts'
import {
  getIntegrationsActionDraftSchema,
  getIntegrationsActionDraftTemplate,
  getIntegrationsActionSchema,
  getIntegrationsActionTemplate,
} from './documents.ts'
import {
  deleteIntegrationsActionDraft,
  getIntegrationsActionDraft,
  patchIntegrationsActionDraft,
  postIntegrationsActionDraft,
  postIntegrationsActionsDrafts,
} from './drafts.ts'
import { signalboxExplainAction } from './explain.ts'
import {
  getIntegrationsActionDraftFunction,
  getIntegrationsActionFunction,
  getIntegrationsActionsFunctionsRuntimes,
  postIntegrationsActionDraftFunctionUpload,
  putIntegrationsActionDraftFunction,
} from './functions.ts'
import {
  getIntegrationsType,
  getIntegrationsTypeConfigschema,
  getIntegrationsTypes,
} from './integration-types.ts'
import {
  deleteIntegration,
  getIntegration,
  getIntegrations,
  patchIntegration,
  postIntegrations,
} from './integrations.ts'
import {
  getIntegrationsActions,
  getIntegrationsActionsCategories,
  getIntegrationsActionsDrafts,
} from './list-actions.ts'
import {
  getIntegrationsActionDraftValidation,
  postIntegrationsActionDraftPublish,
} from './publish-draft.ts'
import {
  postIntegrationsActionDraftTest,
  postIntegrationsActionExecute,
  postIntegrationsActionTest,
} from './run.ts'
import { signalboxExportAction, signalboxImportAction } from './transfer.ts'

/** Integrations, their credentials and their data actions. */
export const integrationOperations: readonly AnyOperation[] = [
  getIntegrations,
  postIntegrations,
  getIntegration,
  patchIntegration,
  deleteIntegration,
  getIntegrationConfigCurrent,
  putIntegrationConfigCurrent,
  getIntegrationsTypes,
  getIntegrationsType,
  getIntegrationsTypeConfigschema,
  getIntegrationsCredentials,
  getIntegrationsCredentialsListing,
  getIntegrationsCredentialsTypes,
  postIntegrationsCredentials,
  getIntegrationsCredential,
  putIntegrationsCredential,
  deleteIntegrationsCredential,
  getIntegrationsActions,
  postIntegrationsActions,
  getIntegrationsActionsCategories,
  getIntegrationsActionsDrafts,
  postIntegrationsActionsDrafts,
  getIntegrationsAction,
  patchIntegrationsAction,
  deleteIntegrationsAction,
  getIntegrationsActionDraft,
  postIntegrationsActionDraft,
  patchIntegrationsActionDraft,
  deleteIntegrationsActionDraft,
  getIntegrationsActionDraftValidation,
  postIntegrationsActionDraftPublish,
  postIntegrationsActionDraftTest,
  postIntegrationsActionTest,
  postIntegrationsActionExecute,
  getIntegrationsActionSchema,
  getIntegrationsActionDraftSchema,
  getIntegrationsActionTemplate,
  getIntegrationsActionDraftTemplate,
  getIntegrationsActionsCertificates,
  getIntegrationsActionsCertificatesTruststore,
  getIntegrationsActionsFunctionsRuntimes,
  getIntegrationsActionFunction,
  getIntegrationsActionDraftFunction,
  putIntegrationsActionDraftFunction,
  postIntegrationsActionDraftFunctionUpload,
  signalboxExplainAction,
  signalboxImportAction,
  signalboxExportAction,
]
