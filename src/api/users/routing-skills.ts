import Type from 'typebox'
import { assignAgent } from '../../messaging/assign.ts'
import type { User } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { pageWithin } from '../everything.ts'
import { findRecord, notFound } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed } from '../record-change.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'

const path = '/api/v2/users/{userId}/routingskills'

/** The vendor's `UserRoutingSkill`. */
export const UserSkill = Type.Object({
  id: Type.String(),
  name: Type.String(),
  proficiency: Type.Number(),
})

export const getUserRoutingskills = operation({
  id: 'getUserRoutingskills',
  method: 'GET',
  path,
  summary: 'Lists what an agent can do.',
  scopes: ['users', 'users:readonly', 'routing', 'routing:readonly'],
  input: { path: Type.Object({ userId: Id }), query: Type.Object(Paging) },
  reply: { status: 200, schema: Listing(UserSkill) },
  async handle({ path: { userId }, query }, { store }) {
    const skills = await presentSkills(store, await findRecord(store, 'user', userId))
    const page = pageOf(query)
    const uri = `/api/v2/users/${userId}/routingskills`
    return listing(pageWithin(skills, page), page, uri, (skill) => skill)
  },
})

export const postUserRoutingskills = operation({
  id: 'postUserRoutingskills',
  method: 'POST',
  path,
  summary: 'Gives an agent a skill; conversations that wait for it come to him.',
  scopes: ['users', 'routing'],
  permission: 'routing:skill:assign',
  input: {
    path: Type.Object({ userId: Id }),
    body: Type.Object({ id: Type.String(), proficiency: Type.Number({ minimum: 0, maximum: 5 }) }),
  },
  reply: { status: 200, schema: UserSkill },
  async handle({ path: { userId }, body: { id, proficiency } }, context) {
    return context.store.transaction(async (store) => {
      const user = await findRecord(store, 'user', userId)
      await findRecord(store, 'routingSkill', id)
      const others = (user.skills ?? []).filter((skill) => skill.id !== id)
      const skilled = changed(user, { skills: [...others, { id, proficiency }] }, context)
      await store.records.save('user', skilled)
      await assignAgent(store, userId, context.messaging)
      const skill = (await presentSkills(store, skilled)).find((one) => one.id === id)
      if (skill === undefined) throw notFound('skill', id)
      return skill
    })
  },
})

export const deleteUserRoutingskill = operation({
  id: 'deleteUserRoutingskill',
  method: 'DELETE',
  path: `${path}/{skillId}`,
  summary: 'Takes a skill from an agent.',
  scopes: ['users', 'routing'],
  permission: 'routing:skill:assign',
  input: { path: Type.Object({ userId: Id, skillId: Id }) },
  reply: { status: 204 },
  async handle({ path: { userId, skillId } }, context) {
    await context.store.transaction(async (store) => {
      const user = await findRecord(store, 'user', userId)
      const skills = (user.skills ?? []).filter(({ id }) => id !== skillId)
      if (skills.length === (user.skills ?? []).length) throw notFound('skill', skillId)
      await store.records.save('user', changed(user, { skills }, context))
    })
  },
})

/** What an agent can do, in the vendor's form. Skills that have been deleted are left out. */
export async function presentSkills(store: Store, user: User) {
  const all = []
  for (const { id, proficiency } of user.skills ?? []) {
    const skill = await store.records.get('routingSkill', id)
    if (skill === undefined) continue
    all.push({
      id,
      name: skill.name,
      proficiency,
      state: 'active',
      skillUri: `/api/v2/routing/skills/${id}`,
      selfUri: `/api/v2/users/${user.id}/routingskills/${id}`,
    })
  }
  return all
}
