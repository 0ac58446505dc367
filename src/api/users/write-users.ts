import Type, { type Static } from 'typebox'
import type { Context } from '../../context.ts'
import { isEmailAddress } from '../../domain/email.ts'
import { AppError } from '../../errors.ts'
import { hashPassword, isPassword, passwordCharactersMax } from '../../passwords.ts'
import { permissionsOf } from '../../roles.ts'
import type { User } from '../../store/records.ts'
import { ConflictError, type Store } from '../../store/store.ts'
import { requireCovers } from '../authorization/grants.ts'
import { everything } from '../everything.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed, newRecord } from '../record-change.ts'
import { Id } from '../schema.ts'
import { changeRouting } from './availability.ts'
import { presentExpanded } from './present.ts'
import { UserSchema } from './schema.ts'

const path = '/api/v2/users'
const byId = `${path}/{userId}`
const UserPath = Type.Object({ userId: Id })
const Short = Type.Optional(Type.String({ maxLength: 200 }))
const Address = Type.Record(Type.String(), Type.Any())
const Password = Type.String({ minLength: 8, maxLength: passwordCharactersMax })
const State = Type.Enum(['active', 'inactive', 'deleted'])

const profile = {
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  email: Type.Optional(Type.String({ maxLength: 320 })),
  title: Short,
  department: Short,
  addresses: Type.Optional(Type.Array(Address, { maxItems: 20 })),
  state: Type.Optional(State),
}
const Profile = Type.Object(profile)

/** He may do nothing until he is granted a role. */
export const postUsers = operation({
  id: 'postUsers',
  method: 'POST',
  path,
  summary: 'Creates a user; what he may do comes from the roles that he is granted afterwards.',
  scopes: ['users'],
  permission: 'directory:user:add',
  input: {
    body: Type.Object({
      ...profile,
      name: Type.String({ minLength: 1, maxLength: 200 }),
      email: Type.String({ maxLength: 320 }),
      divisionId: Type.Optional(Type.String()),
      password: Type.Optional(Password),
    }),
  },
  reply: { status: 200, schema: UserSchema },
  examples: [
    {
      title: 'A new agent',
      input: { body: { name: 'Grace Agent', email: 'grace@example.com', title: 'Agent' } },
    },
  ],
  async handle({ body }, context) {
    const email = requireEmail(body.email)
    const passwordHash = body.password === undefined ? {} : await hashed(body.password)
    await claimEmail(email, context)
    return context.store.transaction(async (store) => {
      await requireFree(store, email)
      const user: User = {
        ...newRecord(body.name, context),
        state: 'active',
        permissions: [],
        ...fieldsOf(body),
        email,
        ...passwordHash,
      }
      await store.records.add('user', user)
      return presentExpanded(store, user)
    })
  },
})

/** The vendor wants the version that was read: an older one is a conflict. */
export const patchUser = operation({
  id: 'patchUser',
  method: 'PATCH',
  path: byId,
  summary: 'Changes a user; the version must be the one that was read last.',
  scopes: ['users'],
  permission: 'directory:user:edit',
  input: {
    path: UserPath,
    body: Type.Object({ ...profile, version: Type.Integer({ minimum: 1 }) }),
  },
  reply: { status: 200, schema: UserSchema },
  async handle({ path: { userId }, body }, context) {
    const email = body.email === undefined ? undefined : requireEmail(body.email)
    if (email !== undefined) await claimEmail(email, context)
    return context.store.transaction(async (store) => {
      const before = await findRecord(store, 'user', userId)
      requireVersion(before, body.version)
      await requireOver(before, context)
      if (email !== undefined && email !== before.email) await requireFree(store, email)
      const fields = { ...fieldsOf(body), ...(email === undefined ? {} : { email }) }
      const user = changed<User>(before, fields, context)
      await store.records.save('user', user)
      return presentExpanded(store, user)
    })
  },
})

/** He stays as a deleted one, so that what he did keeps its name. */
export const deleteUser = operation({
  id: 'deleteUser',
  method: 'DELETE',
  path: byId,
  summary: 'Deletes a user: he can no longer log in, and is in no queue any more.',
  scopes: ['users'],
  permission: 'directory:user:delete',
  input: { path: UserPath },
  reply: { status: 200, schema: Type.Object({}) },
  async handle({ path: { userId } }, context) {
    const { store, principal, messaging } = context
    await requireOver(await findRecord(store, 'user', userId), context)
    await store.transaction(async (store) => {
      const before = await findRecord(store, 'user', userId)
      await changeRouting(
        store,
        { userId, principal: deleting(principal), status: 'OFF_QUEUE' },
        messaging,
      )
      for (const queue of await everything(store, 'queue')) {
        const members = queue.members.filter((member) => member.userId !== userId)
        if (members.length === queue.members.length) continue
        await store.records.save('queue', changed(queue, { members }, context))
      }
      await store.records.save('user', changed<User>(before, { state: 'deleted' }, context))
    })
    return {}
  },
})

