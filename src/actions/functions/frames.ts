/** Bytes of the length that stands before each message. */
const headBytes = 4

/** Writes one message between the server and a child: its length in four bytes, then JSON. */
export function encodeFrame(message: object): Buffer {
  const body = Buffer.from(JSON.stringify(message))
  const frame = Buffer.allocUnsafe(headBytes + body.length)
  frame.writeUInt32BE(body.length, 0)
  body.copy(frame, headBytes)
  return frame
}

/**
 * Takes messages out of a stream of bytes that an untrusted child may have forged: no more than `frameBytesMax`
 * of them are ever kept. Made instead of Node's own channel between processes, which keeps a line of any length
 * and lets the child address its internals. `push` gives the parsed messages; it throws on a length that is too
 * large and on what is no JSON.
 */
export function createFrameReader(frameBytesMax: number): { push(chunk: Buffer): unknown[] } {
  let chunks: Buffer[] = []
  let pendingBytes = 0
  let needBytes = headBytes

  return {
    push(chunk) {
      chunks.push(chunk)
      pendingBytes += chunk.length
      if (pendingBytes < needBytes) return []
      let bytes = chunks.length === 1 ? chunk : Buffer.concat(chunks)
      const messages: unknown[] = []
      needBytes = headBytes
      while (bytes.length >= headBytes) {
        const length = bytes.readUInt32BE(0)
        if (length > frameBytesMax) throw new RangeError('A message is longer than allowed.')
        needBytes = headBytes + length
        if (bytes.length < needBytes) break
        messages.push(JSON.parse(bytes.toString('utf8', headBytes, needBytes)))
        bytes = bytes.subarray(needBytes)
        needBytes = headBytes
      }
      chunks = [bytes]
      pendingBytes = bytes.length
      return messages
    },
  }
}
