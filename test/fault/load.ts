import { handsets, senders, token } from './ground.ts'

/** What a caller was told. */
export interface Told {
  /** 0: the connection broke before an answer. */
  readonly status: number
  readonly retryAfter: string | undefined
  readonly url: string
}

/** Callers that send without end, each one lane after the other in order. */
export interface Load {
  /** Acknowledged texts by lane, in the order sent. */
  readonly acknowledged: ReadonlyMap<string, readonly string[]>
  /** Every answer but 200. */
  readonly refused: readonly Told[]
  resume(): void
  pause(): void
  /** Starts nothing new, and waits for the answers under way. */
  stop(): Promise<void>
}

const restMs = 5

/**
 * Starts twelve callers, a lane each; they begin at `resume`. `urlOf` says where the next request goes;
 * undefined makes its caller wait.
 */
export function startLoad(urlOf: (caller: number) => string | undefined): Load {
  const acknowledged = new Map<string, string[]>()
  const refused: Told[] = []
  let running = false
  let stopped = false
  let number = 0
  const callers = handsets.map(async (handset, caller) => {
    const isOpen = caller % 3 === 0
    const from = isOpen ? 'integration' : (senders[caller % senders.length] ?? '')
    const lane = isOpen ? handset : `${from}|${handset}`
    while (!stopped) {
      const url = running ? urlOf(caller) : undefined
      if (url === undefined) {
        await sleep(restMs)
        continue
      }
      number += 1
      const text = `text ${String(number).padStart(8, '0')}`
      const told = await send(url, { from, to: handset, text })
      if (told.status !== 200) {
        refused.push(told)
        await sleep(restMs)
        continue
      }
      const texts = acknowledged.get(lane)
      if (texts === undefined) acknowledged.set(lane, [text])
      else texts.push(text)
    }
  })
  return {
    acknowledged,
    refused,
    resume() {
      running = true
    },
    pause() {
      running = false
    },
    async stop() {
      stopped = true
      await Promise.all(callers)
    },
  }
}

/** Sends one text by the agentless operation, by SMS or by open messaging as the address says. */
export async function send(
  url: string,
  { from, to, text }: { readonly from: string; readonly to: string; readonly text: string },
): Promise<Told> {
  try {
    const response = await fetch(`${url}/api/v2/conversations/messages/agentless`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        fromAddress: from,
        toAddress: to,
        toAddressMessengerType: from === 'integration' ? 'open' : 'sms',
        textBody: text,
      }),
    })
    await response.arrayBuffer()
    const retryAfter = response.headers.get('retry-after') ?? undefined
    return { status: response.status, retryAfter, url }
  } catch {
    return { status: 0, retryAfter: undefined, url }
  }
}

/** The status of `/health/ready`; 0 while nobody listens. */
export async function readiness(url: string): Promise<number> {
  try {
    const response = await fetch(`${url}/health/ready`)
    await response.arrayBuffer()
    return response.status
  } catch {
    return 0
  }
}

/** Waits. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
