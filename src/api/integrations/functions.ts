import Type from 'typebox'
import { functionFaults, uploadSignature } from '../../actions/function-package.ts'
import { isoTime } from '../../clock.ts'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import type { ActionRecord } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import type { FunctionSettings, StoredFunction } from '../../store/stored-function.ts'
import { findRecord, notFound } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed } from '../record-change.ts'
import { Id } from '../schema.ts'
import { readScopes, writeScopes } from './access.ts'
import { runtimeOf, runtimes } from './function-runtimes.ts'
import { type ActionState, actionsPath } from './present-action.ts'

const Place = Type.Object({ actionId: Id })
const FunctionConfig = Type.Object({
  id: Type.String(),
  function: Type.Optional(Type.Object({ name: Type.String(), handler: Type.String() })),
  zip: Type.Optional(Type.Object({ id: Type.String(), status: Type.String() })),
  uploadExceptionHistory: Type.Array(Type.Object({ id: Type.String(), status: Type.String() })),
  selfUri: Type.String(),
})

export const getIntegrationsActionsFunctionsRuntimes = operation({
  id: 'getIntegrationsActionsFunctionsRuntimes',
  method: 'GET',
  path: `${actionsPath}/functions/runtimes`,
  summary: "Lists the runtimes that functions can ask for. All of them are this server's own Node.",
  scopes: readScopes,
  permission: 'integrations:actionFunction:view',
  reply: {
    status: 200,
    schema: Type.Array(Type.Object({ name: Type.String(), status: Type.String() })),
  },
  examples: [{ title: 'All runtimes', input: {} }],
  handle: async () => runtimes,
})

export const getIntegrationsActionFunction = operation({
  id: 'getIntegrationsActionFunction',
  method: 'GET',
  path: `${actionsPath}/{actionId}/function`,
  summary: 'Reads the function that a published action runs. Its code is never given back.',
  scopes: readScopes,
  permission: 'integrations:actionFunction:view',
  input: { path: Place },
  reply: { status: 200, schema: FunctionConfig },
  async handle({ path: { actionId } }, { store }) {
    return presentFunction(await findRecord(store, 'action', actionId), 'published')
  },
})

export const getIntegrationsActionDraftFunction = operation({
  id: 'getIntegrationsActionDraftFunction',
  method: 'GET',
  path: `${actionsPath}/{actionId}/draft/function`,
  summary: 'Reads the function of a draft, with what became of its uploads.',
  scopes: readScopes,
  permission: 'integrations:actionFunction:view',
  input: { path: Place },
  reply: { status: 200, schema: FunctionConfig },
  async handle({ path: { actionId } }, { store }) {
    return presentFunction(await findRecord(store, 'action', actionId), 'draft')
  },
})

export const putIntegrationsActionDraftFunction = operation({
  id: 'putIntegrationsActionDraftFunction',
  method: 'PUT',
  path: `${actionsPath}/{actionId}/draft/function`,
  summary: 'Says how the package of a draft is called: handler, runtime and time-out.',
  scopes: writeScopes,
  permission: 'integrations:actionFunction:edit',
  input: {
    path: Place,
    body: Type.Object({
      description: Type.String({ maxLength: 255 }),
      handler: Type.String({ maxLength: 512, pattern: '^[^./\\\\][^\\\\]*\\.[A-Za-z_$][\\w$.]*$' }),
      runtime: Type.String(),
      timeoutSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 15 })),
    }),
  },
  reply: { status: 200, schema: FunctionConfig },
  async handle({ path: { actionId }, body }, context) {
    const { description, handler, timeoutSeconds = 15 } = body
    const runtime = runtimeOf(body.runtime)
    const createdMs = context.outside.clock.now()
    const settings: FunctionSettings = { description, handler, runtime, timeoutSeconds, createdMs }
    const action = await changeFunction(actionId, (before) => ({ ...before, settings }), context)
    return presentFunction(action, 'draft')
  },
})

