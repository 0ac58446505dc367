import { setTimeout as wait } from 'node:timers/promises'
import type { Call, Host, Listener } from '../../src/mcp/protocol/host.ts'
import { asJson, type Json, RpcError, rpcCodes, textParam } from '../../src/mcp/protocol/rpc.ts'
import type { Seal } from '../../src/mcp/protocol/sessions.ts'
import { inputTools } from './fixture-inputs.ts'
import { jsonSchemaTool } from './fixture-schema.ts'
import { type FixtureTool, object, say } from './fixture-tool.ts'

const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=='
const wav = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA='
const image = { type: 'image', data: png, mimeType: 'image/png' }

function embedded(uri: string, mimeType: string, text: string): Json {
  return { type: 'resource', resource: { uri, mimeType, text } }
}

const steps = 50

const plainTools: readonly FixtureTool[] = [
  { name: 'test_simple_text', run: async () => say('This is a simple text response for testing.') },
  { name: 'test_image_content', run: async () => ({ content: [image] }) },
  {
    name: 'test_audio_content',
    run: async () => ({ content: [{ type: 'audio', data: wav, mimeType: 'audio/wav' }] }),
  },
  {
    name: 'test_embedded_resource',
    run: async () => ({
      content: [
        embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.'),
      ],
    }),
  },
  {
    name: 'test_multiple_content_types',
    run: async () => ({
      content: [
        { type: 'text', text: 'Multiple content types test:' },
        image,
        embedded(
          'test://mixed-content-resource',
          'application/json',
          '{"test":"data","value":123}',
        ),
      ],
    }),
  },
  {
    name: 'test_error_handling',
    run: async () => say('This tool intentionally returns an error for testing', true),
  },
  {
    name: 'test_tool_with_progress',
    async run(_args, { params, call }) {
      const progressToken = asJson(params['_meta'])?.['progressToken']
      for (const progress of [0, 50, 100]) {
        if (progressToken !== undefined)
          call.notify('notifications/progress', { progressToken, progress, total: 100 })
        await wait(steps)
      }
      return say('Progress was told.')
    },
  },
  { name: 'test_tool_with_logging', run: logs },
  { name: 'test_logging_tool', run: logs },
  {
    name: 'test_sampling',
    inputSchema: object({ prompt: { type: 'string' } }, ['prompt']),
    async run(args, { call }) {
      const answer = await ask(call, 'sampling', 'sampling/createMessage', {
        messages: [{ role: 'user', content: { type: 'text', text: args['prompt'] } }],
        maxTokens: 100,
      })
      const content = asJson(answer['content'])
      return say(`LLM response: ${String(content?.['text'])}`)
    },
  },
  {
    name: 'test_elicitation',
    inputSchema: object({ message: { type: 'string' } }, ['message']),
    async run(args, { call }) {
      const answer = await ask(call, 'elicitation', 'elicitation/create', {
        message: args['message'],
        requestedSchema: object(
          {
            username: { type: 'string', description: "User's response" },
            email: { type: 'string', description: "User's email address" },
          },
          ['username', 'email'],
        ),
      })
      return say(`User response: ${JSON.stringify(answer)}`)
    },
  },
  { name: 'test_elicitation_sep1034_defaults', run: (_, { call }) => elicit(call, defaults) },
  { name: 'test_elicitation_sep1330_enums', run: (_, { call }) => elicit(call, enums) },
  {
    name: 'test_streaming_elicitation',
    async run(_args, { call }) {
      requireCapability(call, 'elicitation')
      return {
        resultType: 'input_required',
        inputRequests: {
          go: { method: 'elicitation/create', params: { message: 'Go on?', requestedSchema: yes } },
        },
      }
    },
  },
  {
    name: 'test_missing_capability',
    async run(_args, { call }) {
      requireCapability(call, 'sampling')
      return say('The client can sample.')
    },
  },
  {
    name: 'test_x_mcp_header',
    inputSchema: object({ region: { type: 'string' } }),
    run: async (args) => say(`Region: ${String(args['region'])}`),
  },
]

const yes = object({ ok: { type: 'boolean' } }, ['ok'])

