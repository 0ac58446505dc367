import Type from 'typebox'
import type { User } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { pageWithin } from '../everything.ts'
import { findRecord, notFound } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed } from '../record-change.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'

const path = '/api/v2/users/{userId}/routinglanguages'
const UserPath = Type.Object({ userId: Id })
const Proficiency = Type.Number({ minimum: 0, maximum: 5 })

const UserLanguage = Type.Object({
  id: Type.String(),
  name: Type.String(),
  proficiency: Type.Number(),
})

export const getUserRoutinglanguages = operation({
  id: 'getUserRoutinglanguages',
  method: 'GET',
  path,
  summary: 'Lists what an agent speaks.',
  scopes: ['users', 'users:readonly', 'routing', 'routing:readonly'],
  input: { path: UserPath, query: Type.Object(Paging) },
  reply: { status: 200, schema: Listing(UserLanguage) },
  async handle({ path: { userId }, query }, { store }) {
    const languages = await presentLanguages(store, await findRecord(store, 'user', userId))
    const page = pageOf(query)
    const uri = `/api/v2/users/${userId}/routinglanguages`
    return listing(pageWithin(languages, page), page, uri, (language) => language)
  },
})

/** Kept for whoever reads it; routing asks for skills only. */
export const postUserRoutinglanguages = operation({
  id: 'postUserRoutinglanguages',
  method: 'POST',
  path,
  summary: 'Says that an agent speaks a language.',
  scopes: ['users', 'routing'],
  permission: 'routing:language:assign',
  input: { path: UserPath, body: Type.Object({ id: Id, proficiency: Proficiency }) },
  reply: { status: 200, schema: UserLanguage },
  async handle({ path: { userId }, body: { id, proficiency } }, context) {
    return context.store.transaction(async (store) => {
      const user = await findRecord(store, 'user', userId)
      await findRecord(store, 'routingLanguage', id)
      const others = (user.languages ?? []).filter((language) => language.id !== id)
      const languages = [...others, { id, proficiency }]
      const speaking = changed<User>(user, { languages }, context)
      await store.records.save('user', speaking)
      const language = (await presentLanguages(store, speaking)).find((one) => one.id === id)
      if (language === undefined) throw notFound('language', id)
      return language
    })
  },
})

export const deleteUserRoutinglanguage = operation({
  id: 'deleteUserRoutinglanguage',
  method: 'DELETE',
  path: `${path}/{languageId}`,
  summary: 'Says that an agent does not speak a language any more.',
  scopes: ['users', 'routing'],
  permission: 'routing:language:assign',
  input: { path: Type.Object({ userId: Id, languageId: Id }) },
  reply: { status: 204 },
  async handle({ path: { userId, languageId } }, context) {
    await context.store.transaction(async (store) => {
      const user = await findRecord(store, 'user', userId)
      const languages = (user.languages ?? []).filter(({ id }) => id !== languageId)
      if (languages.length === (user.languages ?? []).length) throw notFound('language', languageId)
      await store.records.save('user', changed<User>(user, { languages }, context))
    })
  },
})

/** Languages that have been deleted are left out. */
async function presentLanguages(store: Store, user: User) {
  const all = []
  for (const { id, proficiency } of user.languages ?? []) {
    const language = await store.records.get('routingLanguage', id)
    if (language === undefined) continue
    all.push({
      id,
      name: language.name,
      proficiency,
      state: 'active',
      languageUri: `/api/v2/routing/languages/${id}`,
      selfUri: `/api/v2/users/${user.id}/routinglanguages/${id}`,
    })
  }
  return all
}
