import { isoTime } from '../../clock.ts'
import type { Organization, User } from '../../store/records.ts'
import type { AgentState, Store } from '../../store/store.ts'
import { presentAuthorization } from '../authorization/grants.ts'
import { findRecord } from '../not-found.ts'
import { presentHomeDivision, presentOrganization } from '../organizations/present.ts'
import { availabilityOf } from './availability.ts'

/** Members of a user that are left out unless `expand` names them. */
interface Expansion {
  readonly agent?: AgentState
  readonly organization?: Organization
  readonly authorization?: Awaited<ReturnType<typeof presentAuthorization>>
}

/** Reads what `expand` asks for of one user. Names that are not served are passed over, as the vendor does. */
export async function presentExpanded(
  store: Store,
  user: User,
  expand: readonly string[] = [],
): Promise<ReturnType<typeof presentUser>> {
  const wantsAgent = expand.includes('presence') || expand.includes('routingStatus')
  const agent = wantsAgent ? await availabilityOf(store, user.id) : undefined
  const organization = expand.includes('organization')
    ? await findRecord(store, 'organization', store.organizationId)
    : undefined
  const presented = presentUser(user, store.organizationId, {
    ...(agent === undefined ? {} : { agent }),
    ...(organization === undefined ? {} : { organization }),
    ...(expand.includes('authorization')
      ? { authorization: await presentAuthorization(store, user) }
      : {}),
  })
  return presented
}

function presentUser(user: User, organizationId: string, expansion: Expansion) {
  const { agent, organization } = expansion
  return {
    id: user.id,
    name: user.name,
    division: presentHomeDivision(organizationId),
    email: user.email,
    username: user.email,
    primaryContactInfo: [{ address: user.email, mediaType: 'EMAIL', type: 'PRIMARY' }],
    addresses: user.addresses ?? [],
    ...(user.title === undefined ? {} : { title: user.title }),
    ...(user.department === undefined ? {} : { department: user.department }),
    state: user.state,
    version: user.version,
    ...(agent === undefined
      ? {}
      : { presence: presentPresence(agent), routingStatus: presentRouting(agent) }),
    ...(organization === undefined ? {} : { organization: presentOrganization(organization) }),
    ...(expansion.authorization === undefined ? {} : { authorization: expansion.authorization }),
    acdAutoAnswer: false,
    selfUri: `/api/v2/users/${user.id}`,
  }
}

/** The vendor's `RoutingStatus`. */
export function presentRouting({ userId, routingStatus, routingSinceMs }: AgentState) {
  return { userId, status: routingStatus, startTime: isoTime(routingSinceMs) }
}

/** The vendor's `UserPresence`, of the only source that there is. */
export function presentPresence({ userId, presence, presenceSinceMs }: AgentState) {
  return {
    id: userId,
    source: 'PURECLOUD',
    primary: true,
    presenceDefinition: {
      id: presence,
      systemPresence: presence,
      selfUri: `/api/v2/presencedefinitions/${presence}`,
    },
    message: '',
    modifiedDate: isoTime(presenceSinceMs),
    selfUri: `/api/v2/users/${userId}/presences/PURECLOUD`,
  }
}
