import type { CallNode, Expression, MacroParameter, Node, Reference } from './ast.ts'
import { block, edges } from './edges.ts'
import { at, TemplateSyntaxError } from './errors.ts'
import { parseOperand, parseReference } from './parse-expression.ts'
import type { Parser } from './parser.ts'
import type { TokenStream } from './token-stream.ts'
import type { Token } from './tokens.ts'

interface Word {
  readonly kind: 'word'
  readonly token: Token
}

interface Assignment {
  readonly kind: 'assignment'
  readonly target: Reference
}

type Argument = Word | Assignment | Expression

/** All that is known of a directive before its body is read. */
interface Head {
  readonly parser: Parser
  readonly nodes: Node[]
  readonly name: string
  readonly id: Token
  readonly first: Token
  readonly prefix: string
  /** Whether the directive began on a fresh line, so that the line end behind it goes. */
  readonly fresh: boolean
  readonly args: readonly Argument[]
}

const blockDirectives: readonly string[] = ['foreach', 'macro', 'define']

/** Reads a directive other than `#if` and `#set`, or a call of a macro, with its body if it has one. */
export function parseDirective(parser: Parser, nodes: Node[], fresh: boolean): boolean {
  const { stream } = parser
  const first = stream.peek()
  const prefix = parser.takeBlanks()
  const id = stream.take('WORD', 'BRACKETED_WORD')
  const hash = id.image.lastIndexOf('#')
  const name =
    id.kind === 'BRACKETED_WORD' ? id.image.slice(hash + 2, -1) : id.image.slice(hash + 1)
  const hasBody = blockDirectives.includes(name) || name.startsWith('@')
  stream.lexer.switchTo('directive')
  let args: Argument[] = []
  if (stream.lexer.nextVisibleIs('(')) args = parseArguments(stream, name, id)
  else stream.lexer.pop()
  const reads = name === 'include' || name === 'parse'
  const lineEnd = hasBody || fresh || reads ? parser.takeLineEnd() : undefined
  const head: Head = { parser, nodes, name, id, first, prefix, fresh, args }
  checkArguments(head)
  if (!hasBody) {
    nodes.push(lineDirective(head, lineEnd ?? ''))
    return lineEnd !== undefined
  }
  return blockDirective(head, lineEnd !== undefined)
}

function parseArguments(stream: TokenStream, name: string, id: Token): Argument[] {
  const args: Argument[] = []
  stream.skipBlanks()
  stream.take('LPAREN')
  while (!atClosing(stream)) {
    stream.skipBlanks()
    if (stream.is('COMMA')) {
      stream.take('COMMA')
      stream.skipBlanks()
    }
    if (name === 'macro' && atAssignment(stream)) {
      args.push({ kind: 'assignment', target: parseReference(stream) })
      stream.skipBlanks()
      stream.take('EQUALS')
      stream.skipBlanks()
    }
    if (stream.is('COMMENT_START')) {
      skipComment(stream, name, id)
      continue
    }
    args.push(parseArgument(stream))
  }
  stream.skipBlanks()
  stream.take('RPAREN')
  return args
}

function parseArgument(stream: TokenStream): Argument {
  return stream.is('WORD') ? { kind: 'word', token: stream.take() } : parseOperand(stream)
}

function skipComment(stream: TokenStream, name: string, id: Token): void {
  stream.take('COMMENT_START')
  if (name !== 'macro') {
    stream.refuse(`A Line comment is not allowed in #${name} arguments`, id)
  }
  if (stream.is('COMMENT_END_LINE')) stream.take()
}

function atClosing(stream: TokenStream): boolean {
  if (stream.is('RPAREN')) return true
  return stream.is('WHITESPACE', 'NEWLINE') && stream.lexer.nextVisibleIs(')')
}

function atAssignment(stream: TokenStream): boolean {
  stream.peek()
  return stream.lexer.state === 'reference' && stream.lexer.nextVisibleIs('=')
}

function expressionsOf(args: readonly Argument[]): Expression[] {
  return args.filter((arg) => arg.kind !== 'word' && arg.kind !== 'assignment')
}

function checkArguments(head: Head): void {
  const { args, id, name } = head
  const { stream } = head.parser
  const kinds = args.map((arg) => arg.kind)
  if (name === 'foreach') {
    if (kinds.length < 3) stream.refuse('Too few arguments to the #foreach directive', id)
    if (kinds[0] !== 'reference') {
      stream.refuse('Expected argument 1 of #foreach to be a reference', id)
    }
    if (kinds[1] !== 'word') {
      stream.refuse("Expected word 'in' at argument position 2 in #foreach", id)
    }
    if (kinds[2] === 'word') stream.refuse('Argument 3 of #foreach is of the wrong type', id)
  }
  if (name === 'define') {
    if (kinds.length !== 1) stream.refuse('The #define directive requires one argument', id)
    if (kinds[0] === 'word') stream.refuse('The argument to #define is of the wrong type', id)
  }
  if (name === 'break' && kinds.length > 1) {
    stream.refuse('The #break directive takes only a single, optional Scope argument', id)
  }
  if (name === 'stop' && kinds.length > 1) {
    stream.refuse('The #stop directive only accepts a single message parameter', id)
  }
  if (name === 'evaluate') checkEvaluate(head)
  if (name === 'macro') checkMacro(head)
}

function checkEvaluate(head: Head): void {
  const { args, id } = head
  if (args.length !== 1) {
    throw new TemplateSyntaxError('#evaluate() requires exactly one argument', id)
  }
  if (args[0]?.kind !== 'string' && args[0]?.kind !== 'reference') {
    throw new TemplateSyntaxError('#evaluate()  argument must be a string literal or reference', id)
  }
}

