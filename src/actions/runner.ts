import type { Store } from '../store/store.ts'
import type { ActionSubject } from './action.ts'
import type { ActionCall, ActionResult } from './outcome.ts'

/** Runs data actions for the API: what the engine needs of the world is already in it. */
export interface ActionRunner {
  /**
   * Runs an action for the organization of the store, whose OAuth clients sign in platform actions. Never
   * throws for what the action, its input or its service do: the result tells it.
   */
  run(subject: ActionSubject, call: ActionCall, store: Store): Promise<ActionResult>
}
