/** The words of RFC 6749 (sections 4.1.2.1 and 5.2), RFC 7591 and RFC 8707 for what is wrong with a request. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'invalid_target'
  | 'invalid_redirect_uri'
  | 'invalid_client_metadata'

/** A refusal of the login side, which has a body of its own and not the vendor's `ErrorBody`. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError'
  readonly code: OAuthErrorCode

  constructor(code: OAuthErrorCode, message: string) {
    super(message)
    this.code = code
  }

  /** The body of `POST /oauth/token` on failure, as observed from the vendor: the sentence stands in it twice. */
  get body(): {
    readonly error: OAuthErrorCode
    readonly description: string
    readonly error_description: string
  } {
    return { error: this.code, description: this.message, error_description: this.message }
  }
}
