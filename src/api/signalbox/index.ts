import type { AnyOperation } from '../operation.ts'
import {
  signalboxCreateAccount,
  signalboxDeleteAccount,
  signalboxGetAccount,
  signalboxListAccounts,
  signalboxListConnections,
  signalboxUpdateAccount,
} from './accounts.ts'
import { signalboxOpenCobrowse, signalboxOpenSocial, signalboxOpenVideo } from './channels.ts'
import { signalboxListConnectors } from './connectors.ts'
import {
  signalboxDeleteConsentPolicy,
  signalboxGetConsentPolicy,
  signalboxListConsentPolicies,
  signalboxPutConsentPolicy,
} from './consent-policies.ts'
import {
  signalboxImportConsents,
  signalboxListConsentEntries,
  signalboxListConsents,
  signalboxRecordConsent,
} from './consents.ts'
import { signalboxListConversations } from './conversations.ts'
import {
  signalboxGetDelivery,
  signalboxGiveUpDelivery,
  signalboxListDeliveries,
  signalboxResendDelivery,
  signalboxResendMessage,
} from './deliveries.ts'
import {
  signalboxGetDesk,
  signalboxGetDeskConversation,
  signalboxListConversationMessages,
} from './desk.ts'
import { signalboxGetExchange, signalboxListExchanges } from './exchanges.ts'
import { signalboxGetFax, signalboxGetFaxSettings, signalboxSetFaxSettings } from './fax.ts'
import {
  signalboxApplyFlow,
  signalboxDeleteFlow,
  signalboxDryRunFlow,
  signalboxGetFlow,
  signalboxGetFlowRun,
  signalboxListFlows,
} from './flows.ts'
import {
  signalboxListHandsetMessages,
  signalboxReportHandsetMessage,
  signalboxSendHandsetMessage,
  signalboxSetHandsetCarrier,
} from './handset.ts'
import { signalboxGetMailboxMail, signalboxListMailbox } from './mailbox.ts'
import {
  signalboxCreateRelay,
  signalboxDeleteRelay,
  signalboxGetRelay,
  signalboxListRelays,
  signalboxUpdateRelay,
} from './relays.ts'
import { signalboxGetRequest, signalboxListRequests } from './requests.ts'
import {
  signalboxCreateSender,
  signalboxDeleteSender,
  signalboxGetSender,
  signalboxListSenders,
  signalboxUpdateSender,
} from './senders.ts'
import { signalboxGetStatus } from './status.ts'
import { signalboxGetMessageTimeline } from './timeline/get-timeline.ts'
import { signalboxIssueToken } from './tokens.ts'
import { signalboxExportToolCalls, signalboxListToolCalls } from './tool-calls.ts'
import {
  signalboxCreateToolPolicy,
  signalboxDeleteToolPolicy,
  signalboxListToolPolicies,
  signalboxUpdateToolPolicy,
} from './tool-policies.ts'
import { signalboxListTools } from './tools.ts'

/** Our own operations, beside those of the vendor's API: one that is not listed does not exist. */
export const signalboxOperations: readonly AnyOperation[] = [
  signalboxGetMessageTimeline,
  signalboxListConversations,
  signalboxListConversationMessages,
  signalboxGetDesk,
  signalboxGetDeskConversation,
  signalboxListDeliveries,
  signalboxGetDelivery,
  signalboxResendDelivery,
  signalboxResendMessage,
  signalboxGiveUpDelivery,
  signalboxListAccounts,
  signalboxGetAccount,
  signalboxCreateAccount,
  signalboxUpdateAccount,
  signalboxDeleteAccount,
  signalboxListConnectors,
  signalboxListConnections,
  signalboxOpenCobrowse,
  signalboxOpenSocial,
  signalboxOpenVideo,
  signalboxGetFaxSettings,
  signalboxSetFaxSettings,
  signalboxGetFax,
  signalboxListSenders,
  signalboxGetSender,
  signalboxCreateSender,
  signalboxUpdateSender,
  signalboxDeleteSender,
  signalboxListRelays,
  signalboxGetRelay,
  signalboxCreateRelay,
  signalboxUpdateRelay,
  signalboxDeleteRelay,
  signalboxGetStatus,
  signalboxListMailbox,
  signalboxGetMailboxMail,
  signalboxListExchanges,
  signalboxGetExchange,
  signalboxListRequests,
  signalboxGetRequest,
  signalboxListHandsetMessages,
  signalboxSendHandsetMessage,
  signalboxReportHandsetMessage,
  signalboxSetHandsetCarrier,
  signalboxIssueToken,
  signalboxListFlows,
  signalboxGetFlow,
  signalboxApplyFlow,
  signalboxDeleteFlow,
  signalboxDryRunFlow,
  signalboxGetFlowRun,
  signalboxListToolPolicies,
  signalboxCreateToolPolicy,
  signalboxUpdateToolPolicy,
  signalboxDeleteToolPolicy,
  signalboxListTools,
  signalboxListToolCalls,
  signalboxExportToolCalls,
  signalboxListConsents,
  signalboxListConsentEntries,
  signalboxRecordConsent,
  signalboxImportConsents,
  signalboxListConsentPolicies,
  signalboxGetConsentPolicy,
  signalboxPutConsentPolicy,
  signalboxDeleteConsentPolicy,
]
