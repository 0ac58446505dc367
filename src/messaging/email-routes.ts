import { domainOf, type EmailAddress, sameAddressForm } from '../domain/email.ts'
import { AppError } from '../errors.ts'
import type { Account, EmailRoute } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { Messaging } from './messaging.ts'

/** The id of the account that leads to the embedded mailbox; made when the first mail is to leave through it. */
export const mailboxAccountId = 'mailbox'

/** The route that takes mail for an address: its own, or else the one of its domain for all others (`*`). */
export async function routeOf(store: Store, address: string): Promise<EmailRoute | undefined> {
  const form = sameAddressForm(address)
  const own = await store.records.knownByKey('emailRoute', form)
  return own ?? (await store.records.knownByKey('emailRoute', `*@${domainOf(form)}`))
}

/** The address of a route; a route for all addresses sends as its `fromEmail`, or as `noreply`. */
export function addressOf(route: EmailRoute): EmailAddress {
  const local = route.pattern === '*' ? 'noreply' : route.pattern
  return {
    email: route.fromEmail ?? `${local}@${route.domainId}`,
    ...(route.fromName === '' ? {} : { name: route.fromName }),
  }
}

/** Whom mail of a conversation comes from: our end of it, under the name of its route. */
export async function ourAddress(store: Store, platformAddress: string): Promise<EmailAddress> {
  const route = await routeOf(store, platformAddress)
  if (route === undefined || route.pattern === '*') return { email: platformAddress }
  return addressOf(route)
}

/**
 * The account that mail from an address leaves through. `email.error.domain.not.verified` when the domain is none
 * of ours: we may send only as ourselves.
 */
export async function accountFor(
  store: Store,
  from: string,
  messaging: Messaging,
): Promise<Account> {
  const domain = await store.records.get('emailDomain', domainOf(from))
  if (domain === undefined) {
    throw new AppError(
      'email.error.domain.not.verified',
      'There is no e-mail domain {domain}: mail can be sent only from domains that are set up (POST /api/v2/routing/email/domains).',
      {
        params: { domain: domainOf(from) },
        details: [{ errorCode: 'email.error.domain.not.verified', fieldName: 'from' }],
      },
    )
  }
  const account = await store.records.get('account', domain.accountId ?? mailboxAccountId)
  if (account !== undefined) return account
  const made = newMailboxAccount(messaging)
  const there = await store.records.get('account', made.id)
  if (there === undefined) await store.records.add('account', made)
  return made
}

function newMailboxAccount({ outside }: Messaging): Account {
  const nowMs = outside.clock.now()
  return {
    id: mailboxAccountId,
    name: 'Embedded mailbox',
    connector: 'capture',
    settings: {},
    uncertain: 'resend',
    allowPrivateNetwork: false,
    version: 1,
    createdMs: nowMs,
    modifiedMs: nowMs,
  }
}
