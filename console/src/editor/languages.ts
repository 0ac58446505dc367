import { json } from '@codemirror/lang-json'
import { StreamLanguage, type StreamParser } from '@codemirror/language'
import type { Extension } from '@codemirror/state'

/** What is written in an editor. */
export type EditorLanguage = 'json' | 'velocity' | 'yaml' | 'text'

interface VelocityState {
  /** Braces and parentheses that are open within a reference or a directive. */
  depth: number
  isComment: boolean
}

const directive =
  /^#\{?(?:set|if|elseif|else|end|foreach|macro|stop|break|define|evaluate|include|parse)\b\}?/

/** Velocity over JSON or an address: references and directives stand out, the rest is read as JSON. */
const velocity: StreamParser<VelocityState> = {
  name: 'velocity',
  startState: () => ({ depth: 0, isComment: false }),
  token(stream, state) {
    if (state.isComment) {
      if (stream.match(/^.*?\*#/)) state.isComment = false
      else stream.skipToEnd()
      return 'comment'
    }
    if (stream.match('##')) {
      stream.skipToEnd()
      return 'comment'
    }
    if (stream.match('#*')) {
      state.isComment = true
      return 'comment'
    }
    if (stream.match(directive)) {
      if (stream.peek() === '(') state.depth = 1
      return 'keyword'
    }
    if (stream.match(/^\$!?\{?[a-zA-Z][\w.-]*(?:\(|\}?)/)) {
      if (stream.current().endsWith('(')) state.depth += 1
      return 'variableName'
    }
    if (state.depth > 0 && stream.match(/^[()]/)) {
      state.depth += stream.current() === '(' ? 1 : -1
      return 'variableName'
    }
    if (stream.match(/^"[^"$#\\]*"(?=\s*:)/)) return 'propertyName'
    if (stream.match(/^(?:true|false|null)\b/)) return 'atom'
    if (stream.match(/^-?\d+(?:\.\d+)?\b/)) return 'number'
    if (stream.match(/^[{}[\],:]/)) return 'punctuation'
    if (stream.match(/^[^$#"{}[\],:()\d]+/)) return 'string'
    stream.next()
    return 'string'
  },
}

/** The part of YAML that people write by hand: keys, lists, texts, comments. */
const yaml: StreamParser<unknown> = {
  name: 'yaml',
  token(stream) {
    if (stream.eatSpace()) return null
    if (stream.match(/^#.*/)) return 'comment'
    if (stream.match(/^(?:---|\.\.\.|-(?=\s|$))/)) return 'punctuation'
    if (stream.match(/^[\w.$/-]+(?=\s*:(?:\s|$))/)) return 'propertyName'
    if (stream.match(/^"(?:[^"\\]|\\.)*"|^'(?:[^']|'')*'/)) return 'string'
    if (stream.match(/^[{}[\],:|>]/)) return 'punctuation'
    if (stream.match(/^(?:true|false|null)\b/)) return 'atom'
    if (stream.match(/^-?\d+(?:\.\d+)?(?=\s|$|[,\]}])/)) return 'number'
    if (!stream.match(/^[^\s#,{}[\]:][^#,{}[\]]*/)) stream.next()
    return 'string'
  },
}

const languages: Readonly<Record<EditorLanguage, () => Extension>> = {
  json,
  velocity: () => StreamLanguage.define(velocity),
  yaml: () => StreamLanguage.define(yaml),
  text: () => [],
}

/** How a language is read by the editor. */
export function languageOf(name: EditorLanguage): Extension {
  return languages[name]()
}
