/**
 * Whether a request or an answer is all there: its head, and a body of its content-length. Nothing else frames a body
 * in the benchmark. Characters stand for bytes.
 */
export function isWhole(message: string): boolean {
  const end = message.indexOf('\r\n\r\n')
  if (end < 0) return false
  const length = /\r\ncontent-length: *(\d+)/i.exec(message.slice(0, end))?.[1]
  return message.length >= end + 4 + Number(length ?? 0)
}
