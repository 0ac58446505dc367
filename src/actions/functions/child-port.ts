import { read, writeSync } from 'node:fs'
import { createFrameReader, encodeFrame } from './frames.ts'

/** A child's line to the server. */
export interface ChildPort {
  send(message: object): void
}

/** The server is trusted, so its messages may be as long as they need to be. */
const frameBytesMax = 512 * 1_048_576

/**
 * Opens a child's line to the server on a file descriptor that was there at start. It reads and writes the
 * descriptor through `fs`, because a socket object would bring the constructor of sockets into the child.
 * The process ends with the line.
 */
export function openPort(descriptor: number, onMessage: (message: unknown) => void): ChildPort {
  const reader = createFrameReader(frameBytesMax)
  const buffer = Buffer.allocUnsafe(65_536)
  const { kill: end } = process
  const next = () => {
    read(descriptor, buffer, 0, buffer.length, null, (error, length) => {
      if (error !== null || length === 0) return end.call(process, process.pid, 'SIGKILL')
      for (const message of reader.push(Buffer.from(buffer.subarray(0, length)))) onMessage(message)
      next()
    })
  }
  next()
  return {
    send(message) {
      const frame = encodeFrame(message)
      let written = 0
      while (written < frame.length) written += writeSome(descriptor, frame, written)
    },
  }
}

function writeSome(descriptor: number, frame: Buffer, offset: number): number {
  try {
    return writeSync(descriptor, frame, offset)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 0
    throw error
  }
}
