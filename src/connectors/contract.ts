import assert from 'node:assert/strict'
import { suite, type TestContext, test } from 'node:test'
import fc from 'fast-check'
import type { Static, TObject } from 'typebox'
import { Value } from 'typebox/value'
import { AppError, SendError, type SendFailure } from '../errors.ts'
import type { Connector, OutboundKind, OutboundMessage, WebhookRequest } from './connector.ts'
import { refusingUrl, type SeenRequest, type StandInAnswer, startStandIn } from './stand-in.ts'
import { createTestIo } from './test-io.ts'

/** What varies between the messages that the contract sends. */
export interface ContractMessage {
  readonly text: string
  readonly deliveryId: string
  readonly attempt: number
}

/** How a provider behaves that is reached by HTTP. */
export interface ProviderTerms {
  /** Answers a request that the provider takes. */
  accept(request: SeenRequest): StandInAnswer
  /** Whether a request is not the send itself but one beside it, such as for a token: never made to fail. */
  isAside?(request: SeenRequest): boolean
  /** Ids that the accepted send yields. */
  readonly ids: readonly string[]
  textIn(request: SeenRequest): unknown
  /** What lets the provider drop a double, or brings a receipt back to its delivery. */
  tagIn(request: SeenRequest): unknown
  /** What 200 with an unreadable body means. */
  readonly rubbish: 'accepted' | 'uncertain'
  /** What a 4xx or a redirect means: final, unless the protocol has it asked again. */
  readonly refusal?: 'rejected' | 'unavailable'
}

/** What a connector's test states about it, so that the shared tests can be run. */
export interface ContractTerms<Settings extends TObject, Kind extends OutboundKind> {
  readonly connector: Connector<Settings, Kind>
  settings(providerUrl: string): Static<Settings>
  anOutbound(providerUrl: string, message: ContractMessage): OutboundMessage<Kind>
  /** Absent where sending is no HTTP request. */
  readonly provider?: ProviderTerms
  /** A call with this body that the account must trust. Absent where nothing is received. */
  readonly trusted?: (body: Buffer) => WebhookRequest
  /** Calls that are read without complaint, and how many events each brings. */
  readonly calls: readonly {
    readonly title: string
    readonly request: WebhookRequest
    readonly events: number
  }[]
}

const ordinary: ContractMessage = { text: 'Your table is ready.', deliveryId: 'd-1', attempt: 1 }
const unicode = 'Grüße, “Zoë” — 你好 🇮🇹 👩‍👩‍👧 & = + %41 \\ "x" \n\u2028€'
const secretLike = /secret|token|password|key$/i

/** Declares the tests that every connector must pass, against a real HTTP server on 127.0.0.1. */
export function connectorContract<Settings extends TObject, Kind extends OutboundKind>(
  title: string,
  terms: ContractTerms<Settings, Kind>,
): void {
  suite(`${title} keeps the contract of connectors`, () => {
    settingsTests(terms)
    receiveTests(terms)
    if (terms.provider !== undefined) {
      sendTests(terms, terms.provider)
      failureTests(terms, terms.provider)
    }
  })
}

function settingsTests<S extends TObject, K extends OutboundKind>(
  terms: ContractTerms<S, K>,
): void {
  const { connector } = terms
  test('settings that it accepts fit its own schema', () => {
    const given = terms.settings('https://provider.example')
    assert.deepEqual([...Value.Errors(connector.settings, given)], [])
  })
  test('every setting that looks like a secret is marked as one', () => {
    const unmarked = Object.entries(connector.settings.properties)
      .filter(([name, schema]) => secretLike.test(name) && Reflect.get(schema, 'secret') !== true)
      .map(([name]) => name)
    assert.deepEqual(unmarked, [])
  })
  test('its retry policy is one that can be followed', () => {
    const { retriesMax, delayMs, delayMsMax, factor, jitter, horizonMs } = connector.retry
    assert.ok(retriesMax >= 0 && delayMs > 0 && factor >= 1)
    assert.ok(jitter >= 0 && jitter <= 1)
    assert.ok(delayMsMax >= delayMs && horizonMs >= delayMsMax)
  })
}

function receiveTests<S extends TObject, K extends OutboundKind>(terms: ContractTerms<S, K>): void {
  const { connector, trusted } = terms
  const settings = terms.settings('https://provider.example')
  for (const { title, request, events } of terms.calls) {
    test(`reads ${title}, and reads it the same way twice`, () => {
      const first = connector.receive(request, settings)
      assert.equal(first.events.length, events)
      assert.equal(first.reply.status, 200)
      assert.deepEqual(connector.receive(request, settings), first)
    })
    test(`refuses ${title} without proof of its sender`, () => {
      const stripped = { ...request, headers: {}, query: {} }
      assert.throws(() => connector.receive(stripped, settings), { code: 'invalid.signature' })
    })
  }
  if (trusted === undefined) {
    test('says that nothing is received here', () => {
      const call = { method: 'POST', path: '', query: {}, headers: {}, body: Buffer.from('{}') }
      assert.throws(() => connector.receive(call, settings), { code: 'not.found' })
    })
    return
  }
  const survives = (body: Buffer): void => {
    try {
      connector.receive(trusted(body), settings)
    } catch (error) {
      assert.ok(error instanceof AppError, `threw ${String(error)}`)
    }
  }
  for (const [title, body] of Object.entries(troublesomeBodies())) {
    test(`meets ${title} with nothing worse than an AppError`, () => survives(body))
  }
  test('meets any JSON and any bytes with nothing worse than an AppError', () => {
    fc.assert(fc.property(fc.json(), (json) => survives(Buffer.from(json))))
    fc.assert(fc.property(fc.uint8Array(), (bytes) => survives(Buffer.from(bytes))))
  })
}

