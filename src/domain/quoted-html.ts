/**
 * The HTML of somebody's mail as it may be quoted in one of ours: what it shows, without what could run, load a page,
 * ask for input or leave the quote. Built anew from the tags and attributes that are named here, so that what a
 * browser would read differently from this is not in it. One pass over the text, whatever it is.
 */
export function quotedHtml(html: string): string {
  const state: State = { out: [], open: [] }
  let at = 0
  while (at < html.length) {
    const sign = html.indexOf('<', at)
    if (sign === -1) {
      state.out.push(html.slice(at))
      break
    }
    state.out.push(html.slice(at, sign))
    at = readMarkup(html, sign, state)
  }
  while (state.open.length > 0) state.out.push(`</${state.open.pop()}>`)
  return state.out.join('')
}

interface State {
  readonly out: string[]
  /** Names of the tags that are not closed yet, outermost first. */
  readonly open: string[]
}

/** Deeper ones are left out; what they hold stays. */
const depthMax = 200

const shownTags = new Set(
  (
    'a abbr address b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt em ' +
    'figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strike strong ' +
    'sub sup table tbody td tfoot th thead tr tt u ul var wbr'
  ).split(' '),
)

const emptyTags = new Set(['br', 'hr', 'img', 'col', 'wbr'])

/** Left out with all that they hold: no text of the mail, or read by rules of their own. */
const hiddenTags = new Set(
  (
    'script style title template noscript noembed noframes iframe object applet svg math textarea select xmp ' +
    'plaintext audio video canvas'
  ).split(' '),
)

const plainAttributes = new Set(
  (
    'alt title width height align valign border cellpadding cellspacing colspan rowspan bgcolor color face size ' +
    'dir lang start type'
  ).split(' '),
)

/** Reads what begins with the `<` at this place; where to go on. */
function readMarkup(html: string, at: number, state: State): number {
  const next = html[at + 1] ?? ''
  if (next === '!' || next === '?') return afterComment(html, at)
  const name = tagName(html, next === '/' ? at + 2 : at + 1)
  if (name === '') {
    state.out.push('&lt;')
    return at + 1
  }
  const tag = readTag(html, at + (next === '/' ? 2 : 1) + name.length)
  const lower = name.toLowerCase()
  if (next === '/') {
    close(lower, state)
    return tag.endsAt
  }
  if (hiddenTags.has(lower)) return afterHidden(html, lower, tag.endsAt)
  if (tag.complete && shownTags.has(lower)) open(lower, tag.attributes, state)
  return tag.endsAt
}

function afterComment(html: string, at: number): number {
  const [end, length] = html.startsWith('<!--', at)
    ? [html.indexOf('-->', at + 4), 3]
    : [html.indexOf('>', at), 1]
  return end === -1 ? html.length : end + length
}

function afterHidden(html: string, name: string, at: number): number {
  const closing = new RegExp(`</${name}(?=[\\s/>])`, 'gi')
  closing.lastIndex = at
  const found = closing.exec(html)
  return found === null ? html.length : readTag(html, closing.lastIndex).endsAt
}

function tagName(html: string, at: number): string {
  const name = /[a-z][^\s/>]*/iy
  name.lastIndex = at
  return name.exec(html)?.[0] ?? ''
}

interface Tag {
  readonly attributes: ReadonlyMap<string, string>
  readonly endsAt: number
  /** Not so where the text ends before the tag does. */
  readonly complete: boolean
}

/** The attributes from here to the `>`; of two with one name the first counts, as in browsers. */
function readTag(html: string, from: number): Tag {
  const attributes = new Map<string, string>()
  const part =
    /[\s/]*(?:(>)|([^\s/>][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|(?!["'])([^\s>]+)))?)/y
  part.lastIndex = from
  for (;;) {
    const endsAt = part.lastIndex
    const found = part.exec(html)
    if (found === null) return { attributes, endsAt: html.length, complete: false }
    const [, end, name = '', double, single, bare] = found
    if (end !== undefined) return { attributes, endsAt: part.lastIndex, complete: true }
    if (part.lastIndex === endsAt) return { attributes, endsAt: html.length, complete: false }
    const key = name.toLowerCase()
    if (!attributes.has(key)) attributes.set(key, decoded(double ?? single ?? bare ?? ''))
  }
}

function open(name: string, attributes: ReadonlyMap<string, string>, { out, open }: State): void {
  if (open.length >= depthMax) return
  const kept = [...attributes].flatMap(([key, value]) => {
    const safe = safeValue(key, value)
    return safe === undefined ? [] : [` ${key}="${escapedHtml(safe)}"`]
  })
  out.push(`<${name}${kept.join('')}>`)
  if (!emptyTags.has(name)) open.push(name)
}

function close(name: string, { out, open }: State): void {
  if (!open.includes(name)) return
  for (;;) {
    const inner = open.pop()
    out.push(`</${inner}>`)
    if (inner === name) return
  }
}

function safeValue(name: string, value: string): string | undefined {
  if (plainAttributes.has(name)) return value
  if (name === 'style') return safeStyle(value)
  const address = value.trim()
  if (name === 'href') return /^(https?:|mailto:|tel:)/i.test(address) ? address : undefined
  const image = /^(https?:|cid:|data:image\/(png|jpe?g|gif|webp);base64,)/i
  return name === 'src' && image.test(address) ? address : undefined
}

/** The declarations that only say how the text looks. */
function safeStyle(style: string): string | undefined {
  const kept = style
    .split(';')
    .map((one) => one.trim())
    .filter((one) => /^[a-z-]+\s*:[^\\<>{}@]*$/i.test(one) && !unsafeStyle.test(one))
  return kept.length === 0 ? undefined : kept.join('; ')
}

const unsafeStyle =
  /url|image|expression|script|behaviou?r|binding|\/\*|^(position|z-index|content)\b/i

/** Character references in an attribute; those not known here stay, and no scheme that is allowed has one. */
function decoded(value: string): string {
  return value.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));?/gi,
    (whole, hex, decimal, name) => {
      if (name !== undefined) return named.get(name) ?? whole
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
      return code > 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : ''
    },
  )
}

const named: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])

/** A text as it stands in HTML, in an attribute too. */
export function escapedHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
