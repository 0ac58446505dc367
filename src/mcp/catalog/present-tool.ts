import { pathParams, seedPrefix } from './catalog.ts'
import type { Param, Params, ToolSpec } from './tool-spec.ts'

/** A tool as `tools/list` shows it. */
export interface ListedTool {
  readonly name: string
  readonly description: string
  readonly inputSchema: {
    readonly type: 'object'
    readonly properties: Params
    readonly required?: readonly string[]
  }
  readonly outputSchema: { readonly type: 'object' }
  readonly annotations: {
    readonly title: string
    readonly readOnlyHint: boolean
    readonly destructiveHint: boolean
    readonly idempotentHint?: boolean
    readonly openWorldHint: boolean
  }
}

/** Which of a tool's two names is listed. */
export type Naming = 'short' | 'seed'

const string: Param = { type: 'string' }

/** A tool for the list, as few tokens as say everything that a call needs. */
export function presentTool(tool: ToolSpec, naming: Naming): ListedTool {
  const { title, description } = tool
  return {
    name: naming === 'seed' ? `${seedPrefix}${tool.name}` : tool.name,
    description,
    inputSchema: inputSchema(tool),
    outputSchema: { type: 'object' },
    annotations: { title, ...hints(tool) },
  }
}

/** What a tool takes: path, query and body side by side, and the connection. */
function inputSchema(tool: ToolSpec): ListedTool['inputSchema'] {
  const path = pathParams(tool)
  const required = [...path, ...(tool.required ?? [])]
  return {
    type: 'object',
    properties: {
      PCID: string,
      ...Object.fromEntries(path.map((name) => [name, string])),
      ...tool.query,
      ...tool.body,
    },
    ...(required.length === 0 ? {} : { required }),
  }
}

function hints({ effect, repeatable }: ToolSpec) {
  return {
    readOnlyHint: effect === 'read',
    destructiveHint: effect === 'send' || effect === 'end',
    ...(repeatable === true ? { idempotentHint: true } : {}),
    openWorldHint: effect === 'send',
  }
}
