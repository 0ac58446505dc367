import type { Context } from '../../context.ts'
import type { Store } from '../../store/store.ts'
import type { ServiceBody, ShownService } from './service-body.ts'

/** What a face is given beside the store of its transaction. */
export type FaceGround = Pick<Context, 'messaging' | 'outside'>

/** One service of Digital Channels: another view of the accounts that the message path uses. */
export interface ServiceFace {
  readonly name: string
  /** Undefined where the service was not created. */
  read(store: Store): Promise<ShownService | undefined>
  write(store: Store, body: ServiceBody, ground: FaceGround): Promise<void>
  remove(store: Store, ground: FaceGround): Promise<void>
}