const defaults = {
  name: { type: 'string', default: 'John Doe' },
  age: { type: 'integer', default: 30 },
  score: { type: 'number', default: 95.5 },
  status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
  verified: { type: 'boolean', default: true },
}

const titled = ['First', 'Second', 'Third'].map((word, index) => ({
  const: `value${index + 1}`,
  title: `${word} Option`,
}))

const enums = {
  untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
  titledSingle: { type: 'string', oneOf: titled },
  legacyEnum: {
    type: 'string',
    enum: ['opt1', 'opt2', 'opt3'],
    enumNames: ['Option One', 'Option Two', 'Option Three'],
  },
  untitledMulti: {
    type: 'array',
    items: { type: 'string', enum: ['option1', 'option2', 'option3'] },
  },
  titledMulti: { type: 'array', items: { anyOf: titled } },
}

async function elicit(call: Call, properties: Json): Promise<Json> {
  const answer = await ask(call, 'elicitation', 'elicitation/create', {
    message: 'Please fill this in.',
    requestedSchema: object(properties),
  })
  return say(
    `Elicitation completed: action=${String(answer['action'])}, content=${JSON.stringify(answer['content'])}`,
  )
}

async function ask(call: Call, capability: string, method: string, params: Json): Promise<Json> {
  if (call.ask === undefined || call.clientCapabilities[capability] === undefined) {
    throw new RpcError(rpcCodes.invalidParams, `The client cannot do ${capability}.`)
  }
  return call.ask(method, params)
}

function requireCapability(call: Call, name: string): void {
  if (call.clientCapabilities[name] !== undefined) return
  throw new RpcError(rpcCodes.missingCapability, `This needs a client with ${name}.`, {
    status: 400,
    data: { requiredCapabilities: { [name]: {} } },
  })
}

/** The stateless revision wants no log messages unless the request names a level. */
async function logs(_args: Json, { params, call }: { params: Json; call: Call }): Promise<Json> {
  const level = asJson(params['_meta'])?.['io.modelcontextprotocol/logLevel']
  for (const data of [
    'Tool execution started',
    'Tool processing data',
    'Tool execution completed',
  ]) {
    if (call.era === 'legacy' || level !== undefined)
      call.notify('notifications/message', { level: 'info', data })
    await wait(steps)
  }
  return say('Logs were told.')
}

/** Serves what the public conformance suite looks for, on the same protocol layer as the product. */
export function fixtureHost(seal: Seal): Host {
  const listeners = new Set<Listener>()
  const changed = (wish: string, method: string): FixtureTool['run'] => {
    return async () => {
      for (const listener of listeners) {
        if (listener.wanted[wish] === true) listener.tell(method, {})
      }
      return say('The list was changed.')
    }
  }
  const tools: readonly FixtureTool[] = [
    ...plainTools,
    ...inputTools(seal),
    jsonSchemaTool,
    {
      name: 'test_trigger_tool_change',
      run: changed('toolsListChanged', 'notifications/tools/list_changed'),
    },
    {
      name: 'test_trigger_prompt_change',
      run: changed('promptsListChanged', 'notifications/prompts/list_changed'),
    },
  ]
  return {
    info: { name: 'signalbox-fixtures', title: 'Fixtures', version: '1.0.0' },
    instructions: 'Fixtures for the conformance suite.',
    capabilities: (era) => ({
      tools: { listChanged: true },
      prompts: { listChanged: true },
      resources: { subscribe: true },
      completions: {},
      ...(era === 'legacy' ? { logging: {} } : {}),
    }),
    ttlMs: {},
    methods: {
      'tools/list': async () => ({
        tools: tools.map(({ name, inputSchema }) => ({
          name,
          description: `Fixture ${name}.`,
          inputSchema: inputSchema ?? { type: 'object', properties: {} },
        })),
      }),
      'tools/call': async (params, call) => {
        const name = textParam(params, 'name')
        const tool = tools.find((one) => one.name === name)
        if (tool === undefined)
          throw new RpcError(rpcCodes.invalidParams, `There is no tool ${name}.`)
        return tool.run(asJson(params['arguments']) ?? {}, { params, call })
      },
      'logging/setLevel': async () => ({}),
      ...resourceMethods,
      ...promptMethods,
    },
    async listen(listener) {
      listeners.add(listener)
      listener.signal.addEventListener('abort', () => listeners.delete(listener))
      const { toolsListChanged, promptsListChanged, resourceSubscriptions } = listener.wanted
      return {
        ...(toolsListChanged === true ? { toolsListChanged } : {}),
        ...(promptsListChanged === true ? { promptsListChanged } : {}),
        ...(resourceSubscriptions === undefined ? {} : { resourceSubscriptions }),
      }
    },
  }
}

