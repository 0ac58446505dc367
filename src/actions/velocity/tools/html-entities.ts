/** Names from U+00A0 on, without a gap. */
const latin =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml'

/** Names from U+0391 on; a dash stands for the code that no letter has. */
const greek =
  'Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho - Sigma Tau Upsilon Phi Chi Psi Omega'

/** The characters of the other names, in the order of the names. */
const others: readonly (readonly [string, string])[] = [
  ['&<>"', 'amp lt gt quot'],
  ['ŒœŠšŸƒˆ˜', 'OElig oelig Scaron scaron Yuml fnof circ tilde'],
  ['ςϑϒϖ', 'sigmaf thetasym upsih piv'],
  ['\u2002\u2003\u2009\u200c\u200d\u200e\u200f', 'ensp emsp thinsp zwnj zwj lrm rlm'],
  [
    '–—‘’‚“”„†‡•…‰',
    'ndash mdash lsquo rsquo sbquo ldquo rdquo bdquo dagger Dagger bull hellip permil',
  ],
  ['′″‹›‾⁄€ℑ℘ℜ™ℵ', 'prime Prime lsaquo rsaquo oline frasl euro image weierp real trade alefsym'],
  ['←↑→↓↔↵⇐⇑⇒⇓⇔', 'larr uarr rarr darr harr crarr lArr uArr rArr dArr hArr'],
  ['∀∂∃∅∇∈∉∋∏∑−∗', 'forall part exist empty nabla isin notin ni prod sum minus lowast'],
  ['√∝∞∠∧∨∩∪∫∴∼≅≈', 'radic prop infin ang and or cap cup int there4 sim cong asymp'],
  ['≠≡≤≥⊂⊃⊄⊆⊇⊕⊗⊥⋅', 'ne equiv le ge sub sup nsub sube supe oplus otimes perp sdot'],
  ['⌈⌉⌊⌋\u2329\u232a◊♠♣♥♦', 'lceil rceil lfloor rfloor lang rang loz spades clubs hearts diams'],
]

function run(names: string, from: number, as: (name: string) => string): [string, string][] {
  return names
    .split(' ')
    .map((name, i): [string, string] => [String.fromCharCode(from + i), as(name)])
    .filter(([, name]) => name !== '-')
}

/** The character entities of HTML 4 by their characters: `é` gives `eacute`. */
export const htmlEntities: ReadonlyMap<string, string> = new Map([
  ...run(latin, 0xa0, (name) => name),
  ...run(greek, 0x391, (name) => name),
  ...run(greek, 0x3b1, (name) => name.toLowerCase()),
  ...others.flatMap(([characters, names]) => {
    const all = names.split(' ')
    return [...characters].map((character, i): [string, string] => [character, all[i] ?? ''])
  }),
])
