import type { ActionRunner } from './runner.ts'

/** For tests that run no data actions: fails the one that does. */
export const noRunner: ActionRunner = {
  run: () => Promise.reject(new Error('This test runs no data actions.')),
}
