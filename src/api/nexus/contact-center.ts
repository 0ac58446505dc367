import Type from 'typebox'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'

/** The path parameter that names a contact centre. */
export const CcidPath = { ccid: Type.String({ minLength: 1, maxLength: 100 }) }

/** Refuses a path that names another contact centre than the caller's: the organization's id is its ccid. */
export function checkCcid(ccid: string, { store }: Pick<Context, 'store'>): void {
  if (ccid === store.organizationId) return
  throw new AppError(
    'not.authorized',
    'The contact center in the path is not the one of the call: write the same id in both, the path and x-ccid.',
    { details: [{ errorCode: 'not.authorized', fieldName: 'ccid' }] },
  )
}
