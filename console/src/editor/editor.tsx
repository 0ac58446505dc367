import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { jsonParseLinter } from '@codemirror/lang-json'
import { bracketMatching, indentOnInput } from '@codemirror/language'
import { type Diagnostic, linter, lintGutter, lintKeymap } from '@codemirror/lint'
import { Compartment, EditorState, StateEffect } from '@codemirror/state'
import { EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import type { CodeProps } from './code-field.tsx'
import { languageOf } from './languages.ts'
import { look } from './look.ts'
import type { CodeMark } from './mark.ts'

/** The server has said something new: the marks are to be drawn again. */
const marksChanged = StateEffect.define<null>()

/**
 * CodeMirror in a shadow root: there its style sheets are made by script and not as style elements, which the page's
 * policy would refuse. Escape, then Tab, leaves it; in a dialog Tab does at once.
 */
export default function Editor(given: CodeProps) {
  const { value, isReadOnly = false, marks } = given
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | undefined>(undefined)
  const latest = useRef(given)
  latest.current = given
  const writable = useRef(new Compartment())
  // biome-ignore lint/correctness/useExhaustiveDependencies: what changes later is passed on below
  useEffect(() => {
    const element = host.current
    if (element === null) return
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open', delegatesFocus: true })
    const isInDialog = element.closest('[role=dialog]') !== null
    // a dialog passes the focus on among what can be tabbed to, and does not look into shadow roots
    if (isInDialog) element.tabIndex = 0
    const hint = document.createElement('span')
    hint.id = 'hint'
    hint.className = 'cm-hint'
    hint.textContent = given.hint ?? 'Escape, then Tab, leaves the editor.'
    const made = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: value,
        extensions: [
          extensionsFor(given, isInDialog),
          linter((of) => diagnosticsOf(of, latest.current), {
            delay: 200,
            needsRefresh: ({ transactions }) =>
              transactions.some(({ effects }) => effects.some((one) => one.is(marksChanged))),
          }),
          writable.current.of(EditorState.readOnly.of(isReadOnly)),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString())
          }),
        ],
      }),
    })
    made.dom.append(hint)
    view.current = made
    return () => {
      view.current = undefined
      made.destroy()
      hint.remove()
    }
  }, [])
  useEffect(() => {
    const there = view.current
    if (there === undefined || there.state.doc.toString() === value) return
    there.dispatch({ changes: { from: 0, to: there.state.doc.length, insert: value } })
  }, [value])
  useEffect(() => {
    view.current?.dispatch({
      effects: writable.current.reconfigure(EditorState.readOnly.of(isReadOnly)),
    })
  }, [isReadOnly])
  const markKey = JSON.stringify(marks ?? [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is all the marks
  useEffect(() => {
    view.current?.dispatch({ effects: marksChanged.of(null) })
  }, [markKey])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is typed bubbles out of the text within
    <div
      ref={host}
      className="code-editor"
      onKeyDown={(event) => {
        // it closes what the editor has open, not the dialog around it
        if (event.key === 'Escape') event.stopPropagation()
      }}
    />
  )
}

function extensionsFor({ language, label, rows = 4 }: CodeProps, isInDialog: boolean) {
  const isOneLine = rows === 1
  const lineRem = 1.22
  return [
    languageOf(language),
    look,
    history(),
    bracketMatching(),
    closeBrackets(),
    indentOnInput(),
    EditorState.tabSize.of(2),
    EditorView.lineWrapping,
    isOneLine ? [] : [lineNumbers(), lintGutter(), highlightActiveLine()],
    EditorView.contentAttributes.of({
      'aria-label': label,
      'aria-describedby': 'hint',
      spellcheck: 'false',
    }),
    EditorView.theme({
      '.cm-content': { minHeight: `${rows * lineRem + 0.7}rem` },
      '.cm-scroller': { maxHeight: `${Math.max(rows, 8) * 2 * lineRem}rem` },
    }),
    keymap.of([
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...historyKeymap,
      ...lintKeymap,
      ...(isInDialog ? [] : [indentWithTab]),
    ]),
  ]
}

/** What is wrong as one types, and what the server said of it. */
function diagnosticsOf(view: EditorView, { language, marks = [] }: CodeProps): Diagnostic[] {
  const isJson = language === 'json' && view.state.doc.toString().trim() !== ''
  const own = isJson ? jsonParseLinter()(view) : []
  return [...own, ...marks.map((mark) => diagnosticOf(view, mark))]
}

function diagnosticOf({ state }: EditorView, mark: CodeMark): Diagnostic {
  const line = state.doc.line(Math.min(Math.max(1, mark.line), state.doc.lines))
  const from = Math.min(line.from + Math.max(0, mark.column - 1), line.to)
  const word = /^[$#]?!?\{?[\w.]+\}?|^"[^"]*"/.exec(line.text.slice(from - line.from))
  const to = Math.min(from + Math.max(1, word?.[0].length ?? 1), line.to)
  return { from: Math.min(from, to), to, severity: mark.severity, message: mark.message }
}