function checkMacro(head: Head): void {
  const { args, id } = head
  const { stream } = head.parser
  if (args.length < 1) stream.refuse('A macro definition requires at least a macro name', id)
  if (args[0]?.kind !== 'word') {
    stream.refuse('Macro argument 1 must be a token without surrounding \' or "', id)
  }
  let optional = false
  for (let position = 1; position < args.length; position++) {
    if (args[position]?.kind === 'assignment') {
      position++
      optional = true
    } else if (args[position]?.kind !== 'reference') {
      stream.refuse(`Macro argument ${position + 1} must be a reference`, id)
    } else if (optional) {
      stream.refuse('Macro non-default argument follows a default argument at ', id)
    }
  }
}

function lineDirective(head: Head, postfix: string): Node {
  const { name, first, prefix, args } = head
  const around = edges(first, prefix, postfix)
  const { line, column } = first.kind === 'WHITESPACE' ? head.id : first
  switch (name) {
    case 'evaluate':
    case 'stop':
    case 'break':
    case 'include':
    case 'parse':
      return { kind: name, args: expressionsOf(args), ...around, line, column }
    default:
      return callOf(head, { postfix, body: undefined })
  }
}

function callOf(
  head: Head,
  shape: { readonly postfix: string; readonly body: CallNode['body'] },
): CallNode {
  const { first, prefix, args } = head
  const { stream } = head.parser
  const around = edges(first, prefix, shape.postfix)
  const last = stream.last
  const mustExist = last.image.startsWith(')') || last.image.startsWith('#end')
  const name = shape.body === undefined ? head.name : head.name.slice(1)
  const word = args.find((arg) => arg.kind === 'word')?.token
  if (word !== undefined && mustExist) {
    const place = at(stream.name, word)
    throw new TemplateSyntaxError(`Invalid arg '${word.image}' in macro #${name} at ${place}`, word)
  }
  return {
    kind: 'call',
    name,
    args: expressionsOf(args),
    body: shape.body,
    literal: callText(head, shape.postfix, around.lead !== ''),
    mustExist,
    badArgument:
      word === undefined ? undefined : { word: word.image, line: word.line, column: word.column },
    ...around,
    line: first.line,
    column: first.column,
  }
}

/** What an unknown macro's call prints: its own text. */
function callText(head: Head, postfix: string, hasLead: boolean): string {
  const last = head.parser.stream.last
  let text = ''
  let token: Token | undefined = head.first
  while (token !== undefined) {
    text += token.image
    if (token === last) break
    token = token.next
  }
  if (!hasLead) return text
  const own = text.slice(text.indexOf('#'))
  return postfix !== '' && own.endsWith(postfix) ? own.slice(0, -postfix.length) : own
}

function blockDirective(head: Head, startsFresh: boolean): boolean {
  const { parser, nodes, name, first, prefix } = head
  const { stream } = parser
  const { line: bodyLine, column: bodyColumn } = stream.peek()
  const inner: Node[] = []
  let after = parser.parseUntil(['END', 'ELSE'], inner, startsFresh)
  let blanks = after ? parser.takeBlanks() : ''
  let closer = stream.take(
    ...(name === 'foreach' ? (['END', 'ELSE'] as const) : (['END'] as const)),
  )
  const body = block(inner, closer, blanks)
  let otherwise: CallNode['body']
  if (closer.kind === 'ELSE') {
    const rest: Node[] = []
    if (parser.takeLineEnd() !== undefined) after = true
    after = parser.parseUntil(['END'], rest, after)
    blanks = after ? parser.takeBlanks() : ''
    closer = stream.take('END')
    otherwise = block(rest, closer, blanks)
  }
  const end = head.fresh ? parser.takeLineEnd() : undefined
  const around = edges(first, prefix, end ?? '')
  const { line, column } = first.kind === 'WHITESPACE' ? head.id : first
  const place = { ...around, line, column }
  const [target, , over] = head.args
  if (name === 'macro') {
    const macro = macroHead(head)
    const bodyAt = { line: bodyLine, column: bodyColumn }
    parser.noteMacro(macro.name)
    nodes.push({ kind: 'macro', ...macro, body, bodyAt, ...place })
  } else if (name === 'define' && target?.kind === 'reference') {
    nodes.push({ kind: 'define', name: target.root, body, ...place })
  } else if (name === 'foreach' && target?.kind === 'reference' && isExpression(over)) {
    nodes.push({ kind: 'foreach', element: target.root, over, body, otherwise, ...place })
  } else {
    nodes.push(callOf(head, { postfix: end ?? '', body }))
  }
  return end !== undefined
}

function isExpression(argument: Argument | undefined): argument is Expression {
  return argument !== undefined && argument.kind !== 'word' && argument.kind !== 'assignment'
}

function macroHead(head: Head): { name: string; parameters: MacroParameter[] } {
  const [word, ...rest] = head.args
  const parameters: MacroParameter[] = []
  for (let i = 0; i < rest.length; i++) {
    const argument = rest[i]
    if (argument?.kind === 'reference') {
      parameters.push({ name: argument.root, fallback: undefined })
    } else if (argument?.kind === 'assignment') {
      i++
      const fallback = rest[i]
      const given = isExpression(fallback) ? fallback : undefined
      parameters.push({ name: argument.target.root, fallback: given })
    }
  }
  return { name: word?.kind === 'word' ? word.token.image : '', parameters }
}
