import Type from 'typebox'
import { AppError } from '../../errors.ts'
import { connectorNamed, type Messaging } from '../../messaging/messaging.ts'
import type { Account } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'

/** The id of the account to fall back to; null takes it away. */
export const FallbackChange = Type.Optional(
  Type.Union([Type.String({ minLength: 1, maxLength: 200 }), Type.Null()]),
)

/**
 * The account with the change of its fallback. Two accounts may name each other. Throws `bad.request` unless both
 * carry SMS and they are two.
 */
export async function withFallback(
  store: Store,
  given: {
    readonly account: Account
    readonly change: { readonly fallbackAccountId?: string | null }
  },
  messaging: Messaging,
): Promise<Account> {
  const { account, change } = given
  if (change.fallbackAccountId === undefined) return account
  const { fallbackAccountId: _before, ...rest } = account
  if (change.fallbackAccountId === null) return rest
  const fallback = await store.records.get('account', change.fallbackAccountId)
  const carriesSms = ({ connector }: Account) =>
    connectorNamed(messaging, connector).carries === 'sms'
  if (
    fallback !== undefined &&
    fallback.id !== account.id &&
    [account, fallback].every(carriesSms)
  ) {
    return { ...rest, fallbackAccountId: fallback.id }
  }
  throw new AppError(
    'bad.request',
    'fallbackAccountId must be the id of another account that carries SMS, as this one does.',
    { details: [{ errorCode: 'bad.request', fieldName: 'fallbackAccountId' }] },
  )
}
