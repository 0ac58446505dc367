import Type from 'typebox'
import { AppError } from '../../errors.ts'
import type { OpenIntegration } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { findSetting } from './setting.ts'
import { findProfile } from './supported-content-profile.ts'

const Ref = Type.Object({ id: Type.String() })

const optional = {
  webhookHeaders: Type.Optional(
    Type.Record(Type.String(), Type.String({ maxLength: 4096, pattern: '^[^\\r\\n\\0]*$' })),
  ),
  supportedContent: Type.Optional(Ref),
  messagingSetting: Type.Optional(Ref),
}
const Name = Type.String({ minLength: 1, maxLength: 256 })
const Url = Type.String({ minLength: 1, maxLength: 2048 })
/** Longer than 15 characters: the vendor's rule. */
const Secret = Type.String({ minLength: 16, maxLength: 1024 })

/** The vendor's `OpenIntegrationRequest`. */
export const IntegrationCreation = Type.Object({
  name: Name,
  outboundNotificationWebhookUrl: Url,
  outboundNotificationWebhookSignatureSecretToken: Secret,
  ...optional,
})

/** The vendor's `OpenIntegrationUpdateRequest`: the name is wanted again, the rest stays where it is left out. */
export const IntegrationUpdate = Type.Object({
  name: Name,
  outboundNotificationWebhookUrl: Type.Optional(Url),
  outboundNotificationWebhookSignatureSecretToken: Type.Optional(Secret),
  ...optional,
})

/** Those members as they come. */
export interface IntegrationBody {
  readonly name: string
  readonly outboundNotificationWebhookUrl?: string
  readonly outboundNotificationWebhookSignatureSecretToken?: string
  readonly webhookHeaders?: Readonly<Record<string, string>>
  readonly supportedContent?: { readonly id: string }
  readonly messagingSetting?: { readonly id: string }
}

/** What the body says about the record, checked; `bad.request` names the member that is wrong. */
export async function integrationFields(
  store: Store,
  body: IntegrationBody,
): Promise<Partial<OpenIntegration> & { readonly name: string }> {
  const { outboundNotificationWebhookUrl: url, webhookHeaders } = body
  const secret = body.outboundNotificationWebhookSignatureSecretToken
  if (url !== undefined) checkUrl(url)
  for (const name of Object.keys(webhookHeaders ?? {})) checkHeaderName(name)
  await checkReferences(store, body)
  return {
    name: body.name,
    ...(url === undefined ? {} : { webhookUrl: url }),
    ...(secret === undefined ? {} : { secrets: { token: secret } }),
    ...(webhookHeaders === undefined ? {} : { webhookHeaders }),
    ...(body.supportedContent === undefined
      ? {}
      : { supportedContentId: body.supportedContent.id }),
    ...(body.messagingSetting === undefined
      ? {}
      : { messagingSettingId: body.messagingSetting.id }),
  }
}

/** The vendor wants HTTPS on port 443; a server of one's own also posts inside the house, so only the form is checked. */
function checkUrl(url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  const fits =
    parsed !== undefined &&
    ['http:', 'https:'].includes(parsed.protocol) &&
    parsed.username === '' &&
    parsed.password === ''
  if (!fits) {
    throw refusal(
      'outboundNotificationWebhookUrl',
      'The webhook URL must be an https:// or http:// address without a user name in it.',
    )
  }
}

function checkHeaderName(name: string): void {
  if (/^[\w!#$%&'*+.^`|~-]{1,256}$/.test(name)) return
  throw refusal('webhookHeaders', 'A name in webhookHeaders is not a valid HTTP header name.')
}

async function checkReferences(store: Store, body: IntegrationBody): Promise<void> {
  const { supportedContent, messagingSetting } = body
  if (supportedContent !== undefined) {
    await referred('supportedContent.id', findProfile(store, supportedContent.id))
  }
  if (messagingSetting !== undefined) {
    await referred('messagingSetting.id', findSetting(store, messagingSetting.id))
  }
}

/** A reference to what is not there is the body's fault. */
async function referred(fieldName: string, found: Promise<unknown>): Promise<void> {
  try {
    await found
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause
    throw refusal(fieldName, cause.message)
  }
}

function refusal(fieldName: string, message: string): AppError {
  return new AppError('bad.request', message, {
    details: [{ errorCode: 'bad.request', fieldName }],
  })
}
