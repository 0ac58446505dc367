import { MessageCircleOff } from 'lucide-react'
import { api, type Listing } from '../api.ts'
import { useAround } from '../me.ts'
import { useResource } from '../resource.ts'
import { exactTime } from '../ui/time.tsx'
import type { Interaction } from './interaction.ts'

interface Entry {
  readonly kind: 'opt-out' | 'opt-in' | 'help'
  readonly source: string
  readonly date: string
  readonly text?: string
  readonly note?: string
  readonly applied: boolean
}

const sources: Readonly<Record<string, string>> = {
  keyword: 'by text',
  api: 'by a program or a colleague',
  import: 'by an import',
  carrier: 'with the carrier',
}

/** The line of the ledger by which the customer does not want to be written to; undefined when he may be. */
export function useOptOut({
  channel,
  customerAddress,
  ourAddress,
  lines,
}: Interaction): Entry | undefined {
  const { me } = useAround()
  const isAsked = channel === 'sms' && me.can('signalbox:consents:view')
  // what the customer wrote last may have changed it
  const last = lines.findLast(({ isInbound }) => isInbound)?.id ?? ''
  const found = useResource(
    `opt-out ${isAsked} ${customerAddress} ${ourAddress} ${last}`,
    async () => {
      if (!isAsked) return []
      const query = { handset: customerAddress, sender: ourAddress, pageSize: 20 }
      const page = await api<Listing<Entry>>('GET', '/api/signalbox/consents/entries', { query })
      return page.entities
    },
  )
  const deciding = (found.data ?? []).find(({ kind, applied }) => applied && kind !== 'help')
  return deciding?.kind === 'opt-out' ? deciding : undefined
}

/** In the place of the composer: why nothing can be written. */
export function OptOutLock({ entry }: { readonly entry: Entry }) {
  const said = entry.text ?? entry.note
  return (
    <div className="foot-bar" role="status">
      <MessageCircleOff size={18} aria-hidden />
      <span className="grow">
        <strong>This customer opted out</strong> {sources[entry.source] ?? ''} on{' '}
        {exactTime(Date.parse(entry.date))}
        {said === undefined ? '' : ` (“${said}”)`}. Texts would be held back; START takes it back.
      </span>
    </div>
  )
}
