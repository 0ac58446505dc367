import type { ToolPolicy, ToolRule } from '../store/tool-policy.ts'
import type { ToolSpec } from './catalog/tool-spec.ts'

/** The operator's word for calls that no policy speaks of. */
export type WriteDefault = 'careful' | 'allow' | 'confirm' | 'deny'

/** What of a call the policies look at. */
export interface Asking {
  readonly connectionId: string
  readonly clientId: string
  readonly userId?: string | undefined
}

/** What all policies that fit say together: the strictest of each. */
export interface Rights {
  readonly rule: ToolRule
  /** Why not, where the rule is `deny`. */
  readonly reason: string
  readonly withoutElicitation: 'token' | 'refuse'
  readonly maskPersonalData: boolean
  readonly plainText: boolean
  readonly keepPayload: boolean
  readonly callsPerMinute: number
  readonly writesPerMinute: number
  /** Each of these lists holds by itself. */
  readonly conversationIds: readonly (readonly string[])[]
  readonly queueIds: readonly (readonly string[])[]
}

const callsPerMinute = 1200
const writesPerMinute = 240
const strictness: readonly ToolRule[] = ['allow', 'confirm', 'deny']

/** Rights by what was asked, for each list of policies: a list is another one once a policy has changed. */
const known = new WeakMap<readonly ToolPolicy[], Map<string, Rights>>()
const knownMax = 5000

/** The same as `rightsOf`, remembered for as long as the list of policies is the same. */
export function knownRights(
  tool: ToolSpec,
  policies: readonly ToolPolicy[],
  asking: Asking & { readonly writes: WriteDefault },
): Rights {
  let ofList = known.get(policies)
  if (ofList === undefined || ofList.size >= knownMax) {
    ofList = new Map()
    known.set(policies, ofList)
  }
  const { connectionId, clientId, userId = '', writes } = asking
  const key = `${tool.name} ${connectionId} ${clientId} ${userId} ${writes}`
  const found = ofList.get(key)
  if (found !== undefined) return found
  const rights = rightsOf(tool, policies, asking)
  ofList.set(key, rights)
  return rights
}

/** Brings the policies that fit a call together. Pure: the same policies and call give the same rights. */
export function rightsOf(
  tool: ToolSpec,
  policies: readonly ToolPolicy[],
  asking: Asking & { readonly writes: WriteDefault },
): Rights {
  const fitting = policies.filter((policy) => fits(policy, asking))
  const said = fitting.flatMap((policy) => ruleIn(policy, tool) ?? [])
  const barred = fitting.find((policy) => bars(policy, tool))
  const rule = barred === undefined ? strictest(said, defaultRule(tool, asking.writes)) : 'deny'
  const reason =
    barred === undefined
      ? `A policy denies ${tool.name}.`
      : `The policy ${JSON.stringify(barred.name)} leaves ${tool.name} out.`
  return {
    rule,
    reason,
    withoutElicitation: fitting.some((policy) => policy.withoutElicitation === 'refuse')
      ? 'refuse'
      : 'token',
    maskPersonalData: fitting.some((policy) => policy.maskPersonalData),
    plainText: fitting.length > 0 && fitting.every((policy) => policy.plainText),
    keepPayload: fitting.some((policy) => policy.keepPayload),
    callsPerMinute: least(
      callsPerMinute,
      fitting.flatMap((policy) => policy.callsPerMinute ?? []),
    ),
    writesPerMinute: least(
      writesPerMinute,
      fitting.flatMap((policy) => policy.writesPerMinute ?? []),
    ),
    conversationIds: fitting.flatMap((policy) =>
      policy.conversationIds === undefined ? [] : [policy.conversationIds],
    ),
    queueIds: fitting.flatMap((policy) => (policy.queueIds === undefined ? [] : [policy.queueIds])),
  }
}

function fits(policy: ToolPolicy, asking: Asking): boolean {
  return (
    (policy.connectionId === undefined || policy.connectionId === asking.connectionId) &&
    (policy.clientId === undefined || policy.clientId === asking.clientId) &&
    (policy.userId === undefined || policy.userId === asking.userId)
  )
}

function bars(policy: ToolPolicy, tool: ToolSpec): boolean {
  if (policy.readOnly && tool.effect !== 'read') return true
  return policy.channels !== undefined && !policy.channels.includes(tool.channel)
}

/** The most exact of a policy's rules for the tool. */
function ruleIn(policy: ToolPolicy, tool: ToolSpec): ToolRule | undefined {
  const keys = [tool.name, `channel:${tool.channel}`, `effect:${tool.effect}`, '*']
  for (const key of keys) {
    if (Object.hasOwn(policy.rules, key)) return policy.rules[key]
  }
  return undefined
}

/** Reading is let through; what reaches a customer or takes a conversation away is asked about. */
function defaultRule(tool: ToolSpec, writes: WriteDefault): ToolRule {
  if (tool.effect === 'read') return 'allow'
  if (writes !== 'careful') return writes
  return tool.effect === 'edit' ? 'allow' : 'confirm'
}

function strictest(said: readonly ToolRule[], unless: ToolRule): ToolRule {
  const worst = Math.max(...said.map((rule) => strictness.indexOf(rule)))
  return strictness[worst] ?? unless
}

/** A policy may lower a limit of the house and raise it: the lowest that a policy names, or else the house's. */
function least(house: number, named: readonly number[]): number {
  return named.length === 0 ? house : Math.min(...named)
}
