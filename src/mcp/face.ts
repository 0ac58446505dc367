import { programVersion } from '../version.ts'
import { errorResult, toResult } from './answer.ts'
import { callTool } from './call-tool.ts'
import { toolNamed } from './catalog/catalog.ts'
import { completions } from './completions.ts'
import { finderCalls } from './finder-calls.ts'
import type { Caller, ToolHouse } from './house.ts'
import { toolList } from './lists.ts'
import { listenTo } from './news.ts'
import { getPrompt, prompts } from './prompts.ts'
import type { Call, Host, ServerInfo } from './protocol/host.ts'
import {
  asJson,
  type Json,
  RpcError,
  rpcCodes,
  textParam,
  type WrittenResult,
} from './protocol/rpc.ts'
import { readResource, resourceList, resourceTemplates } from './resources.ts'
import { ToolError } from './tool-error.ts'
import { marksExplained } from './untrusted.ts'

const version = programVersion()

/** Who the server says it is, with its icon where it can be fetched. */
export function serverInfo(publicUrl: string): ServerInfo {
  if (known?.publicUrl === publicUrl) return known.info
  const info = {
    name: 'signalbox',
    title: 'signalbox conversations',
    version,
    icons: [{ src: `${publicUrl}/mcp/icon.svg`, mimeType: 'image/svg+xml', sizes: ['any'] }],
  }
  known = { publicUrl, info }
  return info
}

/** As last written: a server has one address, and every request asks. */
let known: { readonly publicUrl: string; readonly info: ServerInfo } | undefined

const instructions = [
  'Tools for digital customer conversations: messages, e-mail, social, video, cobrowse, internal, fax.',
  'Start with get_messages or get_emails to find conversations; get_message shows participants and their communications, whose ids the other tools need.',
  'Besides its own parameters every tool takes: PCID (connection id), fields (members to keep), pageSize and pageNumber on lists, and on writes dryRun, idempotencyKey (a fresh UUID) and confirmationToken.',
  'If an answer has _more, it was cut: follow its advice.',
  marksExplained,
].join(' ')

const hourMs = 3_600_000

/** The server as one caller sees it. */
export function faceFor(house: ToolHouse, caller: Caller): Host {
  return {
    info: serverInfo(caller.context.publicUrl),
    instructions,
    capabilities: () => ({
      tools: {},
      resources: { subscribe: true },
      prompts: {},
      completions: {},
    }),
    methods: {
      'tools/list': async () => toolList(caller),
      'tools/call': (params, call) => callNamed(house, caller, { params, call }),
      'resources/list': () => resourceList(caller),
      'resources/templates/list': async () => resourceTemplates,
      'resources/read': (params, call) => readResource(house, caller, { params, call }),
      'prompts/list': async () => ({ prompts }),
      'prompts/get': async (params) =>
        getPrompt(textParam(params, 'name'), asJson(params['arguments']) ?? {}),
      'completion/complete': (params) => completions(caller, params),
    },
    ttlMs: {
      'server/discover': hourMs,
      'tools/list': hourMs,
      'prompts/list': hourMs,
      'resources/templates/list': hourMs,
    },
    listen: (listener) => listenTo(house, caller, listener),
  }
}

async function callNamed(
  house: ToolHouse,
  caller: Caller,
  given: { readonly params: Json; readonly call: Call },
): Promise<object | WrittenResult> {
  const { params, call } = given
  const name = textParam(params, 'name')
  const args = asJson(params['arguments'] ?? {})
  if (args === undefined) throw new RpcError(rpcCodes.invalidParams, 'arguments must be an object.')
  const finder = Object.hasOwn(finderCalls, name) ? finderCalls[name] : undefined
  try {
    if (finder !== undefined) return await finder({ house, caller, args, params, call })
    const tool = toolNamed(name)
    if (tool !== undefined) return await callTool(house, caller, { tool, args, params, call })
  } catch (error) {
    if (error instanceof ToolError) return toResult(errorResult(error))
    throw error
  }
  throw new RpcError(
    rpcCodes.invalidParams,
    `There is no tool ${name}: tools/list shows those there are.`,
  )
}
