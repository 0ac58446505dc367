import type { CodeMark } from '../../editor/mark.ts'
import type { ActionDraft, LintMark } from './action.ts'

/** A part of an action that the editor shows in a field of its own. */
export type Part = Exclude<keyof ActionDraft, 'name' | 'category' | 'method'>

/** What people call the parts, by where the server has them. */
const parts: readonly (readonly [string, Part, string])[] = [
  ['contract.input', 'inputSchema', 'Input contract'],
  ['contract.output', 'successSchema', 'Output contract'],
  ['config.request.requestUrlTemplate', 'url', 'URL template'],
  ['config.request.headers', 'headers', 'Headers'],
  ['config.request.requestTemplate', 'requestTemplate', 'Request template'],
  ['config.response.translationMapDefaults', 'defaults', 'Defaults'],
  ['config.response.translationMap', 'translationMap', 'Translation map'],
  ['config.response.successTemplate', 'successTemplate', 'Success template'],
]

/** Where in the editor a member of the action is: its part, what that is called, and what of it is meant. */
export function placeOf(
  field: string,
): { readonly part: Part; readonly title: string; readonly member: string } | undefined {
  const found = parts.find(([path]) => field === path || field.startsWith(`${path}.`))
  if (found === undefined) return undefined
  const [path, part, title] = found
  return { part, title, member: field.slice(path.length + 1) }
}

/** The remarks about one part, where they are in its text: a member of a map begins where its value does. */
export function marksIn(
  part: Part,
  draft: ActionDraft,
  marks: readonly LintMark[],
): readonly CodeMark[] {
  return marks.flatMap((mark) => {
    const place = placeOf(mark.field)
    if (place?.part !== part) return []
    const { severity, line, column, message } = mark
    if (place.member === '') return [{ severity, line, column, message }]
    return [{ severity, message, ...memberStart(draft[part], place.member, column) }]
  })
}

/** Where the value of a member begins in a JSON text, and `column` characters on; the first line where it is not found. */
function memberStart(text: string, member: string, column: number) {
  const name = JSON.stringify(member).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const found = new RegExp(`${name}\\s*:\\s*"?`).exec(text)
  if (found === null) return { line: 1, column: 1 }
  const before = text.slice(0, found.index + found[0].length).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + column }
}