const texts: Readonly<Record<string, Json>> = {
  'test://static-text': {
    mimeType: 'text/plain',
    text: 'This is the content of the static text resource.',
  },
  'test://static-binary': { mimeType: 'image/png', blob: png },
  'test://watched-resource': { mimeType: 'text/plain', text: 'This is watched.' },
}

const resourceMethods: Host['methods'] = {
  'resources/list': async () => ({
    resources: Object.entries(texts).map(([uri, { mimeType }]) => ({ uri, name: uri, mimeType })),
  }),
  'resources/templates/list': async () => ({
    resourceTemplates: [
      { uriTemplate: 'test://template/{id}/data', name: 'data', mimeType: 'application/json' },
    ],
  }),
  'resources/read': async (params) => {
    const uri = textParam(params, 'uri')
    const found = Object.hasOwn(texts, uri) ? texts[uri] : undefined
    if (found !== undefined) return { contents: [{ uri, ...found }] }
    const id = /^test:\/\/template\/(\w+)\/data$/.exec(uri)?.[1]
    if (id === undefined)
      throw new RpcError(rpcCodes.invalidParams, 'Resource not found', { data: { uri } })
    const text = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` })
    return { contents: [{ uri, mimeType: 'application/json', text }] }
  },
}

const user = (content: Json) => ({ role: 'user', content })
const words = (text: string) => user({ type: 'text', text })

const promptMethods: Host['methods'] = {
  'prompts/list': async () => ({
    prompts: Object.entries({
      test_simple_prompt: [],
      test_prompt_with_arguments: ['arg1', 'arg2'],
      test_prompt_with_embedded_resource: ['resourceUri'],
      test_prompt_with_image: [],
      test_input_required_result_prompt: [],
    }).map(([name, args]) => ({
      name,
      description: `Fixture ${name}.`,
      arguments: args.map((one) => ({ name: one, description: one, required: true })),
    })),
  }),
  'prompts/get': async (params) => promptOf(params),
  'completion/complete': async () => ({
    completion: { values: ['paris', 'park', 'party'], total: 3, hasMore: false },
  }),
}

function promptOf(params: Json): Json {
  const args = asJson(params['arguments']) ?? {}
  switch (textParam(params, 'name')) {
    case 'test_simple_prompt':
      return { messages: [words('This is a simple prompt for testing.')] }
    case 'test_prompt_with_arguments':
      return {
        messages: [
          words(
            `Prompt with arguments: arg1='${String(args['arg1'])}', arg2='${String(args['arg2'])}'`,
          ),
        ],
      }
    case 'test_prompt_with_embedded_resource':
      return {
        messages: [
          user(
            embedded(
              String(args['resourceUri']),
              'text/plain',
              'Embedded resource content for testing.',
            ),
          ),
          words('Please process the embedded resource above.'),
        ],
      }
    case 'test_prompt_with_image':
      return { messages: [user(image), words('Please analyze the image above.')] }
    case 'test_input_required_result_prompt':
      return promptWithQuestion(params)
    default:
      throw new RpcError(rpcCodes.invalidParams, 'There is no such prompt.')
  }
}

function promptWithQuestion(params: Json): Json {
  const answer = asJson(asJson(params['inputResponses'])?.['user_context'])
  const context = asJson(answer?.['content'])?.['context']
  if (typeof context === 'string') return { messages: [words(`With the context ${context}.`)] }
  const requestedSchema = object({ context: { type: 'string' } }, ['context'])
  return {
    resultType: 'input_required',
    inputRequests: {
      user_context: {
        method: 'elicitation/create',
        params: { message: 'What context should the prompt use?', requestedSchema },
      },
    },
  }
}
