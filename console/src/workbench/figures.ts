/** What the charts read out of the server's metrics (Prometheus text): counters since its start. */
export interface Figures {
  readonly requests: number
  readonly sent: number
  /** Sum of the times from accepted to sent, seconds. */
  readonly sentSeconds: number
}

/** Adds up the counters that the charts need, over all their labels. */
export function figuresOf(text: string): Figures {
  const sums = new Map<string, number>()
  for (const line of text.split('\n')) {
    const [, name = '', value = ''] = /^([a-z_]+)(?:\{[^}]*\})? ([0-9.e+-]+)$/.exec(line) ?? []
    if (name !== '') sums.set(name, (sums.get(name) ?? 0) + Number(value))
  }
  const sumOf = (name: string) => sums.get(name) ?? 0
  return {
    requests: sumOf('signalbox_http_requests_total'),
    sent: sumOf('signalbox_accepted_to_sent_seconds_count'),
    sentSeconds: sumOf('signalbox_accepted_to_sent_seconds_sum'),
  }
}
