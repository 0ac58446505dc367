import Type from 'typebox'
import { isoTime } from '../../clock.ts'
import type { RoutingSkill } from '../../store/records.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed, newRecord } from '../record-change.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { requiredName } from './queue-body.ts'

const path = '/api/v2/routing/skills'
const byId = `${path}/{skillId}`
const readScopes = ['routing', 'routing:readonly'] as const

const Skill = Type.Object({ id: Type.String(), name: Type.String(), state: Type.String() })

export const getRoutingSkills = operation({
  id: 'getRoutingSkills',
  method: 'GET',
  path,
  summary: 'Lists the skills by name.',
  scopes: readScopes,
  input: {
    query: Type.Object({
      ...Paging,
      name: Type.Optional(Type.String()),
      id: Type.Optional(Type.Array(Type.String())),
    }),
  },
  reply: { status: 200, schema: Listing(Skill) },
  examples: [{ title: 'All skills', input: {} }],
  async handle({ query: { name, id: ids, ...paging } }, { store }) {
    const page = pageOf(paging)
    const filter = {
      ...(name === undefined ? {} : { name }),
      ...(ids === undefined ? {} : { ids }),
    }
    return listing(await store.records.list('routingSkill', page, filter), page, path, present)
  },
})

export const getRoutingSkill = operation({
  id: 'getRoutingSkill',
  method: 'GET',
  path: byId,
  summary: 'Reads one skill.',
  scopes: readScopes,
  input: { path: Type.Object({ skillId: Id }) },
  reply: { status: 200, schema: Skill },
  async handle({ path }, { store }) {
    return present(await findRecord(store, 'routingSkill', path.skillId))
  },
})

export const postRoutingSkills = operation({
  id: 'postRoutingSkills',
  method: 'POST',
  path,
  summary: 'Creates a skill.',
  scopes: ['routing'],
  permission: 'routing:skill:manage',
  input: { body: Type.Object({ name: Type.Optional(Type.String({ maxLength: 200 })) }) },
  reply: { status: 200, schema: Skill },
  examples: [{ title: 'A language', input: { body: { name: 'German' } } }],
  async handle({ body }, context) {
    const skill = newRecord(requiredName(body.name), context)
    await context.store.records.add('routingSkill', skill)
    return present(skill)
  },
})

export const patchRoutingSkill = operation({
  id: 'patchRoutingSkill',
  method: 'PATCH',
  path: byId,
  summary: 'Renames a skill.',
  scopes: ['routing'],
  permission: 'routing:skill:manage',
  input: {
    path: Type.Object({ skillId: Id }),
    body: Type.Object({ name: Type.Optional(Type.String({ maxLength: 200 })) }),
  },
  reply: { status: 200, schema: Skill },
  async handle({ path, body }, context) {
    return context.store.transaction(async (store) => {
      const before = await findRecord(store, 'routingSkill', path.skillId)
      const skill = changed(before, { name: requiredName(body.name) }, context)
      await store.records.save('routingSkill', skill)
      return present(skill)
    })
  },
})

/** Users keep no trace of it; conversations that ask for it wait for nobody any more. */
export const deleteRoutingSkill = operation({
  id: 'deleteRoutingSkill',
  method: 'DELETE',
  path: byId,
  summary: 'Deletes a skill.',
  scopes: ['routing'],
  permission: 'routing:skill:manage',
  input: { path: Type.Object({ skillId: Id }) },
  reply: { status: 204 },
  async handle({ path: { skillId } }, { store }) {
    await findRecord(store, 'routingSkill', skillId)
    await store.records.remove('routingSkill', skillId)
  },
})

function present(skill: RoutingSkill) {
  return {
    id: skill.id,
    name: skill.name,
    dateModified: isoTime(skill.modifiedMs),
    state: 'active',
    version: String(skill.version),
    selfUri: `/api/v2/routing/skills/${skill.id}`,
  }
}
