import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { selfRegisteredScopes } from '../api/oauth/self-registered.ts'
import { AppError } from '../errors.ts'
import { baseUrlFor, endpointPaths, type KnownNames } from '../mcp/addresses.ts'

/** What the metadata needs to know. */
export interface MetadataDoor {
  readonly names: () => KnownNames
  /** Whether clients may register themselves. */
  readonly registration: boolean
}

const resourcePath = '/.well-known/oauth-protected-resource'
const serverPath = '/.well-known/oauth-authorization-server'

/**
 * Serves what clients find their way by: the metadata of the tools as protected resources (RFC 9728), at the root and
 * at the exact path of each endpoint, and of the login side as their authorization server (RFC 8414).
 */
export function addOAuthMetadata(app: FastifyInstance, door: MetadataDoor): void {
  app.get(resourcePath, (request, reply) => show(reply, resource(door, request, endpointPaths[0])))
  app.get(`${resourcePath}/*`, (request, reply) => {
    const path = request.url.slice(resourcePath.length).split('?')[0] ?? ''
    if (!endpointPaths.some((one) => path === one || path.startsWith(`${one}/`)))
      throw new AppError('not.found', 'There is no protected resource at {path}.', {
        params: { path },
      })
    return show(reply, resource(door, request, path))
  })
  const server = (request: FastifyRequest, reply: FastifyReply) =>
    show(reply, authorizationServer(door, request))
  app.get(serverPath, server)
  app.get('/.well-known/openid-configuration', server)
}

/** `resource` says exactly what the caller typed, or clients refuse it. */
function resource(door: MetadataDoor, request: FastifyRequest, path: string) {
  const base = baseUrlFor(request.headers.host, door.names())
  return {
    resource: `${base}${path}`,
    authorization_servers: [base],
    scopes_supported: selfRegisteredScopes,
    bearer_methods_supported: ['header'],
    resource_name: 'signalbox conversations',
  }
}

function authorizationServer(door: MetadataDoor, request: FastifyRequest) {
  const issuer = baseUrlFor(request.headers.host, door.names())
  return {
    issuer,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    ...(door.registration
      ? {
          registration_endpoint: `${issuer}/oauth/register`,
          client_id_metadata_document_supported: true,
        }
      : {}),
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
    authorization_response_iss_parameter_supported: true,
    scopes_supported: selfRegisteredScopes,
  }
}

function show(reply: FastifyReply, document: object): FastifyReply {
  return reply
    .header('Cache-Control', 'public, max-age=300')
    .header('Access-Control-Allow-Origin', '*')
    .type('application/json')
    .send(JSON.stringify(document))
}
