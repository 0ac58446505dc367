import { createContext, useContext } from 'react'
import { grants } from '../../src/principal.ts'
import { api } from './api.ts'
import type { DeskState } from './desk/desk-state.ts'
import type { UserView } from './wire.ts'

/** The user who is signed in, and what he may do. */
export interface Me {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly organization: string
  readonly organizationId: string
  can(permission: string): boolean
}

/** Reads who is signed in. */
export async function readMe(): Promise<Me> {
  const [user, organization] = await Promise.all([
    api<UserView>('GET', '/api/v2/users/me', { query: { expand: 'authorization' } }),
    api<{ id: string; name: string }>('GET', '/api/v2/organizations/me'),
  ])
  const permissions = user.authorization?.permissions ?? []
  return {
    id: user.id,
    name: user.name,
    email: user.email ?? '',
    organization: organization.name,
    organizationId: organization.id,
    can: (permission) => grants(permissions, permission),
  }
}

/** What every view can reach. */
export interface Around {
  readonly me: Me
  readonly desk: DeskState
}

export const AroundContext = createContext<Around | undefined>(undefined)

export function useAround(): Around {
  const around = useContext(AroundContext)
  if (around === undefined) throw new Error('This view is drawn outside the signed-in part.')
  return around
}

/** In one word what the user is here for, by what he may do. */
export function roleOf(me: Me): 'Administrator' | 'Supervisor' | 'Agent' {
  if (me.can('signalbox:accounts:edit')) return 'Administrator'
  if (me.can('routing:queue:edit') || me.can('signalbox:messages:view')) return 'Supervisor'
  return 'Agent'
}
