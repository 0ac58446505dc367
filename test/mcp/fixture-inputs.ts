import { asJson, type Json, RpcError, rpcCodes } from '../../src/mcp/protocol/rpc.ts'
import type { Seal } from '../../src/mcp/protocol/sessions.ts'
import { type FixtureTool, object, say } from './fixture-tool.ts'

const context = 'fixture'

function elicitation(message: string, name: string, type = 'string'): Json {
  const requestedSchema = object({ [name]: { type } }, [name])
  return { method: 'elicitation/create', params: { message, requestedSchema } }
}

function sampling(text: string, maxTokens: number): Json {
  const messages = [{ role: 'user', content: { type: 'text', text } }]
  return { method: 'sampling/createMessage', params: { messages, maxTokens } }
}

const roots = { method: 'roots/list', params: {} }

function needed(inputRequests: Json, requestState?: string): Json {
  return {
    resultType: 'input_required',
    inputRequests,
    ...(requestState === undefined ? {} : { requestState }),
  }
}

function answerIn(params: Json, key: string): Json | undefined {
  return asJson(asJson(params['inputResponses'])?.[key])
}

/** What a person typed into a form's field; undefined where it is not there. */
function typed(params: Json, key: string, field: string): unknown {
  const answer = answerIn(params, key)
  return answer?.['action'] === 'accept' ? asJson(answer['content'])?.[field] : undefined
}

/** Tools whose results ask for more, as the stateless revision has it (SEP-2322). */
export function inputTools(seal: Seal): readonly FixtureTool[] {
  const stateOf = (params: Json): string => {
    try {
      return seal.open(String(params['requestState']), context)
    } catch {
      throw new RpcError(rpcCodes.invalidParams, 'The requestState was changed.')
    }
  }
  return [
    {
      name: 'test_input_required_result_elicitation',
      async run(_args, { params }) {
        const name = typed(params, 'user_name', 'name')
        if (typeof name === 'string') return say(`Hello, ${name}!`)
        return needed({ user_name: elicitation('What is your name?', 'name') })
      },
    },
    {
      name: 'test_input_required_result_sampling',
      async run(_args, { params }) {
        const content = asJson(answerIn(params, 'capital_question')?.['content'])
        if (content !== undefined) return say(String(content['text']))
        return needed({ capital_question: sampling('What is the capital of France?', 100) })
      },
    },
    {
      name: 'test_input_required_result_list_roots',
      async run(_args, { params }) {
        const answer = answerIn(params, 'client_roots')
        if (answer !== undefined) return say(`Roots: ${JSON.stringify(answer['roots'])}`)
        return needed({ client_roots: roots })
      },
    },
    {
      name: 'test_input_required_result_request_state',
      async run(_args, { params }) {
        if (params['requestState'] !== undefined && answerIn(params, 'confirm') !== undefined) {
          stateOf(params)
          return say('state-ok')
        }
        return needed(
          { confirm: elicitation('Please confirm', 'ok', 'boolean') },
          seal.seal('one', context),
        )
      },
    },
    {
      name: 'test_input_required_result_tampered_state',
      async run(_args, { params }) {
        if (params['requestState'] !== undefined) return say(`state-ok ${stateOf(params)}`)
        return needed(
          { confirm: elicitation('Please confirm', 'ok', 'boolean') },
          seal.seal('one', context),
        )
      },
    },
    {
      name: 'test_input_required_result_multiple_inputs',
      async run(_args, { params }) {
        const keys = ['user_name', 'greeting', 'client_roots']
        if (keys.every((key) => answerIn(params, key) !== undefined)) {
          stateOf(params)
          return say('All inputs are there.')
        }
        return needed(
          {
            user_name: elicitation('What is your name?', 'name'),
            greeting: sampling('Generate a greeting', 50),
            client_roots: roots,
          },
          seal.seal('many', context),
        )
      },
    },
    {
      name: 'test_input_required_result_multi_round',
      async run(_args, { params }) {
        const color = typed(params, 'step2', 'color')
        if (color !== undefined) return say(`${stateOf(params)} likes ${String(color)}.`)
        const name = typed(params, 'step1', 'name')
        if (name !== undefined) {
          stateOf(params)
          const question = elicitation('Step 2: What is your favorite color?', 'color')
          return needed({ step2: question }, seal.seal(String(name), context))
        }
        const question = elicitation('Step 1: What is your name?', 'name')
        return needed({ step1: question }, seal.seal('nobody', context))
      },
    },
    {
      name: 'test_input_required_result_capabilities',
      async run(_args, { call }) {
        const can = call.clientCapabilities
        const requests = {
          ...(can['elicitation'] === undefined
            ? {}
            : { user_name: elicitation('What is your name?', 'name') }),
          ...(can['sampling'] === undefined ? {} : { greeting: sampling('Greet', 50) }),
          ...(can['roots'] === undefined ? {} : { client_roots: roots }),
        }
        return Object.keys(requests).length === 0 ? say('Nothing can be asked.') : needed(requests)
      },
    },
  ]
}
