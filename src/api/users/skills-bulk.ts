import Type from 'typebox'
import type { Context } from '../../context.ts'
import { assignAgent } from '../../messaging/assign.ts'
import type { User } from '../../store/records.ts'
import { pageWithin } from '../everything.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed } from '../record-change.ts'
import { Id, Listing, listing } from '../schema.ts'
import { presentSkills, UserSkill } from './routing-skills.ts'

const path = '/api/v2/users/{userId}/routingskills'
const Proficiency = Type.Number({ minimum: 0, maximum: 5 })
const writing = { scopes: ['users', 'routing'], permission: 'routing:skill:assign' } as const

type UserSkills = NonNullable<User['skills']>

export const putUserRoutingskill = operation({
  ...writing,
  id: 'putUserRoutingskill',
  method: 'PUT',
  path: `${path}/{skillId}`,
  summary: 'Says how well an agent can do something, or that he can.',
  input: {
    path: Type.Object({ userId: Id, skillId: Id }),
    body: Type.Object({ proficiency: Proficiency }),
  },
  reply: { status: 200, schema: UserSkill },
  async handle({ path: { userId, skillId: id }, body: { proficiency } }, context) {
    const skills = await setSkills(
      userId,
      (before) => merged(before, [{ id, proficiency }]),
      context,
    )
    return skills.find((skill) => skill.id === id)
  },
})

const bulk = {
  ...writing,
  path: `${path}/bulk`,
  input: {
    path: Type.Object({ userId: Id }),
    body: Type.Array(Type.Object({ id: Id, proficiency: Proficiency }), { maxItems: 500 }),
  },
  reply: { status: 200, schema: Listing(UserSkill) },
} as const

export const patchUserRoutingskillsBulk = operation({
  ...bulk,
  id: 'patchUserRoutingskillsBulk',
  method: 'PATCH',
  summary: 'Gives an agent several skills besides those that he has.',
  async handle({ path: { userId }, body }, context) {
    const skills = await setSkills(userId, (before) => merged(before, body), context)
    return listingOf(userId, skills)
  },
})

export const putUserRoutingskillsBulk = operation({
  ...bulk,
  id: 'putUserRoutingskillsBulk',
  method: 'PUT',
  summary: 'Gives an agent these skills and no others.',
  async handle({ path: { userId }, body }, context) {
    return listingOf(userId, await setSkills(userId, () => merged([], body), context))
  },
})

function merged(before: UserSkills, given: UserSkills): UserSkills {
  return [...new Map([...before, ...given].map((skill) => [skill.id, skill])).values()]
}

async function setSkills(
  userId: string,
  next: (before: UserSkills) => UserSkills,
  context: Context,
) {
  return context.store.transaction(async (store) => {
    const user = await findRecord(store, 'user', userId)
    const before = user.skills ?? []
    const skills = next(before)
    for (const { id } of skills) {
      if (!before.some((skill) => skill.id === id)) await findRecord(store, 'routingSkill', id)
    }
    const skilled = changed<User>(user, { skills }, context)
    await store.records.save('user', skilled)
    await assignAgent(store, userId, context.messaging)
    return presentSkills(store, skilled)
  })
}

function listingOf(userId: string, skills: Awaited<ReturnType<typeof presentSkills>>) {
  const page = { size: 500, number: 1 }
  const uri = `/api/v2/users/${userId}/routingskills`
  return listing(pageWithin(skills, page), page, uri, (skill) => skill)
}