export const postUserPassword = operation({
  id: 'postUserPassword',
  method: 'POST',
  path: `${byId}/password`,
  summary: 'Sets the password of a user who may do no more than the caller.',
  scopes: ['users'],
  permission: 'directory:user:setPassword',
  input: { path: UserPath, body: Type.Object({ newPassword: Password }) },
  reply: { status: 204 },
  async handle({ path: { userId }, body }, context) {
    await requireOver(await findRecord(context.store, 'user', userId), context)
    const secret = await hashed(body.newPassword)
    await context.store.transaction(async (store) => {
      const before = await findRecord(store, 'user', userId)
      await store.records.save('user', changed<User>(before, secret, context))
    })
  },
})

export const postUsersMePassword = operation({
  id: 'postUsersMePassword',
  method: 'POST',
  path: `${path}/me/password`,
  summary: 'Changes the password of the user who is logged in.',
  scopes: ['users'],
  caller: 'user',
  input: {
    body: Type.Object({
      newPassword: Password,
      oldPassword: Type.String({ maxLength: passwordCharactersMax }),
    }),
  },
  reply: { status: 204 },
  async handle({ body }, context) {
    const userId = context.principal.userId ?? ''
    const { passwordHash } = await findRecord(context.store, 'user', userId)
    if (!(await isPassword(body.oldPassword, passwordHash))) {
      throw new AppError('bad.request', 'The old password is not right.', {
        details: [{ errorCode: 'bad.request', fieldName: 'oldPassword' }],
      })
    }
    const secret = await hashed(body.newPassword)
    await context.store.transaction(async (store) => {
      const before = await findRecord(store, 'user', userId)
      await store.records.save('user', changed<User>(before, secret, context))
    })
  },
})

async function hashed(password: string): Promise<Pick<User, 'passwordHash'>> {
  return { passwordHash: await hashPassword(password) }
}

/** The caller has the right to delete users, and so to end their work. */
function deleting(principal: Context['principal']): Context['principal'] {
  return { ...principal, permissions: ['directory:user:edit'] }
}

/** Nobody changes, deletes or lets himself in as somebody who may do more than he. */
async function requireOver(user: User, context: Context): Promise<void> {
  requireCovers(context, await permissionsOf(context.store, user))
}

/** The vendor's 409 for a change that was made to something that has changed meanwhile. */
function requireVersion(user: User, version: number): void {
  if (user.version === version) return
  throw new AppError(
    'conflict',
    'The user has version {current}, not {given}: read it again and repeat the change.',
    {
      params: { current: String(user.version), given: String(version) },
      details: [{ errorCode: 'conflict', fieldName: 'version', entityId: user.id }],
    },
  )
}

function requireEmail(text: string): string {
  const email = text.trim().toLowerCase()
  if (isEmailAddress(email)) return email
  throw new AppError('bad.request', '{email} is no e-mail address.', {
    params: { email: text },
    details: [{ errorCode: 'bad.request', fieldName: 'email' }],
  })
}

async function requireFree(store: Store, email: string): Promise<void> {
  if ((await store.records.byKey('user', email)) !== undefined) throw taken(email)
}

/** Addresses are unique on the whole server: people log in with nothing else. */
async function claimEmail(email: string, { database, store }: Context): Promise<void> {
  try {
    await database.addToDirectory('user-email', email, store.organizationId)
  } catch (error) {
    throw error instanceof ConflictError ? taken(email) : error
  }
}

function taken(email: string): AppError {
  return new AppError('conflict', 'There is a user with the e-mail address {email} already.', {
    params: { email },
    details: [{ errorCode: 'conflict', fieldName: 'email' }],
  })
}

function fieldsOf({ name, title, department, addresses, state }: Static<typeof Profile>) {
  return {
    ...(name === undefined ? {} : { name }),
    ...(title === undefined ? {} : { title }),
    ...(department === undefined ? {} : { department }),
    ...(addresses === undefined ? {} : { addresses }),
    ...(state === undefined ? {} : { state }),
  }
}
