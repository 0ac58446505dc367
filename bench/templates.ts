import { Compile, parse, render } from 'velocityjs'
import { renderActionTemplate } from '../src/actions/rendering.ts'
import { printTable, type Spread, show, spread } from './figures.ts'

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: these are references of the template language
/** The templates of the action that the benchmark executes. */
export const templates = {
  requestUrlTemplate: '/conversations/$esc.uriEncode(${input.id})?expand=$esc.url(${input.name})',
  requestTemplate:
    '{"name":"$esc.jsonEncode(${input.name})"#if("$!{input.note}" != ""),"note":"$esc.jsonEncode($!{input.note})"#end,"tags":[#foreach($tag in ["a","b","c"])"$tag"#if($foreach.hasNext),#end#end]}',
  successTemplate:
    '{"id": ${id}, "total": ${total}, "priority": ${successTemplateUtils.firstFromArray(${priority}, "0")}, "attributes": "$esc.jsonEncode(${successTemplateUtils.firstFromArray(${attributes}, "{}")})"}',
}
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: these are references of the template language

/** What the action is executed with. */
export const inputs = { id: 'c 1', name: 'Ann "A" Example', note: 'late' }

const context = {
  input: inputs,
  id: '"c-1"',
  total: '3',
  priority: '[7]',
  attributes: '[{"tier":"gold","name":"Ann \\"A\\" Example"}]',
}

/** The macros that these templates call, as a program with a bare engine would write them. */
const macros = {
  esc: {
    jsonEncode: (text: string) => JSON.stringify(text).slice(1, -1),
    uriEncode: (text: string) => encodeURIComponent(text),
    url: (text: string) => new URLSearchParams({ t: text }).toString().slice(2),
  },
  successTemplateUtils: {
    firstFromArray(text: string, standIn: string) {
      const [first] = JSON.parse(text)
      return first === undefined ? standIn : JSON.stringify(first)
    },
  },
}

const named = Object.entries(templates).map(([name, source]) => ({ name, source }))
const settings = { chance: () => 0 }

/** Ways to render all templates once. */
const ways = {
  'this engine': () => named.map((one) => renderActionTemplate(one, context, settings).text),
  'velocityjs, parsed before': (() => {
    const parsed = named.map(({ source }) => parse(source))
    const variables = { ...context, ...macros }
    return () => parsed.map((nodes) => new Compile(nodes).render(variables))
  })(),
  'velocityjs, parsed each time': () =>
    named.map(({ source }) => render(source, { ...context, ...macros })),
}

/**
 * Templates rendered a second, by this engine and by velocityjs. Throws when they render different texts, since then
 * the figures compare nothing.
 */
export function benchTemplates(rounds: number): Readonly<Record<string, Spread>> {
  const expected = ways['this engine']()
  const found = new Map<string, number[]>()
  for (const [name, way] of Object.entries(ways)) {
    const given = way()
    if (given.join('\n') !== expected.join('\n')) {
      throw new Error(`${name} renders ${given.join(' ')} instead of ${expected.join(' ')}`)
    }
    perSecond(way, 500)
    found.set(name, [])
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, way] of Object.entries(ways)) found.get(name)?.push(perSecond(way, 1000))
  }
  const spreads = Object.fromEntries([...found].map(([name, rates]) => [name, spread(rates)]))
  printTable([
    ['min / median / max', 'templates a second'],
    ...Object.entries(spreads).map(([name, rates]): [string, string] => [name, show(rates)]),
  ])
  return spreads
}

function perSecond(way: () => readonly string[], durationMs: number): number {
  const startMs = performance.now()
  let done = 0
  while (performance.now() - startMs < durationMs) {
    for (let i = 0; i < 20; i += 1) done += way().length
  }
  return (done / (performance.now() - startMs)) * 1000
}