export const postIntegrationsActionDraftFunctionUpload = operation({
  id: 'postIntegrationsActionDraftFunctionUpload',
  method: 'POST',
  path: `${actionsPath}/{actionId}/draft/function/upload`,
  summary:
    'Gives the address that the zip of a function is put to, with the headers to send. The address is its own ' +
    'credential, good for one zip and for a time.',
  scopes: writeScopes,
  permission: 'integrations:actionFunction:edit',
  input: {
    path: Place,
    body: Type.Object({
      fileName: Type.String({ minLength: 1, maxLength: 255, pattern: "^[A-Za-z0-9+_.'()-]+$" }),
      signedUrlTimeoutSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 604_800 })),
    }),
  },
  reply: {
    status: 200,
    schema: Type.Object({
      url: Type.String(),
      headers: Type.Record(Type.String(), Type.String()),
      signedUrlTimeoutSeconds: Type.Integer(),
    }),
  },
  async handle({ path: { actionId }, body }, context) {
    const { fileName, signedUrlTimeoutSeconds = 900 } = body
    const { outside, contextId: requestId, principal, publicUrl } = context
    const createdMs = outside.clock.now()
    const expiresMs = createdMs + signedUrlTimeoutSeconds * 1000
    const upload = {
      ...{ id: outside.ids.uuid(), fileName, createdMs, expiresMs, requestId },
      status: 'Pending' as const,
    }
    const action = await changeFunction(actionId, (before) => ({ ...before, upload }), context)
    const link = { actionId, zipId: upload.id, expires: String(expiresMs) }
    const signature = uploadSignature(link, action.secrets?.['upload'] ?? '').toString('base64url')
    const place = `${principal.organizationId}/${encodeURIComponent(actionId)}/${upload.id}`
    return {
      url: `${publicUrl}/functions/${place}?expires=${link.expires}&signature=${signature}`,
      headers: {
        'x-amz-meta-correlationid': requestId,
        'x-amz-meta-filename': fileName,
        'x-amz-meta-functionid': actionId,
        'x-amz-meta-organizationid': principal.organizationId,
        'x-amz-tagging': `organizationid=${principal.organizationId}`,
      },
      signedUrlTimeoutSeconds,
    }
  },
})

/** Changes the function of a draft; the draft's own version counts it, as the vendor's does. */
function changeFunction(
  actionId: string,
  change: (before: StoredFunction) => StoredFunction,
  context: Context,
): Promise<ActionRecord> {
  return context.store.transaction(async (store) => {
    const before = await findRecord(store, 'action', actionId)
    const { draft } = before
    if (draft === undefined) throw notFound('draft', actionId)
    await requireFunctions(store, before)
    const functions = {
      ...before.functions,
      draft: change(before.functions?.draft ?? { refused: [] }),
    }
    const secrets = { upload: context.outside.ids.secret(32), ...before.secrets }
    const counted = { ...draft, version: draft.version + 1 }
    const action = changed<ActionRecord>(before, { functions, secrets, draft: counted }, context)
    await store.records.save('action', action)
    return action
  })
}

async function requireFunctions(store: Store, action: ActionRecord): Promise<void> {
  const { integrationType } = await findRecord(store, 'integration', action.integrationId)
  if (integrationType === 'function-data-actions' && action.script === undefined) return
  throw new AppError(
    'bad.request',
    'Only actions of an integration of the type function-data-actions have a function with a package.',
  )
}

/** Refuses to publish an action whose function is not whole: the vendor's 400 with `ACTION.PROCESSING`. */
export function requireFunction(action: ActionRecord, integrationType: string, nowMs: number) {
  if (integrationType !== 'function-data-actions' || action.script !== undefined) return
  const faults = functionFaults(action.functions?.draft, nowMs)
  if (faults.length === 0) return
  throw new AppError('bad.request', faults.join(' '), {
    details: faults.map(() => ({ errorCode: 'ACTION.PROCESSING', fieldName: 'function' })),
  })
}

/** The vendor's `FunctionConfig`. */
function presentFunction(action: ActionRecord, state: ActionState) {
  if (action[state] === undefined) throw notFound(state === 'draft' ? 'draft' : 'action', action.id)
  const { settings, zip, upload, refused = [] } = action.functions?.[state] ?? {}
  const latest = upload ?? zip
  return {
    id: action.id,
    ...(settings === undefined ? {} : { function: presentSettings(action.id, settings, zip?.id) }),
    ...(latest === undefined ? {} : { zip: presentZip(latest) }),
    uploadExceptionHistory: refused.map(presentZip),
    selfUri: `${actionsPath}/${action.id}${state === 'draft' ? '/draft' : ''}/function`,
  }
}

function presentSettings(actionId: string, settings: FunctionSettings, zipId: string | undefined) {
  const { createdMs, ...rest } = settings
  return {
    id: actionId,
    name: actionId,
    ...rest,
    dateCreated: isoTime(createdMs),
    ...(zipId === undefined ? {} : { zipId }),
  }
}

function presentZip(zip: NonNullable<StoredFunction['zip']>) {
  const { id, fileName, status, createdMs, requestId, errorMessage } = zip
  return {
    ...{ id, name: fileName, status, dateCreated: isoTime(createdMs), requestId },
    ...(errorMessage === undefined ? {} : { errorMessage }),
  }
}
