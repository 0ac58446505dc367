import { createHmac, timingSafeEqual } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { ActionRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { FunctionZip, StoredFunction } from '../store/stored-function.ts'
import { standardZipLimits } from './functions/function-limits.ts'
import { readZip, ZipError } from './functions/package/zip.ts'

/** Refused uploads that a function remembers (vendor model `FunctionConfig`: the last ten). */
const refusedMax = 10

/** The address that a package is uploaded to, as its signature covers it. */
export interface UploadLink {
  readonly actionId: string
  readonly zipId: string
  /** Epoch milliseconds as a text. */
  readonly expires: string
}

/** Signs an upload address with the secret of its action. */
export function uploadSignature({ actionId, zipId, expires }: UploadLink, secret: string): Buffer {
  return createHmac('sha256', secret).update(`function|${actionId}|${zipId}|${expires}`).digest()
}

/** Finds the action that an upload address belongs to. `not.authorized` when it is not ours, was changed, or is over. */
export async function actionOfUpload(
  store: Store,
  link: UploadLink & { readonly signature: string },
  nowMs: number,
): Promise<ActionRecord> {
  const action = await store.records.get('action', link.actionId)
  const given = Buffer.from(link.signature, 'base64url')
  const wanted = uploadSignature(link, action?.secrets?.['upload'] ?? '')
  const isSigned = given.length === wanted.length && timingSafeEqual(given, wanted)
  if (action?.secrets?.['upload'] !== undefined && isSigned && Number(link.expires) > nowMs) {
    return action
  }
  throw new AppError(
    'not.authorized',
    'This address is over or was not made here: ask for another.',
  )
}

/**
 * Takes the bytes of a package: kept with its function, in one transaction, before the answer. A zip that cannot be
 * unpacked is not kept, and its function tells why. `conflict` when the upload is not awaited any more.
 */
export async function takeFunctionZip(
  store: Store,
  { actionId, zipId, bytes }: Pick<UploadLink, 'actionId' | 'zipId'> & { readonly bytes: Buffer },
  nowMs: number,
): Promise<FunctionZip> {
  const fault = await zipFault(bytes) // before the transaction, which awaits nothing but the store
  return store.transaction(async (store) => {
    const action = await store.records.get('action', actionId)
    const draft = action?.functions?.draft
    if (action === undefined || draft?.upload?.id !== zipId || draft.upload.status !== 'Pending') {
      throw new AppError('conflict', 'The package is not awaited: ask for another address.')
    }
    const zip: FunctionZip = { ...draft.upload, ...(fault ?? { status: 'Available' }) }
    if (fault === undefined) await store.media.putBytes(zipId, bytes)
    const { upload: _, ...kept } = draft
    const after: StoredFunction =
      fault === undefined
        ? { ...kept, zip }
        : { ...draft, upload: zip, refused: [zip, ...draft.refused].slice(0, refusedMax) }
    const functions = { ...action.functions, draft: after }
    const changed = { ...action, functions, version: action.version + 1, modifiedMs: nowMs }
    await store.records.save('action', changed)
    await dropZips(store, action, changed)
    return zip
  })
}

async function zipFault(
  bytes: Buffer,
): Promise<Pick<FunctionZip, 'status' | 'errorMessage'> | undefined> {
  try {
    let files = 0
    for await (const _ of readZip(bytes, standardZipLimits)) files += 1
    if (files > 0) return undefined
    return { status: 'InvalidFile', errorMessage: 'The zip holds no files.' }
  } catch (error) {
    if (!(error instanceof ZipError)) throw error
    const isZip = bytes.subarray(0, 2).toString('latin1') === 'PK'
    return { status: isZip ? 'InvalidFile' : 'InvalidFormat', errorMessage: error.message }
  }
}

/** Removes the bytes of packages that an action had and has no more. */
export async function dropZips(
  store: Store,
  before: ActionRecord,
  after?: ActionRecord,
): Promise<void> {
  const kept = zipIds(after)
  for (const id of zipIds(before)) {
    if (!kept.includes(id)) await store.media.putBytes(id, new Uint8Array())
  }
}

function zipIds(action: ActionRecord | undefined): readonly string[] {
  const { draft, published } = action?.functions ?? {}
  return [draft?.zip?.id, published?.zip?.id].filter((id) => id !== undefined)
}

/** Why the function of a draft cannot be published yet, in sentences; empty when it can. */
export function functionFaults(draft: StoredFunction | undefined, nowMs: number) {
  const faults: string[] = []
  if (draft?.settings === undefined) {
    faults.push('The function has no handler and runtime: set them with PUT …/draft/function.')
  }
  const { upload } = draft ?? {}
  if (upload?.status === 'Pending' && upload.expiresMs > nowMs) {
    faults.push('The package of the function is awaited: upload it, then publish.')
  } else if (draft?.zip === undefined) {
    faults.push('The function has no package: upload a zip with its code.')
  }
  return faults
}