function troublesomeBodies(): Record<string, Buffer> {
  return {
    'an empty body': Buffer.alloc(0),
    'malformed JSON': Buffer.from('{"id": "1", "text": "no end'),
    'JSON that is no object': Buffer.from('[null, 1, "x", [[]]]'),
    'half a character': Buffer.from([0x7b, 0xe2, 0x82]),
    'two mebibytes of one text': Buffer.from(JSON.stringify({ text: 'x'.repeat(2 ** 21) })),
    'a body nested very deeply': Buffer.from(`${'{"":'.repeat(20_000)}1${'}'.repeat(20_000)}`),
  }
}

function sendTests<S extends TObject, K extends OutboundKind>(
  terms: ContractTerms<S, K>,
  provider: ProviderTerms,
): void {
  test('an accepted send yields the ids of the provider', async (t) => {
    const { send } = await scene(t, terms, (request) => provider.accept(request))
    assert.deepEqual((await send(ordinary)).providerIds, provider.ids)
  })
  test('a text in any script arrives unchanged', async (t) => {
    const { send, sends } = await scene(t, terms, (request) => provider.accept(request))
    await send({ ...ordinary, text: unicode })
    assert.deepEqual(sends().map(provider.textIn), [unicode])
  })
  test('a second attempt carries the same tag as the first', async (t) => {
    const { send, sends } = await scene(t, terms, (request) => provider.accept(request))
    await send(ordinary)
    await send({ ...ordinary, attempt: 2 })
    const tags = sends().map(provider.tagIn)
    assert.equal(tags.length, 2)
    assert.ok(tags[0] !== undefined && tags[0] !== '')
    assert.equal(tags[0], tags[1])
  })
}

function failureTests<S extends TObject, K extends OutboundKind>(
  terms: ContractTerms<S, K>,
  provider: ProviderTerms,
): void {
  const { rubbish, refusal = 'rejected' } = provider
  const huge = Buffer.alloc(2 ** 20, 'x')
  const cases: readonly [string, StandInAnswer, SendFailure | 'accepted', number?][] = [
    ['429 with Retry-After', { status: 429, headers: { 'retry-after': '7' } }, 'throttled', 7000],
    ['429 without Retry-After', { status: 429 }, 'throttled'],
    ['503', { status: 503, headers: { 'retry-after': '30' } }, 'unavailable', 30_000],
    ['500', { status: 500, body: 'oops' }, 'uncertain'],
    ['a huge 500', { status: 500, body: huge }, 'uncertain'],
    ['400', { status: 400, body: '{"error":"E1","message":"No."}' }, refusal],
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, refusal],
    ['a connection cut before the answer', 'cut', 'uncertain'],
    ['no answer in time', 'hang', 'uncertain'],
    ['200 with rubbish', { status: 200, body: '<html>Welcome</html>' }, rubbish],
    ['200 with a huge body that is cut off', { status: 200, body: huge }, rubbish],
  ]
  for (const [title, answer, expected, retryAfterMs] of cases) {
    test(`${title} means ${expected}`, async (t) => {
      const reply = (request: SeenRequest) =>
        provider.isAside?.(request) === true ? provider.accept(request) : answer
      const { send, sends, outcome } = await scene(t, terms, reply, answer === 'hang')
      assert.deepEqual(await outcome(send(ordinary)), { result: expected, retryAfterMs })
      assert.equal(sends().length, 1)
    })
  }
  test('a refused connection means unreachable', async (t) => {
    const { outcome } = await scene(t, terms, () => ({ status: 200 }))
    const url = await refusingUrl()
    const io = createTestIo()
    t.after(() => io.close())
    const sending = terms.connector.send(terms.anOutbound(url, ordinary), terms.settings(url), io)
    assert.deepEqual(await outcome(sending), { result: 'unreachable', retryAfterMs: undefined })
  })
}

async function scene<S extends TObject, K extends OutboundKind>(
  t: TestContext,
  terms: ContractTerms<S, K>,
  answer: (request: SeenRequest) => StandInAnswer,
  hangs = false,
) {
  const standIn = await startStandIn(answer)
  // Only who waits in vain is in a hurry: on a busy machine an honest answer may take longer than that.
  const hurry = hangs ? { timeoutMsMax: 400 } : {}
  const io = createTestIo({ ...hurry, bodyBytesMax: 65_536 })
  t.after(async () => {
    await io.close()
    await standIn.close()
  })
  const settings = terms.settings(standIn.url)
  return {
    send: (message: ContractMessage) =>
      terms.connector.send(terms.anOutbound(standIn.url, message), settings, io),
    sends: () => standIn.seen.filter((request) => terms.provider?.isAside?.(request) !== true),
    async outcome(sending: Promise<unknown>) {
      try {
        await sending
        return { result: 'accepted', retryAfterMs: undefined }
      } catch (error) {
        assert.ok(error instanceof SendError, `threw ${String(error)}`)
        for (const [name, value] of Object.entries(settings)) {
          if (secretLike.test(name)) assert.ok(!error.message.includes(String(value)))
        }
        return { result: error.failure, retryAfterMs: error.retryAfterMs }
      }
    },
  }
}
