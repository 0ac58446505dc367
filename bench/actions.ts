import { Agent, request } from 'node:http'
import { Pool } from 'undici'
import type { ActionSubject } from '../src/actions/action.ts'
import { executeAction } from '../src/actions/execute.ts'
import { fromPlain } from '../src/actions/json/plain.ts'
import { createRunLimits } from '../src/actions/run-limits.ts'
import { aSubject, testDeps } from '../src/actions/test-subject.ts'
import { printTable, type Spread, show, spread } from './figures.ts'
import { benchFunctions } from './functions.ts'
import type { Options } from './options.ts'
import { startPart } from './part.ts'
import { benchTemplates, inputs, templates } from './templates.ts'

/** On a busy machine the compiler that makes code fast comes late. */
const runningInSeconds = 6

/** Requests under way at once; more only wait in the pool. */
const atOnce = 32

/**
 * Executions of a data action a second, with templates, a mapping and schemas, against a bare keep-alive request to
 * the same service in the same run; templates rendered a second against velocityjs; cold and warm starts of functions.
 */
export async function benchActions(options: Options): Promise<object> {
  const service = startPart('actions-service')
  const origin = await service.ask<string>('listen')
  const pool = new Pool(origin, { connections: 64, pipelining: 1 })
  const deps = { ...testDeps(), limits: createRunLimits({ now: Date.now, perMinuteMax: 1e9 }) }
  const subject = subjectAt(origin)
  const input = fromPlain(inputs)
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const bare = () => bareRequest(origin, agent)
  const execute = async () => {
    const { success, error } = await executeAction(subject, { input }, deps)
    if (!success) throw new Error(error?.message)
  }
  try {
    const executions = await compare({ bare, ours: execute }, options)
    const pooled = await compare({ bare: () => pooledRequest(pool), ours: execute }, options)
    printTable([
      ['min / median / max', 'a second'],
      ["bare keep-alive request, Node's own client", show(executions.bare)],
      ['bare keep-alive request, pool of undici', show(pooled.bare)],
      ['executions', show(executions.ours)],
    ])
    console.log(`ratio ${ratios(executions)}; to undici ${ratios(pooled)}`)
    const rendered = benchTemplates(options.rounds)
    return {
      executions,
      pooled,
      templates: rendered,
      functions: await benchFunctions(options.rounds),
    }
  } finally {
    agent.destroy()
    await Promise.all([pool.close(), deps.close(), service.stop()])
  }
}

function ratios({ ratio, cpuRatio }: Comparison): string {
  return `${ratio.toFixed(2)} by executions, ${cpuRatio.toFixed(2)} by CPU time`
}

function subjectAt(origin: string): ActionSubject {
  const { requestUrlTemplate, requestTemplate, successTemplate } = templates
  return aSubject(`${origin}${requestUrlTemplate}`, {
    request: { requestType: 'POST', headers: { 'X-Id': '$input.id' }, requestTemplate },
    response: {
      translationMap: {
        id: '$.id',
        total: '$.total',
        priority: "$.participants[?(@.purpose=='acd')].conversationRoutingData.priority",
        attributes: "$.participants[?(@.purpose=='customer')].attributes",
      },
      translationMapDefaults: { total: '0' },
      successTemplate,
    },
    inputs: { id: { type: 'string' }, name: { type: 'string' }, note: { type: 'string' } },
    contract: {
      successSchema: {
        type: 'object',
        properties: { id: { type: 'string' }, priority: { type: 'integer' } },
      },
    },
  })
}

const headers = { 'content-type': 'application/json', accept: 'application/json' }

/** What a program without an engine would do, with Node's own client. */
function bareRequest(origin: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', agent, headers }
    const sent = request(`${origin}/conversations/c%201`, options, (reply) => {
      let text = ''
      reply.setEncoding('utf8')
      reply.on('data', (part) => {
        text += part
      })
      reply.on('end', () => {
        JSON.parse(text)
        resolve()
      })
    })
    sent.on('error', reject)
    sent.end(JSON.stringify(inputs))
  })
}

/** The same over the library that the way out is built on: the fastest client there is here. */
async function pooledRequest(pool: Pool): Promise<void> {
  const body = JSON.stringify(inputs)
  const reply = await pool.request({ path: '/conversations/c%201', method: 'POST', headers, body })
  JSON.parse(await reply.body.text())
}

interface Comparison {
  readonly bare: Spread
  readonly ours: Spread
  /** Of the medians. */
  readonly ratio: number
  /** CPU time of the bare one for ours, of the medians: what other work on the machine hardly moves. */
  readonly cpuRatio: number
}

interface Rate {
  readonly perSecond: number
  readonly cpuMicroseconds: number
}

async function compare(
  { bare, ours }: Readonly<Record<'bare' | 'ours', () => Promise<void>>>,
  { rounds, seconds }: Options,
): Promise<Comparison> {
  const found = { bare: [] as Rate[], ours: [] as Rate[] }
  for (const work of [bare, ours]) await rate(work, runningInSeconds)
  for (let round = 1; round <= rounds; round += 1) {
    found.bare.push(await rate(bare, seconds))
    found.ours.push(await rate(ours, seconds))
  }
  const of = (name: keyof Rate) => {
    const [all, own] = [found.bare, found.ours].map((rates) =>
      spread(rates.map((one) => one[name])),
    )
    return { all: all ?? spread([]), own: own ?? spread([]) }
  }
  const [perSecond, cpu] = [of('perSecond'), of('cpuMicroseconds')]
  return {
    bare: perSecond.all,
    ours: perSecond.own,
    ratio: perSecond.own.median / perSecond.all.median,
    cpuRatio: cpu.all.median / cpu.own.median,
  }
}

/** How often a second the work is done, several at once. */
async function rate(work: () => Promise<void>, seconds: number): Promise<Rate> {
  const cpu = process.cpuUsage()
  const startMs = performance.now()
  const endMs = startMs + seconds * 1000
  let done = 0
  const lane = async () => {
    while (performance.now() < endMs) {
      await work()
      done += 1
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  const { user, system } = process.cpuUsage(cpu)
  const perSecond = (done / (performance.now() - startMs)) * 1000
  return { perSecond, cpuMicroseconds: (user + system) / done }
}
