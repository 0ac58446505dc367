import type { Socket } from 'node:net'
import type { LoadOrder } from './load.ts'
import { scattered } from './scatter.ts'

/** A request as it goes out, and where in it the number stands. */
interface Request {
  bytes: Buffer
  readonly places: readonly number[]
}

/** The requests of an order, made once: of one and the next nothing but the number is written anew. */
export class Requests {
  readonly #order: LoadOrder
  readonly #all: readonly Request[]

  constructor(order: LoadOrder) {
    this.#order = order
    const { bodies, headers, method = 'POST', path } = order
    const zero = numeral(order, 0)
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const length = Buffer.byteLength((bodies[0] ?? '').replaceAll('{n}', zero))
    const framing = method === 'GET' ? '' : `content-length: ${length}\r\n`
    const head = `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${framing}${lines.join('')}\r\n`
    this.#all = bodies.map((body) => request(head + body, zero))
  }

  /** Sends the request with that index to a connection that has none under way. */
  send(index: number, socket: Socket): void {
    const one = this.#all[index % this.#all.length]
    if (one === undefined) throw new Error('There is no body to send.')
    const number = numeral(this.#order, index)
    for (const place of one.places) one.bytes.write(number, place, 'latin1')
    socket.write(one.bytes)
    // What the socket still holds must not get the number of the next.
    if (socket.writableLength > 0) one.bytes = Buffer.from(one.bytes)
  }
}

function request(text: string, number: string): Request {
  const [first = '', ...others] = text.split('{n}')
  const places: number[] = []
  let filled = first
  for (const other of others) {
    places.push(Buffer.byteLength(filled))
    filled += number + other
  }
  return { bytes: Buffer.from(filled), places }
}

/** The even scattered numbers are those of the copies that a store was filled with. */
function numeral({ from, hex, isScattered }: LoadOrder, index: number): string {
  const number = isScattered === true ? scattered(from + index) : from + index
  if (hex === true) return number.toString(16).padStart(12, '0')
  return String(isScattered === true ? number * 2 + 1 : number).padStart(10, '0')
}
