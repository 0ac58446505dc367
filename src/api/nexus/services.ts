import Type from 'typebox'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import type { Store } from '../../store/store.ts'
import { operation } from '../operation.ts'
import { WrittenReply } from '../written-reply.ts'
import { CcidPath, checkCcid } from './contact-center.ts'
import { Envelope, succeeded } from './envelope.ts'
import { ServiceBody, type ShownService } from './service-body.ts'
import type { ServiceFace } from './service-face.ts'
import { serviceFaces } from './service-faces.ts'

const path = '/nexus/v3/provisioning/services/{ccid}'
const one = Type.Object({ ...CcidPath, service: Type.String({ maxLength: 100 }) })

const ServiceSchema = Type.Object({
  service: Type.String(),
  url: Type.Optional(Type.String()),
  data: Type.Record(Type.String(), Type.Unknown()),
})

export const nexusListServices = operation({
  id: 'nexusListServices',
  method: 'GET',
  path,
  summary: 'Lists the services of a contact center that were created, without their secrets.',
  permission: 'nexus:provisioning:view',
  input: { path: Type.Object(CcidPath) },
  reply: { status: 200, schema: Envelope(Type.Array(ServiceSchema)) },
  async handle({ path: { ccid } }, context) {
    checkCcid(ccid, context)
    const found = []
    for (const face of serviceFaces) {
      const shown = await face.read(context.store)
      if (shown !== undefined) found.push(present(face, shown))
    }
    return succeeded(found, context)
  },
})

export const nexusGetService = operation({
  id: 'nexusGetService',
  method: 'GET',
  path: `${path}/{service}`,
  summary: 'Reads one service of a contact center, without its secrets.',
  permission: 'nexus:provisioning:view',
  input: { path: one },
  reply: { status: 200, schema: Envelope(ServiceSchema) },
  async handle({ path: { ccid, service } }, context) {
    checkCcid(ccid, context)
    const face = faceOf(service)
    return succeeded(present(face, await existing(context.store, face)), context)
  },
})

export const nexusCreateService = operation({
  id: 'nexusCreateService',
  method: 'POST',
  path: `${path}/{service}`,
  summary:
    'Creates a service of a contact center, or replaces it (200): secrets are kept encrypted and never shown.',
  permission: 'nexus:provisioning:edit',
  input: { path: one, body: ServiceBody },
  reply: { status: 201, schema: Envelope(ServiceSchema) },
  async handle({ path: { ccid, service }, body }, context) {
    checkCcid(ccid, context)
    const face = faceOf(service)
    const written = await write(context, face, body)
    const reply = succeeded(present(face, written.shown), context)
    return written.isNew ? reply : new WrittenReply(JSON.stringify(reply), { status: 200 })
  },
})

export const nexusReplaceService = operation({
  id: 'nexusReplaceService',
  method: 'PUT',
  path: `${path}/{service}`,
  summary: 'Replaces a service of a contact center; secrets that are left out stay as they are.',
  permission: 'nexus:provisioning:edit',
  input: { path: one, body: ServiceBody },
  reply: { status: 200, schema: Envelope(ServiceSchema) },
  async handle({ path: { ccid, service }, body }, context) {
    checkCcid(ccid, context)
    const face = faceOf(service)
    await existing(context.store, face)
    const { shown } = await write(context, face, body)
    return succeeded(present(face, shown), context)
  },
})

export const nexusDeleteService = operation({
  id: 'nexusDeleteService',
  method: 'DELETE',
  path: `${path}/{service}`,
  summary: 'Removes a service of a contact center that no sender ID uses any more.',
  permission: 'nexus:provisioning:edit',
  input: { path: one },
  reply: { status: 204 },
  async handle({ path: { ccid, service } }, context) {
    checkCcid(ccid, context)
    const face = faceOf(service)
    await context.store.transaction(async (store) => {
      await existing(store, face)
      await face.remove(store, context)
    })
  },
})

function faceOf(service: string): ServiceFace {
  const face = serviceFaces.find(({ name }) => name === service)
  if (face !== undefined) return face
  throw new AppError('not.found', 'There is no service {service}. There are: {names}.', {
    params: { service, names: serviceFaces.map(({ name }) => name).join(', ') },
    details: [{ errorCode: 'not.found', fieldName: 'service' }],
  })
}

async function existing(store: Store, face: ServiceFace): Promise<ShownService> {
  const shown = await face.read(store)
  if (shown !== undefined) return shown
  throw new AppError('not.found', 'The service {service} was not created: POST it first.', {
    params: { service: face.name },
    details: [{ errorCode: 'not.found', fieldName: 'service' }],
  })
}

async function write(context: Context, face: ServiceFace, body: ServiceBody) {
  return context.store.transaction(async (store) => {
    const before = await face.read(store)
    await face.write(store, body, context)
    return { isNew: before === undefined, shown: await existing(store, face) }
  })
}

function present({ name }: ServiceFace, { url, data }: ShownService) {
  return { service: name, ...(url === undefined ? {} : { url }), data: { ...data } }
}
