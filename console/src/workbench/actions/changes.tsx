import { Empty } from '../../ui/states.tsx'
import { count } from '../../ui/words.ts'
import { type Action, type ActionDraft, diffLines, draftOf } from './action.ts'

const titles: Readonly<Record<keyof ActionDraft, string>> = {
  name: 'Name',
  category: 'Category',
  inputSchema: 'Input contract',
  successSchema: 'Output contract',
  url: 'URL template',
  method: 'Method',
  headers: 'Headers',
  requestTemplate: 'Request template',
  translationMap: 'Translation map',
  defaults: 'Defaults',
  successTemplate: 'Success template',
}

const said = { '+': 'Added: ', '-': 'Removed: ', ' ': '' } as const

const names = Object.keys(titles) as (keyof ActionDraft)[]

/** How the draft differs from what is published: the parts that changed, line by line. */
export function Changes({
  published,
  draft,
}: {
  readonly published: Action | undefined
  readonly draft: ActionDraft
}) {
  const before = published === undefined ? undefined : draftOf(published)
  const parts = names
    .map((name) => ({ name, lines: diffLines(before?.[name] ?? '', draft[name]) }))
    .map(({ name, lines }) => ({ name, lines: lines.filter(({ text }) => text !== '') }))
    .filter(({ lines }) => lines.some(({ mark }) => mark !== ' '))
  const changed = parts.flatMap(({ lines }) => lines).filter(({ mark }) => mark !== ' ').length
  if (parts.length === 0) {
    return <Empty title="No change">The draft is what is published.</Empty>
  }
  return (
    <div className="stack">
      <p className="soft">
        {before === undefined
          ? 'Nothing is published yet: all of it is new.'
          : `${count(changed, 'line')} in ${count(parts.length, 'part')} differ from what is published.`}
      </p>
      {parts.map(({ name, lines }) => (
        <section key={name} className="stack tight">
          <h3>{titles[name]}</h3>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <section className="code diff" aria-label={`Changes of ${titles[name]}`} tabIndex={0}>
            {lines.map(({ mark, text }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
              <div key={index} className={mark === '+' ? 'added' : mark === '-' ? 'removed' : ''}>
                <span className="sr-only">{said[mark]}</span>
                <span aria-hidden>{mark}</span> {text}
              </div>
            ))}
          </section>
        </section>
      ))}
    </div>
  )
}
