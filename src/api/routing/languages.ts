import Type from 'typebox'
import { isoTime } from '../../clock.ts'
import type { RoutingLanguage } from '../../store/records.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { newRecord } from '../record-change.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { requiredName } from './queue-body.ts'

const path = '/api/v2/routing/languages'
const byId = `${path}/{languageId}`
const readScopes = ['routing', 'routing:readonly'] as const

const Language = Type.Object({ id: Type.String(), name: Type.String(), state: Type.String() })

export const getRoutingLanguages = operation({
  id: 'getRoutingLanguages',
  method: 'GET',
  path,
  summary: 'Lists the languages by name.',
  scopes: readScopes,
  input: {
    query: Type.Object({
      ...Paging,
      name: Type.Optional(Type.String()),
      id: Type.Optional(Type.Array(Type.String())),
    }),
  },
  reply: { status: 200, schema: Listing(Language) },
  examples: [{ title: 'All languages', input: {} }],
  async handle({ query: { name, id: ids, ...paging } }, { store }) {
    const page = pageOf(paging)
    const filter = {
      ...(name === undefined ? {} : { name }),
      ...(ids === undefined ? {} : { ids }),
    }
    return listing(await store.records.list('routingLanguage', page, filter), page, path, present)
  },
})

export const getRoutingLanguage = operation({
  id: 'getRoutingLanguage',
  method: 'GET',
  path: byId,
  summary: 'Reads one language.',
  scopes: readScopes,
  input: { path: Type.Object({ languageId: Id }) },
  reply: { status: 200, schema: Language },
  async handle({ path }, { store }) {
    return present(await findRecord(store, 'routingLanguage', path.languageId))
  },
})

export const postRoutingLanguages = operation({
  id: 'postRoutingLanguages',
  method: 'POST',
  path,
  summary: 'Creates a language.',
  scopes: ['routing'],
  permission: 'routing:language:manage',
  input: { body: Type.Object({ name: Type.Optional(Type.String({ maxLength: 200 })) }) },
  reply: { status: 200, schema: Language },
  examples: [{ title: 'A language', input: { body: { name: 'German' } } }],
  async handle({ body }, context) {
    const language = newRecord(requiredName(body.name), context)
    await context.store.records.add('routingLanguage', language)
    return present(language)
  },
})

/** Users keep no trace of it; conversations that ask for it wait for nobody any more. */
export const deleteRoutingLanguage = operation({
  id: 'deleteRoutingLanguage',
  method: 'DELETE',
  path: byId,
  summary: 'Deletes a language.',
  scopes: ['routing'],
  permission: 'routing:language:manage',
  input: { path: Type.Object({ languageId: Id }) },
  reply: { status: 204 },
  async handle({ path: { languageId } }, { store }) {
    await findRecord(store, 'routingLanguage', languageId)
    await store.records.remove('routingLanguage', languageId)
  },
})

function present(language: RoutingLanguage) {
  return {
    id: language.id,
    name: language.name,
    dateModified: isoTime(language.modifiedMs),
    state: 'active',
    version: String(language.version),
    selfUri: `/api/v2/routing/languages/${language.id}`,
  }
}
