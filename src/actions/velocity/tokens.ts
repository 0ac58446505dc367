/** The lexical state that decides which tokens may come next; names follow the 2.4 grammar. */
export type LexState =
  | 'text'
  | 'preDirective'
  | 'directive'
  | 'preReference'
  | 'reference'
  | 'modifier'
  | 'arguments'
  | 'afterArguments'
  | 'index'
  | 'alternate'
  | 'lineComment'
  | 'formalComment'
  | 'blockComment'
  | 'textBlock'

/** Names of tokens. Those that only extend the next one (`more`) or vanish have names too. */
export type TokenKind =
  | 'LONE'
  | 'ZERO'
  | 'INDEX_OPEN'
  | 'OR_BAR'
  | 'PIPE'
  | 'INDEX_CLOSE'
  | 'LBRACKET'
  | 'RBRACKET'
  | 'COMMA'
  | 'DOUBLEDOT'
  | 'COLON'
  | 'MAP_OPEN'
  | 'MAP_CLOSE'
  | 'LPAREN'
  | 'RPAREN'
  | 'ARGS_CLOSE'
  | 'ESCAPED_DIRECTIVE'
  | 'SET'
  | 'DOLLAR'
  | 'TEXTBLOCK_OPEN'
  | 'FORMAL_OPEN'
  | 'BLOCK_OPEN'
  | 'HASH'
  | 'COMMENT_START'
  | 'COMMENT_END_LINE'
  | 'COMMENT_END_FORMAL'
  | 'COMMENT_END_BLOCK'
  | 'TEXTBLOCK'
  | 'COMMENT_CHAR'
  | 'TEXTBLOCK_CHAR'
  | 'WHITESPACE'
  | 'NEWLINE'
  | 'SUFFIX'
  | 'STRING'
  | 'TRUE'
  | 'FALSE'
  | 'MINUS'
  | 'PLUS'
  | 'MULTIPLY'
  | 'DIVIDE'
  | 'MODULUS'
  | 'AND'
  | 'OR'
  | 'LT'
  | 'LE'
  | 'GT'
  | 'GE'
  | 'EQ'
  | 'NE'
  | 'NOT'
  | 'EQUALS'
  | 'END'
  | 'IF'
  | 'ELSEIF'
  | 'ELSE'
  | 'INTEGER'
  | 'FLOAT'
  | 'WORD'
  | 'BRACKETED_WORD'
  | 'IDENTIFIER'
  | 'DOT'
  | 'LCURLY'
  | 'RCURLY'
  | 'REFERENCE_END'
  | 'DIRECTIVE_END'
  | 'DOUBLE_ESCAPE'
  | 'ESCAPE'
  | 'TEXT'
  | 'INLINE_TEXT'
  | 'EMPTY_INDEX'
  | 'EOF'

/** `more` joins the next match, `special` is remembered beside the next token, `skip` is dropped. */
export type TokenMode = 'token' | 'more' | 'special' | 'skip'

/** One line of the lexer's table: in which states a pattern counts, and as what. */
export interface TokenRule {
  readonly kind: TokenKind
  readonly mode: TokenMode
  readonly states: readonly LexState[]
  readonly pattern: RegExp
}

/** A piece of the source, chained to the next one so that nodes can print what they were read from. */
export interface Token {
  readonly kind: TokenKind
  image: string
  readonly line: number
  readonly column: number
  /** Characters that the grammar drops but the output keeps, such as a `$` before a blank. */
  readonly specials: readonly string[]
  next: Token | undefined
}

/** The character that stands for the end of the text, so that a last `$` or `#` has a follower. */
export const endMark = '\u001c'

/** Most backslashes that are read as escapes of what follows: a longer run must not cost n². */
const backslashesMax = 200

