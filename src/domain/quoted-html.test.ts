import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { quotedHtml } from './quoted-html.ts'

const cases: readonly (readonly [why: string, html: string, quoted: string])[] = [
  [
    'what a mail shows stays',
    '<p class="x" style="color: red">Hi &amp; <b>bye</b><br/></p>',
    '<p style="color: red">Hi &amp; <b>bye</b><br></p>',
  ],
  ['scripts go with what is in them', 'a<script>alert("</b>")</script >b', 'ab'],
  ['a script that nothing ends takes the rest along', 'a<SCRIPT/x>alert(1)</scrip>b', 'a'],
  ['styles, frames and forms go', '<style>p{}</style><iframe src="x">y</iframe><input>z', 'z'],
  [
    'event handlers go',
    '<img src="cid:logo" onerror="alert(1)" alt=x>',
    '<img src="cid:logo" alt="x">',
  ],
  [
    'handlers behind a slash go too',
    '<img/src=https://a.example/x.png/onerror=alert(1)>',
    '<img src="https://a.example/x.png/onerror=alert(1)">',
  ],
  [
    'links lead to pages, mails and phones',
    '<a href="https://a.example/?a=1&amp;b=2">x</a>',
    '<a href="https://a.example/?a=1&amp;b=2">x</a>',
  ],
  ['links that run code go', '<a href="javascript:alert(1)">x</a>', '<a>x</a>'],
  [
    'links that run code go when written otherwise',
    '<a href=" java&#x73;cript&colon;alert(1)">x</a>',
    '<a>x</a>',
  ],
  [
    'images are not read from data that is a page',
    '<img src="data:text/html,<script>1</script>">',
    '<img>',
  ],
  [
    'styles that load or run something go',
    '<p style="color:red;background:url(//a.example/x);width:expression(1);top:u\\72l(x)">x</p>',
    '<p style="color:red">x</p>',
  ],
  [
    'styles that lay themselves over the page go',
    '<div style="position:fixed;color:red">x</div>',
    '<div style="color:red">x</div>',
  ],
  [
    'comments go, whatever is in them',
    'a<!--[if mso]><script>1</script><![endif]-->b<!x>c<?xml?>d',
    'abcd',
  ],
  ['what is not closed is closed', '<div><b>x', '<div><b>x</b></div>'],
  ['what was not opened is not closed', 'x</blockquote></div>y', 'xy'],
  ['a sign that begins no tag is text', '1 < 2 <3', '1 &lt; 2 &lt;3'],
  [
    'the page around it goes',
    '<html><head><title>T</title></head><body onload=x()>y</body></html>',
    'y',
  ],
  [
    'a drawing that could hold scripts goes',
    '<svg><a xlink:href="javascript:1"/></svg>x<math><mi></math>y',
    'xy',
  ],
  ['a tag that nothing ends goes', 'x<img src="a', 'x'],
]

for (const [why, html, quoted] of cases) {
  test(`${why}`, () => assert.equal(quotedHtml(html), quoted))
}

const pieces = fc.constantFrom(
  '<',
  '>',
  '</',
  '/>',
  '"',
  "'",
  '=',
  ' ',
  '<!--',
  '-->',
  '&',
  ';',
  'script',
  'style',
  'img ',
  'a ',
  'onerror=',
  'href=',
  'src=',
  'javascript:',
  'svg',
  'p',
  'title',
  '<script>',
  '</script>',
  '\n',
  '\0',
  'x',
)

test('whatever comes in, only allowed tags and attributes come out, and quoting it again changes nothing', () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      const quoted = quotedHtml(parts.join(''))
      const left = quoted.replaceAll(
        /<\/?[a-z0-9]+((?: (?:href|src|style|alt|title)="[^"<>]*")*)>/g,
        '',
      )
      assert.doesNotMatch(left, /</)
      assert.doesNotMatch(quoted, /<\/?(script|style|svg|title)\b/i)
      assert.doesNotMatch(quoted, /(href|src)="\s*javascript/i)
      assert.equal(quotedHtml(quoted), quoted)
    }),
    { numRuns: 2000 },
  )
})

test('a long and hostile body is read in one pass', () => {
  const began = performance.now()
  for (const piece of ['<b>', '<!--', '</i>', '<script', '<a href="', '<p style=";', '<a x=']) {
    quotedHtml(`<i>${piece.repeat(3_000_000 / piece.length)}`)
  }
  assert.ok(performance.now() - began < 20_000)
})
