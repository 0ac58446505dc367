/** What stands where a secret was. */
export const secretMask = '[redacted]'

/** The most of a body that is kept, in bytes of UTF-8; what is longer is cut and marked. */
export const bodyBytesMax = 65_536

/** Texts shorter than this are not masked as exact values: they would be found in half of all words. */
const secretCharactersMin = 4

/** Names, without case and punctuation, that hold secrets; also as the end of a longer name (`clientSecret`). */
const secretNames =
  /(authorization|apikey|accesskey|privatekey|secret|password|passwd|passphrase|token|credentials?|signature|cookie|sessionid)$/

/** Names that are secret only as they stand, because longer names end in them harmlessly. */
const secretWholeNames = /^(key|pass|pwd|auth|sig|xhubsignature\w*)$/

/** Names looked at lately: the same few dozen come with every exchange. */
const judged = new Map<string, boolean>()
const judgedMax = 1000
const judgedCharactersMax = 64

/** Whether a header, parameter or member of this name is to be masked, whatever its value. */
export function isSecretName(name: string): boolean {
  const known = judged.get(name)
  if (known !== undefined) return known
  const isSecret = looksSecret(name)
  if (judged.size >= judgedMax) judged.clear()
  if (name.length <= judgedCharactersMax) judged.set(name, isSecret)
  return isSecret
}

function looksSecret(name: string): boolean {
  const bare = name.toLowerCase().replace(/[^a-z0-9]/g, '')
  return secretNames.test(bare) || secretWholeNames.test(bare)
}