const everyState: readonly LexState[] = [
  'text',
  'preDirective',
  'directive',
  'preReference',
  'reference',
  'modifier',
  'arguments',
  'afterArguments',
  'index',
  'alternate',
  'lineComment',
  'formalComment',
  'blockComment',
  'textBlock',
]
const inReference: readonly LexState[] = ['reference', 'modifier', 'afterArguments']
const listStates: readonly LexState[] = ['directive', 'arguments', 'alternate']
const valueStates: readonly LexState[] = ['directive', 'arguments', 'index', 'alternate']
const aroundReference: readonly LexState[] = [
  'preReference',
  'reference',
  'modifier',
  'afterArguments',
]

function rule(
  kind: TokenKind,
  states: readonly LexState[],
  pattern: string,
  mode: TokenMode = 'token',
): TokenRule {
  return { kind, mode, states, pattern: new RegExp(pattern, 'y') }
}

/**
 * The token table of the Velocity 2.4 grammar, in the grammar's order: the longest match wins, and
 * among equals the earlier line. `hyphens` allows `-` inside names, as Velocity 1.7 did.
 */
export function tokenRules(hyphens: boolean): readonly TokenRule[] {
  const name = hyphens ? '[a-zA-Z_][a-zA-Z0-9_-]*' : '[a-zA-Z_][a-zA-Z0-9_]*'
  return [
    rule('LONE', ['preDirective', 'preReference'], '\\u001c'),
    rule(
      'ZERO',
      ['text', 'directive', 'arguments', 'index', 'formalComment', 'lineComment', ...inReference],
      '\\u001c',
    ),
    rule('INDEX_OPEN', inReference, '\\['),
    rule('OR_BAR', inReference, '\\|\\|'),
    rule('PIPE', inReference, '\\|'),
    rule('INDEX_CLOSE', ['index'], '\\]'),
    rule('LBRACKET', listStates, '\\['),
    rule('RBRACKET', listStates, '\\]'),
    rule('COMMA', listStates, ','),
    rule('DOUBLEDOT', listStates, '\\.\\.'),
    rule('COLON', listStates, ':'),
    rule('MAP_OPEN', listStates, '\\{'),
    rule('MAP_CLOSE', listStates, '\\}'),
    rule('LPAREN', ['directive', 'modifier'], '\\('),
    rule('RPAREN', ['directive'], '\\)'),
    rule('ARGS_CLOSE', ['arguments'], '\\)'),
    rule(
      'ESCAPED_DIRECTIVE',
      ['text'],
      `(?:\\\\\\\\){0,${backslashesMax}}\\\\#(?:[a-zA-Z_@][a-zA-Z0-9_]*|\\{[a-zA-Z_@][a-zA-Z0-9_]*\\})`,
    ),
    rule(
      'SET',
      ['text', 'preReference', 'reference', 'modifier', 'arguments', 'afterArguments'],
      '#(?:set|\\{set\\})[ \\t]*\\(',
    ),
    rule(
      'DOLLAR',
      everyState,
      `\\\\{0,${backslashesMax}}\\$(?:\\\\{0,${backslashesMax}}!)?`,
      'more',
    ),
    rule('TEXTBLOCK_OPEN', everyState, '#\\[\\[', 'more'),
    rule('FORMAL_OPEN', everyState, '#\\*\\*[^#\\u001c]', 'more'),
    rule('BLOCK_OPEN', everyState, '#\\*', 'more'),
    rule('HASH', everyState, '#', 'more'),
    rule(
      'COMMENT_START',
      ['text', 'preDirective', 'directive', 'arguments', ...aroundReference],
      '##',
    ),
    rule('COMMENT_END_LINE', ['lineComment'], '\\r\\n|\\n|\\r'),
    rule('COMMENT_END_FORMAL', ['formalComment'], '\\*#'),
    rule('COMMENT_END_BLOCK', ['blockComment'], '\\*#'),
    rule('TEXTBLOCK', ['textBlock'], '\\]\\]#'),
    rule('COMMENT_CHAR', ['lineComment', 'formalComment', 'blockComment'], '[\\s\\S]', 'skip'),
    rule('TEXTBLOCK_CHAR', ['textBlock'], '[^\\u001c]', 'more'),
    ...valueRules(),
    ...nameRules(name),
  ]
}

