/** What a cobrowse conversation is about: a customer's page that an agent looks at (vendor model `Cobrowsesession`). */
export interface CobrowseSession {
  readonly sessionId: string
  /** Where the agent sees the page. */
  readonly viewerUrl?: string
}

/** What a social conversation is about: somebody's post (vendor model `SocialExpression`). */
export interface SocialPost {
  /** The post's id on its network. */
  readonly mediaId: string
  /** The network, such as `twitter`. */
  readonly hub: string
  readonly userName: string
  readonly previewText: string
}

/** What a video conversation is held in. */
export interface VideoConference {
  readonly conferenceId: string
}

/** What an internal message is about: one user asks another beside a conversation with a customer. */
export interface InternalConsult {
  readonly aboutConversationId: string
  readonly sourceUserId: string
  readonly targetUserId: string
}

/** What a fax conversation carries. The document is among the uploaded files. */
export interface FaxJob {
  readonly documentId: string
  readonly contentType: string
  readonly coverSheet?: { readonly notes?: string; readonly locale?: string }
  readonly timeZoneOffsetMinutes?: number
}

/** What conversations of the smaller media know beside their participants: at most one of these. */
export interface ChannelFacts {
  readonly cobrowse?: CobrowseSession
  readonly social?: SocialPost
  readonly video?: VideoConference
  readonly internal?: InternalConsult
  readonly fax?: FaxJob
}
