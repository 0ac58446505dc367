import type { Outside } from './context.ts'
import type { Database } from './store/store.ts'
export interface FirstStart {
  readonly organizationId: string
}
export async function firstStart(
  _database: Database,
  _given: { readonly outside: Outside; readonly dataDir: string; readonly ownUrl: string },
): Promise<FirstStart | undefined> {
  return undefined
}
