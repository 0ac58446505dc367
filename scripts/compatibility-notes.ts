/** What an operation does otherwise than the vendor's, and what of it nobody has documented. */
export interface CompatibilityNote {
  readonly differs?: string
  readonly guess?: string
}

const wrapupMissing: CompatibilityNote = {
  guess: '404 where there is no wrap-up yet.',
}
const normalized: CompatibilityNote = {
  differs:
    'Carries the members dropped in 2026 too (`textBody`, `media`), for clients of either age; `useNormalizedMessage=true` leaves them out.',
}
const divisionView: CompatibilityNote = {
  differs: 'There is one division, so this is the plain list.',
}

/** By operation id; an operation without a note does what the vendor documents, as far as we know. */
export const compatibilityNotes: Readonly<Record<string, CompatibilityNote>> = {
  getConversationsMessageDetails: normalized,
  getConversationsMessageMessage: normalized,
  postConversationsMessageCommunicationMessages: {
    differs: 'Goes out through the delivery queue.',
    guess:
      'A template’s place without value and default is a 400. By SMS only a template’s text goes. Cards of `carouselParameters` count from 0, and go out as `template.carousel`.',
  },
  postConversationsMessageCommunicationMessagesMediaUploads: {
    differs: 'The address is on this server; bytes are kept in the database.',
    guess: 'The address is good for 15 minutes, a link in a sent message for 7 days.',
  },
  postConversationsMessageCommunicationSocialmediaMessages: {
    differs: 'There are no public posts here: it answers a message of the conversation.',
  },
  postConversationsMessageCommunicationTyping: {
    differs: 'Passed on where the messaging setting enables it; 12 a minute and conversation.',
  },
  postConversationsMessageInboundOpenMessage: {
    differs:
      'Goes to the recipient’s flow, which is a routing application of this server, or else to its queue.',
  },
  postConversationsMessageParticipantReplace: {
    guess:
      'An address is the e-mail address of a user. An unanswered transfer to a user goes back to the giver’s queue. Guess: one that is declined is `Failed` among the recent transfers.',
  },
  postConversationsMessages: {
    guess: '409 where a conversation with the address is open, or inside the threading window.',
  },
  postConversationsMessagesAgentless: normalized,
  getConversationsMessageParticipantWrapup: wrapupMissing,
  getConversationsMessageParticipantCommunicationWrapup: wrapupMissing,
  getConversationsEmailParticipantWrapup: wrapupMissing,
  getConversationsEmailParticipantCommunicationWrapup: wrapupMissing,
  getConversationsSocialParticipantCommunicationWrapup: wrapupMissing,
  getConversationsVideoParticipantCommunicationWrapup: wrapupMissing,
  postConversationsEmails: {
    differs: '`flowId` is a routing application of this server, whose root is `inboundEmail`.',
  },
  postConversationsEmailInboundmessages: {
    differs: '`flowId` is a routing application of this server, whose root is `inboundEmail`.',
  },
  postConversationsEmailsAgentless: {
    differs: 'Leaves through the domain’s SMTP account, or into the mailbox in the box.',
  },
  getConversationsCobrowsesession: {
    differs: 'Sessions are created by `POST /api/signalbox/conversations/cobrowsesessions`.',
    guess: 'Nobody controls another’s page: `controlling` is empty.',
  },
  getConversationsCobrowsesessions: {
    differs: 'Sessions are created by `POST /api/signalbox/conversations/cobrowsesessions`.',
  },
  postConversationsSocialParticipantCommunicationWrapup: {
    differs: 'Social posts come in by `POST /api/signalbox/conversations/socials`.',
  },
  postConversationsVideoParticipantCommunicationWrapup: {
    differs: 'Video conversations begin by `POST /api/signalbox/conversations/videos`.',
  },
  postConversationsVideosMeetings: {
    guess: 'An ephemeral id lives a day unless days are asked for, another one always.',
  },
  getConversationsVideosMeeting: { guess: '404 when the id’s time is over.' },
  postConversationsFaxes: {
    differs: 'The document is stored here and sent through a fax account, or a loopback line.',
    guess: '`id` and `selfUri` are the conversation’s; limits are those of attachments.',
  },
  getConversationsInternalmessages: {
    differs: 'Only consults between two users are known.',
  },
  getConversationsMessagesCachedmedia: {
    differs:
      'Copies of files that providers and gateways brought; `url` is `genesys://nexus/…`. Links elsewhere are passed on, not copied.',
  },
  postConversationsMessageCommunicationMessagesMedia: {
    differs: 'The address is on this server.',
    guess: 'The file is posted as a form, or as bare bytes.',
  },
  deleteConversationsMessagingSettingsDefault: {
    differs: 'Puts it back to typing off in both directions.',
  },
  getAuthorizationDivisions: { differs: 'There is one division, the home division.' },
  getAuthorizationRoles: {
    differs: 'Two default roles, `admin` and `agent`; the vendor has dozens.',
  },
  postAuthorizationRoles: {
    differs: 'Conditions of policies are not kept. Nobody can pass on more than he may do himself.',
  },
  postAuthorizationSubjectDivisionRole: {
    differs: 'Nobody can grant more than he may do himself.',
  },
  postUsers: {
    differs: 'No invitation is sent; a user without a role may do nothing.',
    guess: 'E-mail addresses are unique on the whole server.',
  },
  deleteUser: { guess: 'Answers 200 with an empty object.' },
  postUsersSearch: {
    differs:
      'Searches id, name, e-mail address, title, department and state; groups of criteria are not known.',
  },
  postOauthClients: {
    differs: 'Grants CODE and CLIENT-CREDENTIALS only; the secret is told once.',
  },
  getOauthScopes: { differs: 'Lists the scopes that operations of this server ask for.' },
  getOrganizationsLimitsNamespace: {
    differs: 'Five namespaces; keys that begin with `signalbox.` are ours.',
  },
  getRoutingQueuesDivisionviews: divisionView,
  getRoutingWrapupcodesDivisionviews: divisionView,
  postUserRoutinglanguages: { differs: 'Kept, and not asked for by routing.' },
  putRoutingMessageRecipient: {
    differs:
      '`flow` is a routing application of this server; `queue`, which is ours, is where messages go without one.',
  },
  postRoutingEmailDomainRoutes: {
    differs: '`flow` is a routing application of this server, whose root is `inboundEmail`.',
  },
  putRoutingEmailDomainRoute: {
    differs: '`flow` is a routing application of this server, whose root is `inboundEmail`.',
  },
  getFlows: {
    differs:
      'The routing applications of this server, of type INBOUNDSHORTMESSAGE or INBOUNDEMAIL; filters by id, name and type.',
  },
  postOutboundCallabletimesets: {
    guess: 'A contact whose time zone is not in the set is skipped. Day 1 is Monday.',
  },
  postOutboundContactlistfilters: {
    differs: 'Of contact lists only, not of templates of them.',
    guess: 'Texts are compared without case. A number that is missing passes no comparison.',
  },
  postOutboundMessagingcampaigns: {
    differs: 'SMS only. `ruleSets` and `dncLists` that are not empty answer 501.',
  },
  getFlow: { differs: 'Applied by `POST /api/signalbox/flows`; what is applied is published.' },
}
