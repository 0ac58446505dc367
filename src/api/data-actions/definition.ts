import Type, { type Static } from 'typebox'
import {
  type ActionDefinition,
  standardRequestTemplate,
  standardSuccessTemplate,
} from '../../actions/action.ts'
import { scriptFault } from '../../actions/script-syntax.ts'
import { AppError } from '../../errors.ts'
import type { ActionScript } from '../../store/records.ts'

const valueTypes = ['string', 'integer', 'number', 'boolean', 'object', 'array'] as const

const Value = Type.Object({
  type: Type.Enum([...valueTypes]),
  description: Type.Optional(Type.String()),
  default: Type.Optional(Type.Unknown()),
})

/** A data action written as a script: what goes in, what comes out, and the code between them. */
export const ScriptBody = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 256 }),
  description: Type.Optional(Type.String({ maxLength: 1000 })),
  inputs: Type.Record(Type.String({ pattern: '^[a-zA-Z][a-zA-Z0-9_-]*$' }), Value),
  outputs: Type.Record(Type.String(), Value),
  execution: Type.Object({ type: Type.String(), code: Type.String({ minLength: 1 }) }),
})

/** Seconds that a script may take; the vendor's most for functions. */
const timeoutSeconds = 15

/** Checks the code and keeps it as it came; `bad.request` for another language and for code that cannot be read. */
export function readScript({
  description = '',
  inputs,
  outputs,
  execution,
}: Static<typeof ScriptBody>): ActionScript {
  if (execution.type !== 'javascript') {
    throw new AppError('bad.request', 'Data actions are written in javascript, not in {type}.', {
      params: { type: execution.type },
      details: [{ errorCode: 'bad.request', fieldName: 'execution.type' }],
    })
  }
  const fault = scriptFault(execution.code)
  if (fault !== undefined) {
    const place = fault.line === undefined ? '' : ` in line ${fault.line}`
    throw new AppError('bad.request', 'The code cannot be read{place}: {fault}', {
      params: { place, fault: fault.message },
      details: [{ errorCode: 'ACTION.PROCESSING', fieldName: 'execution.code' }],
    })
  }
  const plain: Pick<ActionScript, 'inputs' | 'outputs'> = JSON.parse(
    JSON.stringify({ inputs, outputs }),
  )
  return { code: execution.code, description, ...plain }
}

/**
 * The script as an action of the engine, so that testing, flattening and executing are the same for both. No input
 * is required; any output may be null, and an object may turn out a text, because scripts pass on what a
 * service answered.
 */
export function scriptDefinition(
  { name, inputs, outputs }: Static<typeof ScriptBody>,
  category: string,
): ActionDefinition {
  const successProperties = Object.entries(outputs).map(([key, { type, description }]) => [
    key,
    { type: outputTypes(type), ...(description === undefined ? {} : { description }) },
  ])
  return {
    name,
    category,
    secure: false,
    contract: {
      inputSchema: { type: 'object', properties: inputs, additionalProperties: true },
      successSchema: {
        type: 'object',
        properties: Object.fromEntries(successProperties),
        additionalProperties: true,
      },
    },
    config: {
      timeoutSeconds,
      request: {
        requestUrlTemplate: '',
        requestType: 'POST',
        headers: {},
        requestTemplate: standardRequestTemplate,
      },
      response: {
        translationMap: {},
        translationMapDefaults: {},
        successTemplate: standardSuccessTemplate,
      },
    },
  }
}

function outputTypes(type: string): readonly string[] {
  const isOpen = type === 'object' || type === 'array'
  return isOpen ? ['object', 'array', 'string', 'number', 'boolean', 'null'] : [type, 'null']
}
