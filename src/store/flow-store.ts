import type { FlowState } from '../domain/flow.ts'

/** One conversation's run of a routing application. */
export interface FlowRun {
  readonly conversationId: string
  readonly flowId: string
  /** The version of the flow that the run began with. */
  readonly flowVersion: number
  /** The flow's participant in the conversation. */
  readonly participantId: string
  readonly state: FlowState
  /** The steps taken so far, the last of them. */
  readonly path: readonly string[]
  /** What went wrong, where something did. */
  readonly problem?: string
  /** Grows with every change, from 1. */
  readonly version: number
}

/** Runs of routing applications. */
export interface FlowRuns {
  get(conversationId: string): Promise<FlowRun | undefined>
  /** Adds version 1 or replaces version n−1 by n; `ConflictError` when another came first. */
  save(run: FlowRun): Promise<void>
  remove(conversationId: string): Promise<void>
}
