import type { ResponseMapping } from './response.ts'

/** The HTTP methods that an action's `requestType` may name (Genesys Cloud, "Request configuration"). */
export const requestTypes = ['GET', 'PUT', 'POST', 'PATCH', 'DELETE'] as const

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: these are references of the template language
/** What an action sends that names no body of its own: the inputs as they came. GET sends no body at all. */
export const standardRequestTemplate = '${input.rawRequest}'

/** What an action gives back that names nothing else: the reply's body. */
export const standardSuccessTemplate = '${rawResult}'
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: these are references of the template language

export type RequestType = (typeof requestTypes)[number]

/** A JSON schema of draft 4 as plain JSON: what the vendor's contracts are written in. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** `config.request` of an action: what is sent. URL, header values and body are Velocity templates. */
export interface ActionRequest {
  /** Absent in exports of function actions, where the service owns it. */
  readonly requestUrlTemplate?: string
  readonly requestType: RequestType
  readonly headers: Readonly<Record<string, string>>
  readonly requestTemplate: string
}

/** `config.response` of an action: how a reply becomes the result. */
export interface ActionResponse extends ResponseMapping {
  readonly successTemplate: string
}

/** Our own extension to an action's config: sends again when the service asks for patience. */
export interface ActionRetry {
  /** Sends after the first, 1 to 5. */
  readonly countMax: number
  /** Pause before the first repeat; each further one doubles it. `Retry-After` counts when longer. */
  readonly delayMs: number
  /** Statuses that are tried again: 429, 502, 503 and 504 unless given. */
  readonly statuses?: readonly number[]
}

/** `config` of an action. */
export interface ActionConfig {
  /** 1 to 60, for the whole execution; 60 where absent. Refused for custom-auth actions. */
  readonly timeoutSeconds?: number
  readonly request: ActionRequest
  readonly response: ActionResponse
  /** Absent: nothing is sent twice, as with the vendor. */
  readonly retry?: ActionRetry
}

/** `contract` of an action: what flows hand in and what they get back. */
export interface ActionContract {
  readonly inputSchema: JsonSchema
  readonly successSchema: JsonSchema
  readonly errorSchema?: JsonSchema
}

/**
 * Who made the action: `custom` an administrator, `static` the product (read-only), `customAuth` the
 * integration for itself (runs before the others, gives them `authResponse`, is never executed alone).
 */
export type ActionKind = 'custom' | 'static' | 'customAuth'

/** Everything that a draft and a published action each have their own of. */
export interface ActionDefinition {
  readonly name: string
  /** The label that flows group actions under; usually the integration's name. */
  readonly category?: string
  readonly contract: ActionContract
  readonly config: ActionConfig
  /** True: callable where secure data is allowed, and inputs are masked in transcripts. */
  readonly secure: boolean
  /** The text of the file that it was imported from: export keeps its unknown members and their order. */
  readonly source?: string
}

/** A definition with the number that optimistic locking compares. */
export interface ActionRevision {
  readonly version: number
  readonly definition: ActionDefinition
}

/**
 * A data action as it is kept. Draft and published share the id; one that was never published has a draft
 * only. Ids are `custom_-_<uuid>`, `static_-_<slug>` and `customAuth_-_<integrationId>`.
 */
export interface DataAction {
  readonly id: string
  readonly kind: ActionKind
  readonly integrationId: string
  readonly published?: ActionRevision
  readonly draft?: ActionRevision
}

/** Integration types whose ids are known from the vendor's exports. */
export const integrationTypes = [
  'purecloud-data-actions',
  'custom-rest-actions',
  'function-data-actions',
  'aws-lambda-data-actions',
  'salesforce-datadip',
  'microsoft-dynamics-data-actions',
  'zendesk-data-actions',
] as const

export type IntegrationType = (typeof integrationTypes)[number]

/** Certificates of one integration, each in PEM: who is trusted, and who we are. */
export interface IntegrationTls {
  /** Authorities that are trusted instead of the public ones. */
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

/** What the engine needs of an integration. */
export interface Integration {
  readonly id: string
  readonly name: string
  readonly type: IntegrationType
  /** Counts changes of the configuration; tokens of an older one are not used. */
  readonly version: number
  readonly enabled: boolean
  /**
   * Where relative URLs of product integrations lead (Salesforce, Dynamics, Zendesk), or the endpoint of a
   * Lambda service. The platform's own comes from the caller.
   */
  readonly baseUrl?: string
  /** Lets plain http be called; the vendor wants https, laboratories often have none. */
  readonly allowPlainHttp?: boolean
  readonly tls?: IntegrationTls
}

/** Credential types. All but `oauthClientCredentials` are the vendor's. */
export const credentialTypes = [
  'pureCloudOAuthClient',
  'basicAuth',
  'userDefined',
  'userDefinedOAuth',
  'oauthClientCredentials',
  'salesforce',
  'msDynamics',
] as const

/** Our own credential type for TLS: `certificate` and `privateKey` in PEM, in the slot of the same name. */
export const certificateType = 'clientCertificate'

export type CredentialType = (typeof credentialTypes)[number]

/** A credential with its secrets in clear: lives in memory only while an action runs. */
export interface Credential {
  readonly id: string
  readonly type: CredentialType
  /** Counts changes; tokens got with an older one are not used. */
  readonly version: number
  readonly fields: Readonly<Record<string, string>>
}

/** An action with all that belongs to it, ready to be run. */
export interface ActionSubject {
  readonly id: string
  readonly kind: ActionKind
  readonly definition: ActionDefinition
  readonly integration: Integration
  readonly credential?: Credential
  /** The integration's custom-auth action; needed where the credential is `userDefinedOAuth`. */
  readonly authAction?: ActionDefinition
}
