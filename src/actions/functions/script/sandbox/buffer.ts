import { decodeBytes, encodeText, encodingOf } from './bytes.ts'

/** What `Buffer.from` takes. */
export type BufferSource =
  | string
  | ArrayLike<number>
  | ArrayBuffer
  | { readonly type: 'Buffer'; readonly data: readonly number[] }

/**
 * The part of Node's `Buffer` that scripts use: bytes from and to UTF-8, base64, base64url, hex and latin1.
 * Written for the sandbox, where nothing of Node is.
 */
export class SandboxBuffer extends Uint8Array {
  static get [Symbol.species]() {
    return SandboxBuffer
  }

  static override from(source: BufferSource | Iterable<number>, encoding?: unknown): SandboxBuffer {
    if (typeof source === 'string') return filled(encodeText(source, encodingOf(encoding)))
    if (source instanceof ArrayBuffer) return new SandboxBuffer(source)
    if ('type' in source && 'data' in source) return filled(source.data)
    return filled(Array.from(source))
  }

  static alloc(size: number, fill = 0): SandboxBuffer {
    return new SandboxBuffer(size).fill(fill)
  }

  static allocUnsafe(size: number): SandboxBuffer {
    return new SandboxBuffer(size)
  }

  static isBuffer(value: unknown): value is SandboxBuffer {
    return value instanceof SandboxBuffer
  }

  static isEncoding(name: unknown): boolean {
    try {
      return typeof name === 'string' && encodingOf(name) !== undefined
    } catch {
      return false
    }
  }

  static byteLength(value: string | ArrayBufferView | ArrayBuffer, encoding?: unknown): number {
    return typeof value === 'string'
      ? encodeText(value, encodingOf(encoding)).length
      : value.byteLength
  }

  static concat(list: readonly Uint8Array[], length?: number): SandboxBuffer {
    const whole = new SandboxBuffer(length ?? list.reduce((sum, one) => sum + one.length, 0))
    let at = 0
    for (const one of list) {
      if (at >= whole.length) break
      const part = one.subarray(0, whole.length - at)
      whole.set(part, at)
      at += part.length
    }
    return whole
  }

  /** Text of the bytes, or of a part of them. */
  override toString(encoding?: unknown, start = 0, end = this.length): string {
    return decodeBytes(this.subarray(start, end), encodingOf(encoding))
  }

  /** Shares the memory, as in Node. */
  override slice(start?: number, end?: number): SandboxBuffer {
    const part = this.subarray(start, end)
    return new SandboxBuffer(part.buffer, part.byteOffset, part.length)
  }

  equals(other: Uint8Array): boolean {
    return this.length === other.length && this.every((byte, at) => byte === other[at])
  }

  toJSON(): { type: 'Buffer'; data: number[] } {
    return { type: 'Buffer', data: Array.from(this) }
  }
}

function filled(bytes: readonly number[]): SandboxBuffer {
  const buffer = new SandboxBuffer(bytes.length)
  buffer.set(bytes)
  return buffer
}
