import { type Connection, type PoolClient, Query } from 'pg'
import { preparedOf, translated } from './postgres-connection.ts'
import type { SqlValue } from './sql.ts'

/** A statement with its parameters; those in the engine's binary form are buffers. */
export interface BatchStatement {
  readonly text: string
  readonly values: readonly (SqlValue | Buffer)[]
}

/** A row of a result as the engine writes it down, a text for each column. */
export type TextRow = readonly (string | null)[]

/** What is known of a connection: the statements that it has prepared, and memory to write messages in. */
interface Wire {
  readonly prepared: Set<string>
  /** Part of the names, so that after a failure those that may or may not be there are in nobody's way. */
  readonly generation: number
  memory: Buffer
}

const wires = new WeakMap<PoolClient, Wire>()
const memoryBytes = 64 * 1024

/**
 * Sends statements in one write, with one answer to wait for; the engine takes them as one transaction, which is
 * on disk when this settles. Nothing describes the results, so that neither side spends time on that. The rows of
 * each, in the order of the statements. When it rejects, nothing is there, unless the connection broke.
 */
export async function sendBatch(
  client: PoolClient,
  statements: readonly BatchStatement[],
): Promise<readonly (readonly TextRow[])[]> {
  const wire = wires.get(client) ?? newWire(client, 0)
  const message = messageOf(wire, statements)
  try {
    return await new Promise((resolve, reject) => {
      const query = new BatchQuery(message, (error) => {
        if (error) reject(error)
        else resolve(query.results)
      })
      client.query(query)
    })
  } catch (error) {
    newWire(client, wire.generation + 1)
    throw translated(error)
  }
}

function newWire(client: PoolClient, generation: number): Wire {
  const wire = { prepared: new Set<string>(), generation, memory: Buffer.allocUnsafe(memoryBytes) }
  wires.set(client, wire)
  return wire
}

/** A query as the driver takes it, which writes a message of ours and keeps what is answered. */
class BatchQuery extends Query {
  readonly results: TextRow[][] = [[]]
  override submit: (connection: Connection) => void

  constructor(message: Buffer, done: (error: Error | undefined) => void) {
    super('', done)
    this.submit = (connection) => {
      connection.stream.write(message)
    }
  }

  /** Called by the driver with each row. */
  handleDataRow({ fields }: { readonly fields: TextRow }): void {
    this.results.at(-1)?.push(fields)
  }

  /** Called by the driver at the end of each statement. */
  handleCommandComplete(): void {
    this.results.push([])
  }
}

/** Everything for the server in its own form; its memory is free again when the server has answered. */
function messageOf(wire: Wire, statements: readonly BatchStatement[]): Buffer {
  const writer = new Writer(wire.memory)
  for (const { text, values } of statements) {
    const prepared = preparedOf(text)
    const name = `${wire.generation}${prepared.name}`
    if (!wire.prepared.has(name)) {
      wire.prepared.add(name)
      writer.message('P', () => {
        writer.line(name)
        writer.line(prepared.text)
        writer.int16(0)
      })
    }
    writer.message('B', () => {
      writer.line('')
      writer.line(name)
      writeValues(writer, values)
      writer.int16(0)
    })
    writer.message('E', () => {
      writer.line('')
      writer.int32(0)
    })
  }
  writer.message('S', () => {})
  wire.memory = writer.memory
  return writer.written
}

function writeValues(writer: Writer, values: BatchStatement['values']): void {
  writer.int16(values.length)
  for (const value of values) writer.int16(Buffer.isBuffer(value) ? 1 : 0)
  writer.int16(values.length)
  for (const value of values) {
    if (value === null) writer.int32(-1)
    else {
      const bytes = Buffer.isBuffer(value) ? value : Buffer.from(String(value))
      writer.int32(bytes.length)
      writer.bytes(bytes)
    }
  }
}

/** Writes messages one after another into memory that grows. */
class Writer {
  memory: Buffer
  #at = 0

  constructor(memory: Buffer) {
    this.memory = memory
  }

  get written(): Buffer {
    return this.memory.subarray(0, this.#at)
  }

  /** A letter, the length of what follows and of itself, and what `write` writes. */
  message(letter: string, write: () => void): void {
    this.#reserve(5)
    this.#at = this.memory.writeUInt8(letter.charCodeAt(0), this.#at)
    const start = this.#at
    this.#at += 4
    write()
    this.memory.writeInt32BE(this.#at - start, start)
  }

  /** A text with its end marked. */
  line(text: string): void {
    this.bytes(Buffer.from(`${text}\0`))
  }

  bytes(bytes: Buffer): void {
    this.#reserve(bytes.length)
    this.#at += bytes.copy(this.memory, this.#at)
  }

  int16(value: number): void {
    this.#reserve(2)
    this.#at = this.memory.writeInt16BE(value, this.#at)
  }

  int32(value: number): void {
    this.#reserve(4)
    this.#at = this.memory.writeInt32BE(value, this.#at)
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.memory.length) return
    const larger = Buffer.allocUnsafe((this.#at + bytes) * 2)
    this.memory.copy(larger, 0, 0, this.#at)
    this.memory = larger
  }
}
