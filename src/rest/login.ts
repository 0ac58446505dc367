import type { FastifyInstance } from 'fastify'
import { addOAuth } from './oauth.ts'
import { addRegistration, type ClientDoor, UnknownClients } from './oauth-clients.ts'
import { addOAuthMetadata } from './oauth-metadata.ts'

/** What the login side and the ways to it need of the server. */
export interface LoginSide extends ClientDoor {
  addresses(): { readonly publicUrl: string }
  /** Further names that this server goes by. */
  readonly hosts: readonly string[]
  /** Whether clients may make themselves known. */
  readonly registration: boolean
}

/** Serves the login side, and what leads clients to it. */
export function addLogin(app: FastifyInstance, side: LoginSide): void {
  const { database, outside, addresses, hosts, registration } = side
  const names = () => ({ publicUrl: addresses().publicUrl, hosts })
  addOAuthMetadata(app, { names, registration })
  const unknownClients = new UnknownClients(side)
  if (registration) addRegistration(app, unknownClients)
  addOAuth(app, {
    database,
    outside,
    names,
    ...(registration ? { unknownClients } : {}),
  })
}
