import type { ToolResult } from './answer.ts'
import type { ToolArguments } from './arguments.ts'
import type { ToolRequest } from './call-tool.ts'
import { issueConfirmation, type Subject, takeConfirmation } from './confirm.ts'
import type { Caller, ToolHouse } from './house.ts'
import type { Rights } from './policy.ts'
import { progressOf, whileWaiting } from './protocol/progress.ts'
import { asJson, type Json } from './protocol/rpc.ts'
import { ToolError } from './tool-error.ts'
import type { Trail } from './trail.ts'

interface Question {
  readonly request: ToolRequest
  readonly args: ToolArguments
  readonly rights: Rights
  readonly subject: Subject
  readonly trail: Trail
}

/** Characters of each argument that a person is shown. */
const shownCharactersMax = 400
const questionKey = 'confirm'

/**
 * Asks a person whether the call is meant: through the client's own dialog where it has one, and otherwise by a token
 * that the call has to bring back. The token shows that the very same call was made twice, not that a person agreed:
 * policies that need a person say `withoutElicitation: refuse`.
 */
export async function askFirst(
  house: ToolHouse,
  caller: Caller,
  question: Question,
): Promise<'agreed' | ToolResult> {
  const { request, args, rights, trail } = question
  const { call } = request
  const token = args.controls.confirmationToken
  trail.decision = 'confirm'
  if (canElicit(call.clientCapabilities)) {
    if (call.era === 'modern') return askInResult(house, caller, question)
    if (call.ask !== undefined) {
      const { ask } = call
      const progress = progressOf(request.params, call)
      const answer = await whileWaiting(progress, 'Waiting for a person to confirm.', () =>
        ask('elicitation/create', elicitation(question, caller)),
      )
      return judged(answer, trail)
    }
  }
  if (rights.withoutElicitation === 'refuse') {
    throw new ToolError('confirmation.impossible', 'A person has to confirm this call.', {
      status: 403,
      fix: 'Use a client that can ask its user (elicitation), or ask the person to do it in the console.',
    })
  }
  if (token === undefined) throw tokenNeeded(house, caller, question)
  await spend(house, caller, { token, subject: question.subject })
  trail.decision = 'confirmed'
  return 'agreed'
}

/** Whether the client shows forms; one that names no mode does (2025-11-25, client/elicitation). */
function canElicit(capabilities: Json): boolean {
  const modes = asJson(capabilities['elicitation'])
  return modes !== undefined && ('form' in modes || !('url' in modes))
}

/** The stateless revision: the question goes out in the result, and the same call comes back with the answer. */
async function askInResult(
  house: ToolHouse,
  caller: Caller,
  question: Question,
): Promise<'agreed' | ToolResult> {
  const { request, subject, trail } = question
  const state = request.params['requestState']
  const answer = asJson(asJson(request.params['inputResponses'])?.[questionKey])
  if (typeof state === 'string' && answer !== undefined) {
    await spend(house, caller, { token: state, subject })
    return judged(answer, trail)
  }
  return {
    isError: false,
    answer: {},
    question: {
      resultType: 'input_required',
      inputRequests: {
        [questionKey]: { method: 'elicitation/create', params: elicitation(question, caller) },
      },
      requestState: issueConfirmation(house.seal, subject, caller.context),
    },
  }
}

function judged(answer: Json, trail: Trail): 'agreed' | ToolResult {
  const content = asJson(answer['content'])
  if (answer['action'] === 'accept' && content?.['confirm'] === true) {
    trail.decision = 'confirmed'
    return 'agreed'
  }
  trail.decision = 'declined'
  throw new ToolError('confirmation.declined', 'The person did not agree to this call.', {
    status: 403,
    fix: 'Do not try again: ask the person what to do instead.',
  })
}

async function spend(
  house: ToolHouse,
  caller: Caller,
  given: { readonly token: string; readonly subject: Subject },
): Promise<void> {
  const state = await takeConfirmation(house.seal, given, caller.context)
  if (state === 'taken') return
  const why = {
    invalid:
      'It does not belong to this call: tool, connection, arguments and caller must be the same.',
    expired: 'It is older than five minutes.',
    used: 'It was used before: each call needs its own.',
  }[state]
  throw new ToolError(`confirmation.${state}`, `The confirmation cannot be used. ${why}`, {
    status: 403,
    fix: 'Call again without it to be given a new one.',
  })
}

function tokenNeeded(house: ToolHouse, caller: Caller, question: Question): ToolError {
  return new ToolError('confirmation.required', 'This call needs to be confirmed by a person.', {
    status: 428,
    fix: 'Show the person what will be done. Only if the person agrees, call again with the same arguments and this confirmationToken.',
    more: {
      willDo: sentence(question, caller),
      confirmationToken: issueConfirmation(house.seal, question.subject, caller.context),
      validSeconds: 300,
    },
  })
}

function elicitation(question: Question, caller: Caller): Json {
  return {
    mode: 'form',
    message: sentence(question, caller),
    requestedSchema: {
      type: 'object',
      properties: {
        confirm: { type: 'boolean', title: 'Do it', description: question.request.tool.title },
      },
      required: ['confirm'],
    },
  }
}

/** What a person is shown: the tool, where, and every argument, so that nothing hides behind a summary. */
function sentence({ request, args, subject }: Question, caller: Caller): string {
  const { tool } = request
  const lines = Object.entries(args.given).map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    const shown = text.length > shownCharactersMax ? `${text.slice(0, shownCharactersMax)} …` : text
    return `${name}: ${shown}`
  })
  const where =
    subject.connectionId === caller.context.principal.organizationId
      ? ''
      : ` on connection ${subject.connectionId}`
  return [`${tool.title}${where}? ${tool.description}`, ...lines].join('\n')
}
