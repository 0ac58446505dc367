import { createHash } from 'node:crypto'
import type { OutboundFax } from '../connector.ts'

/** A body and what it is. */
export interface Form {
  readonly contentType: string
  readonly body: string | Buffer
}

type Fields = Readonly<Record<string, string>>

/** Fields and a document as one JSON object, the document in Base64. */
export function jsonForm(fields: Fields, { name, mime, content }: OutboundFax['document']): Form {
  const document = { name, contentType: mime, content: content.toString('base64') }
  return { contentType: 'application/json', body: JSON.stringify({ ...fields, document }) }
}

/** Fields and a document as a form with a file (RFC 7578). The same input gives the same bytes. */
export function multipartForm(fields: Fields, document: OutboundFax['document']): Form {
  const { name, mime, content } = document
  const values = Object.entries(fields).map(([field, value]) => ({ field, value }))
  // Nobody who knows the document can choose its own digest, so the boundary is not in it.
  const digest = createHash('sha256').update(JSON.stringify(fields)).update(content)
  const boundary = `signalbox-${digest.digest('hex').slice(0, 32)}`
  const parts = values.map(
    ({ field, value }) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${field}"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${value}\r\n`,
  )
  const file = `--${boundary}\r\nContent-Disposition: form-data; name="document"; filename="${name}"\r\nContent-Type: ${mime}\r\n\r\n`
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([
      Buffer.from(parts.join('') + file),
      content,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]),
  }
}
