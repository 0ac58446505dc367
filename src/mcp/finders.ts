import { controlNames } from './arguments.ts'
import { channels, type Params } from './catalog/tool-spec.ts'

const text = { type: 'string' } as const
const output = { type: 'object' } as const

/** An answer whose one member is a list of objects. */
function listOf(name: string, members: Params) {
  const items = { type: 'object', properties: members } as const
  return { type: 'object', properties: { [name]: { type: 'array', items } } } as const
}

/** Hints that say of a tool that it changes nothing. */
function reads(title: string) {
  return { title, readOnlyHint: true, destructiveHint: false, openWorldHint: false } as const
}

const toCall = {
  name: { ...text, description: 'Tool name from find_tools' },
  arguments: { type: 'object', description: 'Arguments as describe_tools shows them' },
  PCID: { ...text, description: 'Connection id; needed where list_connections shows several' },
} as const

const forWrites = {
  dryRun: { type: 'boolean', description: 'Checks and shows the request without sending it' },
  idempotencyKey: { ...text, description: 'Fresh UUID; a repeat with it is done once' },
  confirmationToken: { ...text, description: 'From an answer that asked for confirmation' },
} as const

const forReads = {
  fields: {
    type: 'array',
    items: text,
    description: 'Members to keep, such as participants.state',
  },
  pageSize: { type: 'integer' },
  pageNumber: { type: 'integer' },
} as const

/** The tools of the lean face: they find, describe and call all others. */
export const finders = [
  {
    name: 'find_tools',
    description:
      'Finds conversation tools by words such as "reply", "transfer" or "wrap-up". Returns names with one line each. Without a query: all of them.',
    inputSchema: {
      type: 'object',
      properties: {
        query: text,
        channel: { ...text, enum: channels },
        effect: { ...text, enum: ['read', 'edit', 'send', 'end'] },
      },
    },
    outputSchema: listOf('tools', {
      name: text,
      description: text,
      channel: text,
      effect: text,
    }),
    annotations: reads('Find tools'),
  },
  {
    name: 'describe_tools',
    description: 'Shows the parameters, answer, policy and effect of tools by name.',
    inputSchema: {
      type: 'object',
      properties: { names: { type: 'array', items: text } },
      required: ['names'],
    },
    outputSchema: listOf('tools', {
      name: text,
      effect: text,
      policy: text,
      available: { type: 'boolean' },
      inputSchema: { type: 'object' },
      outputSchema: { type: 'object' },
    }),
    annotations: reads('Describe tools'),
  },
  {
    name: 'call_read_tool',
    description: 'Calls a tool that only reads (its effect is read).',
    inputSchema: {
      type: 'object',
      properties: { ...toCall, ...forReads },
      required: ['name', 'arguments'],
    },
    outputSchema: output,
    annotations: reads('Call a reading tool'),
  },
  {
    name: 'call_write_tool',
    description:
      'Calls a tool that changes, sends or ends something. A policy may ask a person to confirm first.',
    inputSchema: {
      type: 'object',
      properties: { ...toCall, ...forWrites },
      required: ['name', 'arguments'],
    },
    outputSchema: output,
    annotations: {
      title: 'Call a writing tool',
      readOnlyHint: false,
      destructiveHint: true,
      openWorldHint: true,
    },
  },
  {
    name: 'list_connections',
    description: 'Lists the connections that tools can work on; their ids are the PCID.',
    inputSchema: { type: 'object', properties: {} },
    outputSchema: listOf('connections', { id: text, name: text, kind: text }),
    annotations: reads('List connections'),
  },
] as const

/** Names of controls that the finders hand on to the tool they call. */
export const handedOn = ['PCID', 'pageSize', 'pageNumber', ...controlNames] as const
