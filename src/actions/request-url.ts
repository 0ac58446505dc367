import type { Integration } from './action.ts'
import { ActionFailure } from './failure.ts'

/** Where a rendered URL leads. */
export interface ResolvedUrl {
  readonly url: string
  readonly explanations: readonly string[]
}

/**
 * Makes the address of a request from what `requestUrlTemplate` rendered to. Web-services actions name an
 * absolute https URL; product integrations a path that is put behind their account's host, so that no
 * credential of theirs can go anywhere else (Genesys Cloud, "Request configuration"). Nothing is escaped but
 * what no URL may hold. Throws `ActionFailure`.
 */
export function resolveUrl(
  rendered: string,
  integration: Integration,
  platformUrl: string,
): ResolvedUrl {
  const text = rendered.trim()
  if (/[\r\n\t]/.test(text)) {
    throw unusable(
      'The rendered URL has a line break or tab in it.',
      'Escape inputs with $esc.url or $esc.uriEncode.',
    )
  }
  if (/(^|\/)(\.|%2e){1,2}(\/|$)/i.test(text.split(/[?#]/)[0] ?? '')) {
    throw unusable(
      'The rendered URL has a step such as /../ in it, which could lead to another operation.',
      'Escape inputs in paths with $esc.uriEncode.',
    )
  }
  const isWeb = integration.type === 'custom-rest-actions'
  const absolute = isWeb ? text : below(text, integration, platformUrl)
  const url = URL.parse(absolute)
  if (url === null) {
    throw unusable(
      `The rendered URL is not a URL: ${text.slice(0, 300)}`,
      'A web-services action needs an absolute https URL.',
    )
  }
  const mayBePlain = !isWeb || integration.allowPlainHttp === true
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && mayBePlain)) {
    throw unusable(
      `The URL begins with ${url.protocol}// but must begin with https://.`,
      'Write an absolute https URL.',
    )
  }
  if (/[\s"<>\\^`{|}]/.test(text)) {
    return {
      url: url.href,
      explanations: [
        'The rendered URL holds characters that no URL may hold; they are escaped on the way. Escape inputs with $esc.url (query) or $esc.uriEncode (path) so that & ? # and / cannot change it either.',
      ],
    }
  }
  return { url: url.href, explanations: [] }
}

function below(path: string, integration: Integration, platformUrl: string): string {
  const base = integration.type === 'purecloud-data-actions' ? platformUrl : integration.baseUrl
  if (base === undefined) {
    throw unusable(
      `The integration "${integration.name}" has no base URL, so the path ${path.slice(0, 200)} leads nowhere.`,
      'Set the base URL of the account in the configuration of the integration.',
    )
  }
  if (!path.startsWith('/')) {
    throw unusable(
      `The rendered URL must be a path that begins with /: ${path.slice(0, 300)}`,
      'Actions of a product integration go to the account of the integration only.',
    )
  }
  return base.replace(/\/+$/, '') + path
}

function unusable(message: string, hint: string): ActionFailure {
  return new ActionFailure(message, { errorCode: 'ACTION.PROCESSING', hints: [hint] })
}
