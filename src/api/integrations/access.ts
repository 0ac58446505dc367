/** OAuth scopes of the vendor's integrations API. */
export const writeScopes = ['integrations'] as const
export const readScopes = ['integrations', 'integrations:readonly'] as const

/** Who may see data actions; `bridge` is the vendor's older name. */
export const viewActions = { any: ['integrations:action:view', 'bridge:actions:view'] } as const

/** Who may run published data actions. */
export const executeActions = {
  any: ['integrations:action:execute', 'bridge:actions:execute'],
} as const
