import type { ReactNode } from 'react'

const token =
  /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b/g
/** Longer texts stay plain: colouring them would take longer than reading their beginning. */
const lengthMax = 40_000

/** A JSON text with its names and values told apart by colour; any other text as it is. */
export function coloured(text: string): ReactNode {
  if (text.length > lengthMax || !/^\s*[{[]/.test(text)) return text
  const parts: ReactNode[] = []
  let at = 0
  for (const found of text.matchAll(token)) {
    const [whole, string, colon] = found
    const look = string === undefined ? 'json-value' : colon === undefined ? '' : 'json-name'
    if (look === '') continue
    const shown = string ?? whole
    parts.push(text.slice(at, found.index))
    parts.push(
      <span key={found.index} className={look}>
        {shown}
      </span>,
    )
    at = found.index + shown.length
  }
  return [...parts, text.slice(at)]
}
