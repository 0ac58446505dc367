import { AppError } from '../../errors.ts'

/** The vendor's optimistic locking: 409 unless the change was made from the current version. */
export function requireVersion(current: number, given: number): void {
  if (given === current) return
  throw new AppError(
    'conflict',
    'The version {given} does not match the current version {current}: read it again, then change that.',
    {
      params: { given: String(given), current: String(current) },
      details: [{ errorCode: 'conflict', fieldName: 'version' }],
    },
  )
}