/** Masks secrets in what is recorded of an exchange. Shapes stay: names, order, spacing, status. */
export interface Redactor {
  /** Masks the values of secret headers, and secrets inside the others. */
  headers(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>>
  /** Masks secret query parameters and a password before the host. */
  url(url: string): string
  /** Masks members of JSON, forms and XML by name; cuts long bodies; binary ones become a note. */
  body(body: string | Buffer, contentType?: string): string
  /** Masks the known secrets and bearer tokens in any text. */
  text(text: string): string
}

const schemeName = /bearer|basic/i

/** Makes a redactor that also masks these exact values, such as an account's own secrets, wherever they stand. */
export function createRedactor(secrets: readonly string[] = []): Redactor {
  const exact = exactPattern(secrets)
  const text = (given: string): string => {
    const known = exact === undefined ? given : given.replace(exact, secretMask)
    return schemeName.test(known)
      ? known.replace(/\b(bearer|basic)(\s+)[\w.~+/-]{8,}=*/gi, `$1$2${secretMask}`)
      : known
  }
  const redactUrl = (url: string): string => {
    const bare = url.replace(/^(\w+:\/\/[^/?#@:]*):[^/?#@]*@/, `$1:${secretMask}@`)
    const at = bare.indexOf('?')
    return text(at < 0 ? bare : bare.slice(0, at + 1) + maskForm(bare.slice(at + 1)))
  }
  const headerValue = remembering((value) =>
    value.includes('://') ? redactUrl(value) : text(value),
  )
  return {
    text,
    url: remembering(redactUrl),
    headers(headers) {
      const masked: Record<string, string> = {}
      for (const name in headers) {
        masked[name] = isSecretName(name) ? secretMask : headerValue(headers[name] ?? '')
      }
      return masked
    },
    body(body, contentType = '') {
      if (isBinary(body, contentType)) return binaryNote(body, contentType)
      const whole = typeof body === 'string' ? body : body.toString('utf8')
      return cut(text(maskMembers(whole, contentType)))
    },
  }
}

const rememberedMax = 200
const rememberedCharactersMax = 200

/** Keeps what came of the last short texts: the same headers and addresses come with every exchange. */
function remembering(redact: (text: string) => string): (text: string) => string {
  const remembered = new Map<string, string>()
  return (text) => {
    const known = remembered.get(text)
    if (known !== undefined) return known
    const redacted = redact(text)
    if (remembered.size >= rememberedMax) remembered.clear()
    if (text.length <= rememberedCharactersMax) remembered.set(text, redacted)
    return redacted
  }
}

const redactors = new WeakMap<readonly string[], Redactor>()

/** The redactor for a list of secrets, made once for each list: its pattern costs more than its use. */
export function redactorFor(secrets: readonly string[]): Redactor {
  const known = redactors.get(secrets)
  if (known !== undefined) return known
  const made = createRedactor(secrets)
  redactors.set(secrets, made)
  return made
}

/** One pattern for all values, also as they look inside JSON, URLs, forms and base64; longest first. */
function exactPattern(secrets: readonly string[]): RegExp | undefined {
  const forms = secrets
    .filter((secret) => secret.length >= secretCharactersMin)
    .flatMap((secret) => [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret.toWellFormed()),
      new URLSearchParams({ s: secret }).toString().slice(2),
      Buffer.from(secret).toString('base64'),
    ])
  const unique = [...new Set(forms)].sort((a, b) => b.length - a.length)
  if (unique.length === 0) return undefined
  const escaped = unique.map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))
  return new RegExp(escaped.join('|'), 'g')
}

/** The patterns below look at each character a bounded number of times: a provider chooses the text. */
function maskMembers(body: string, contentType: string): string {
  const type = contentType.toLowerCase()
  const start = body.trimStart().charAt(0)
  if (type.includes('json') || start === '{' || start === '[') return maskJson(body)
  if (type.includes('xml') || start === '<') return maskXml(body)
  const isForm = type.includes('form-urlencoded') || /^[\w%.+~-]+=[^\s<>]*$/.test(body)
  return isForm ? maskForm(body) : body
}

function maskForm(form: string): string {
  if (!namesSecretInForm(form)) return form
  return form.replace(/(?<=^|[&?#])([^&=?#]+)=([^&#]*)/g, (pair, name: string, value: string) =>
    value !== '' && isSecretName(decode(name)) ? `${name}=${secretMask}` : pair,
  )
}

/** Whether a name in a form is secret, so that most forms need not be written anew. May say so too often. */
function namesSecretInForm(form: string): boolean {
  for (let sign = form.indexOf('='); sign >= 0; sign = form.indexOf('=', sign + 1)) {
    let from = sign
    while (from > 0 && !isFormSign(form.charCodeAt(from - 1))) from -= 1
    if (from < sign && isSecretName(decode(form.slice(from, sign)))) return true
  }
  return false
}

/** Whether a name in a form begins after it. */
function isFormSign(code: number): boolean {
  return code === 0x26 || code === 0x3d || code === 0x3f || code === 0x23 // & = ? #
}

function decode(text: string): string {
  if (!/[%+]/.test(text)) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text // a stray percent sign
  }
}

const jsonToken = /"[^"\\]*(?:\\(?:.|$)[^"\\]*)*(?:"|$)|[{}[\],:]|[^\s{}[\],:"]+/gs

/**
 * Masks in the text instead of parsing it: numbers keep every digit, spacing stays, and a body that is cut or
 * slightly wrong is masked as well. Below a secret name every text and number is masked.
 */
function maskJson(json: string): string {
  if (!namesSecretInJson(json)) return json
  let name: string | undefined
  let isValueNext = false
  let depth = 0
  let secretDepth: number | undefined
  return json.replace(jsonToken, (token, offset: number) => {
    if (token === '{' || token === '[') {
      depth += 1
      if (isValueNext && secretDepth === undefined && isSecretName(name ?? '')) secretDepth = depth
      isValueNext = false
    } else if (token === '}' || token === ']') {
      if (depth === secretDepth) secretDepth = undefined
      depth -= 1
      isValueNext = false
    } else if (token === ':') isValueNext = true
    else if (token === ',') isValueNext = false
    else if (
      token.startsWith('"') &&
      !isValueNext &&
      isFollowedByColon(json, offset + token.length)
    ) {
      name = unquote(token)
    } else {
      const isSecret = secretDepth !== undefined || (isValueNext && isSecretName(name ?? ''))
      isValueNext = false
      if (isSecret && !/^(?:""|null|true|false)$/.test(token)) return `"${secretMask}"`
    }
    return token
  })
}

/**
 * Whether a member's name in JSON is secret, so that most bodies need not be written anew. A name is what ends in a quote
 * before a colon; one that has an escape in it is taken for secret here, and looked at in full by the caller.
 */
function namesSecretInJson(json: string): boolean {
  for (let colon = json.indexOf(':'); colon >= 0; colon = json.indexOf(':', colon + 1)) {
    let end = colon - 1
    while (end >= 0 && ' \n\r\t'.includes(json.charAt(end))) end -= 1
    if (json.charAt(end) !== '"') continue
    const start = end === 0 ? -1 : json.lastIndexOf('"', end - 1)
    if (start < 0 || json.charAt(start - 1) === '\\') return true
    const name = json.slice(start + 1, end)
    if (name.includes('\\') || isSecretName(name)) return true
  }
  return false
}

function isFollowedByColon(json: string, from: number): boolean {
  let at = from
  while (' \n\r\t'.includes(json.charAt(at)) && at < json.length) at += 1
  return json.charAt(at) === ':'
}

function unquote(token: string): string {
  if (!token.includes('\\') && token.length > 1 && token.endsWith('"')) return token.slice(1, -1)
  try {
    return String(JSON.parse(token))
  } catch {
    return token
  }
}

function maskXml(xml: string): string {
  return xml
    .replace(/<([\w.:-]+)(\s[^<>]*)?>([^<]+)(?=<\/)/g, (whole, name: string, rest = '') =>
      isSecretName(name) ? `<${name}${rest}>${secretMask}` : whole,
    )
    .replace(/(?<![\w.:-])([\w.:-]+)=("[^"<]*"|'[^'<]*')/g, (whole, name: string) =>
      isSecretName(name) ? `${name}="${secretMask}"` : whole,
    )
}

function isBinary(body: string | Buffer, contentType: string): boolean {
  if (/^(image|audio|video|font)\/|octet-stream|pdf|zip|protobuf/i.test(contentType)) {
    return body.length > 0
  }
  return body.includes('\0') || (typeof body !== 'string' && !isUtf8Text(body))
}

function isUtf8Text(bytes: Buffer): boolean {
  return !bytes.toString('utf8').includes('\ufffd')
}

function binaryNote(body: string | Buffer, contentType: string): string {
  const kind = contentType === '' ? 'binary data' : contentType
  return `[${Buffer.byteLength(body)} bytes of ${kind}, not kept]`
}

function cut(body: string): string {
  if (body.length <= bodyBytesMax / 3) return body // no unit of UTF-16 takes more than three bytes
  const bytes = Buffer.byteLength(body)
  if (bytes <= bodyBytesMax) return body
  let end = bodyBytesMax
  const buffer = Buffer.from(body)
  while (((buffer[end] ?? 0) & 0xc0) === 0x80) end -= 1 // not inside a character
  return `${buffer.toString('utf8', 0, end)}… [cut: ${bytes} bytes]`
}
