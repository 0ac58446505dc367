/** A page of the workbench, and the permission that shows it. */
export interface WorkbenchPage {
  readonly path: string
  readonly title: string
  readonly group: string
  readonly permission: string
}

/** The pages of the workbench in the order of its menu. */
export const workbenchPages: readonly WorkbenchPage[] = [
  { path: 'health', title: 'Health', group: 'Server', permission: 'signalbox:status:view' },
]
