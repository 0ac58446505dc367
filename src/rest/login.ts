import type { FastifyInstance } from 'fastify'
import { addOAuth, type LoginDoor } from './oauth.ts'
import { addRegistration, type ClientDoor, UnknownClients } from './oauth-clients.ts'
import { addOAuthMetadata } from './oauth-metadata.ts'

/** What the login side and the ways to it need of the server. */
export interface LoginSide extends ClientDoor, Pick<LoginDoor, 'addresses'> {
  /** Whether clients may make themselves known. */
  readonly registration: boolean
}

/** Serves the login side, and what leads clients to it. */
export function addLogin(app: FastifyInstance, side: LoginSide): void {
  const { database, outside, addresses, registration } = side
  addOAuthMetadata(app, { publicUrl: () => addresses().publicUrl, registration })
  const unknownClients = new UnknownClients(side)
  if (registration) addRegistration(app, unknownClients)
  addOAuth(app, {
    database,
    outside,
    addresses,
    ...(registration ? { unknownClients } : {}),
  })
}