function valueRules(): readonly TokenRule[] {
  const spaced: readonly LexState[] = ['text', 'index', 'arguments', 'directive', 'alternate']
  const truths: readonly LexState[] = ['reference', 'modifier', ...valueStates]
  const numbers: readonly LexState[] = ['preDirective', ...valueStates]
  const exponent = '[eE][+-]?[0-9]+'
  return [
    rule('WHITESPACE', spaced, '[ \\t]+'),
    rule('NEWLINE', spaced, '\\r\\n|\\n|\\r'),
    rule('SUFFIX', ['preDirective', 'preReference'], '[ \\t]*(?:\\r\\n|\\n|\\r)'),
    rule(
      'STRING',
      valueStates,
      `"[^"\\u001c]*(?:""[^"\\u001c]*)*"|'[^'\\u001c]*(?:''[^'\\u001c]*)*'`,
    ),
    rule('TRUE', truths, 'true'),
    rule('FALSE', truths, 'false'),
    rule('MINUS', valueStates, '-'),
    rule('PLUS', valueStates, '\\+'),
    rule('MULTIPLY', valueStates, '\\*'),
    rule('DIVIDE', valueStates, '/'),
    rule('MODULUS', valueStates, '%'),
    rule('AND', valueStates, '&&|and'),
    rule('OR', valueStates, '\\|\\||or'),
    rule('LT', valueStates, '<|lt'),
    rule('LE', valueStates, '<=|le'),
    rule('GT', valueStates, '>|gt'),
    rule('GE', valueStates, '>=|ge'),
    rule('EQ', valueStates, '==|eq'),
    rule('NE', valueStates, '!=|ne'),
    rule('NOT', valueStates, '!|not'),
    rule('EQUALS', valueStates, '='),
    rule('END', ['preDirective'], 'end|\\{end\\}'),
    rule('IF', ['preDirective'], 'if|\\{if\\}'),
    rule('ELSEIF', ['preDirective'], 'elseif|\\{elseif\\}'),
    rule('ELSE', ['preDirective'], 'else|\\{else\\}'),
    rule('INTEGER', numbers, '-?[0-9]+(?:\\.\\.)?'),
    rule(
      'FLOAT',
      numbers,
      `-?[0-9]+\\.[0-9]*(?:${exponent})?|-?\\.[0-9]+(?:${exponent})?|-?[0-9]+${exponent}`,
    ),
  ]
}

function nameRules(name: string): readonly TokenRule[] {
  const plain = '[^$#\\\\\\r\\n\\u001c]'
  const newline = '(?:\\r\\n|\\n|\\r)'
  return [
    rule('WORD', ['preDirective', 'directive'], '[a-zA-Z_@][a-zA-Z0-9_]*'),
    rule('BRACKETED_WORD', ['preDirective', 'directive'], '\\{[a-zA-Z_@][a-zA-Z0-9_]*\\}'),
    rule('IDENTIFIER', ['preReference', 'modifier', 'arguments'], name),
    rule('DOT', ['reference', 'modifier', 'arguments', 'afterArguments'], '\\.[a-zA-Z_]'),
    rule('LCURLY', aroundReference, '\\{'),
    rule('RCURLY', aroundReference, '\\}'),
    rule('REFERENCE_END', aroundReference, '[\\s\\S]', 'special'),
    rule('DIRECTIVE_END', ['preDirective'], '[\\s\\S]', 'special'),
    rule('DOUBLE_ESCAPE', ['text'], '\\\\\\\\'),
    rule('ESCAPE', ['text'], '\\\\'),
    rule(
      'TEXT',
      ['text'],
      `[ \\t]*[^$#\\\\\\r\\n \\t\\u001c]${plain}*${newline}(?:${plain}*${newline})*`,
    ),
    rule('INLINE_TEXT', ['text'], `${plain}+`),
    rule('EMPTY_INDEX', ['text', 'preReference'], '\\$\\[|\\$!\\[|\\$\\\\!\\[|\\$\\.'),
  ]
}
