import Type from 'typebox'
import { notFound } from '../not-found.ts'
import { type AnyOperation, operation, scopesOf } from '../operation.ts'
import { Id } from '../schema.ts'

const path = '/api/v2/oauth/scopes'
const readScopes = ['oauth', 'oauth:readonly']
const Scope = Type.Object({ id: Type.String(), description: Type.String(), selfUri: Type.String() })

/** The operations that tell which OAuth scopes there are: those that the given operations ask for. */
export function scopeOperations(served: readonly AnyOperation[]): readonly AnyOperation[] {
  const needed = (scope: string) => served.filter((one) => scopesOf(one).includes(scope))
  const ids = [...new Set(served.flatMap(scopesOf))].toSorted()
  const present = (id: string) => ({
    id,
    description: `Lets a user's token be used for ${needed(id).length} operations of this server.`,
    selfUri: `${path}/${id}`,
  })
  return [
    operation({
      id: 'getOauthScopes',
      method: 'GET',
      path,
      scopes: readScopes,
      summary: 'Lists the OAuth scopes that operations of this server ask for.',
      reply: {
        status: 200,
        schema: Type.Object({
          total: Type.Integer(),
          entities: Type.Array(Scope),
          selfUri: Type.String(),
        }),
      },
      examples: [{ title: 'All scopes', input: {} }],
      async handle() {
        return { total: ids.length, entities: ids.map(present), selfUri: path }
      },
    }),
    operation({
      id: 'getOauthScope',
      method: 'GET',
      path: `${path}/{scopeId}`,
      scopes: readScopes,
      summary: 'Reads one OAuth scope.',
      input: { path: Type.Object({ scopeId: Id }) },
      reply: { status: 200, schema: Scope },
      examples: [{ title: 'Conversations', input: { path: { scopeId: 'conversations' } } }],
      async handle({ path: { scopeId } }) {
        if (!ids.includes(scopeId)) throw notFound('OAuth scope', scopeId)
        return present(scopeId)
      },
    }),
  ]
}
