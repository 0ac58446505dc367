import { Plus } from 'lucide-react'
import { useState } from 'react'
import { api, list } from '../../api.ts'
import { useAround } from '../../me.ts'
import { useResource } from '../../resource.ts'
import { Badge, Button } from '../../ui/basics.tsx'
import { Dialog } from '../../ui/dialogs.tsx'
import { Loaded } from '../../ui/states.tsx'
import { Table } from '../../ui/table.tsx'
import { count } from '../../ui/words.ts'
import { type ConsentPolicy, timeOf, wordSetChoices } from './consent-policy.ts'
import { ConsentPolicyForm } from './consent-policy-form.tsx'

const path = '/api/signalbox/consentpolicies'

/** What consent goes by: words, answers, quiet hours and caps; for all senders, and for those with rules of their own. */
export function ConsentPoliciesPage() {
  const { me } = useAround()
  const [open, setOpen] = useState<ConsentPolicy | 'new' | undefined>(undefined)
  const policies = useResource('consent-policies', async () => {
    const [all, plain] = await Promise.all([
      list<ConsentPolicy>(path),
      api<ConsentPolicy>('GET', `${path}/default`),
    ])
    return [plain, ...all.filter(({ id }) => id !== 'default')]
  })
  const done = () => {
    setOpen(undefined)
    void policies.reload()
  }
  return (
    <div className="page">
      <header>
        <div>
          <h1>Consent policies</h1>
          <p>
            Which words opt out and in, what is answered, and when bulk texts may leave. A sender
            without rules of its own has those of the organization.
          </p>
        </div>
        {me.can('signalbox:consents:edit') ? (
          <Button look="primary" icon={Plus} onPress={() => setOpen('new')}>
            New
          </Button>
        ) : null}
      </header>
      <Loaded resource={policies}>
        {(all) => (
          <Table heads={['Holds for', 'Words', 'Bulk texts leave', 'Cap', 'Marketing']}>
            {all.map((one) => (
              <tr key={one.id}>
                <td>
                  <button type="button" className="link" onClick={() => setOpen(one)}>
                    {one.id === 'default' ? 'The organization' : one.id}
                  </button>
                  {one.version === 0 ? <span className="xs soft"> as it came</span> : null}
                </td>
                <td>{wordsOf(one)}</td>
                <td>{hoursOf(one)}</td>
                <td>
                  {one.cap === undefined
                    ? 'None'
                    : `${count(one.cap.textsMax, 'text')} in ${count(one.cap.withinHours, 'hour')}`}
                </td>
                <td>
                  {one.marketingNeedsOptIn === true ? (
                    <Badge tone="info">Only who opted in</Badge>
                  ) : (
                    'All who did not opt out'
                  )}
                </td>
              </tr>
            ))}
          </Table>
        )}
      </Loaded>
      <Dialog
        title={titleOf(open)}
        isOpen={open !== undefined}
        onClose={() => setOpen(undefined)}
        place="side"
      >
        {open === undefined ? null : (
          <ConsentPolicyForm
            policy={open === 'new' ? undefined : open}
            beginWith={policies.data?.[0]}
            onDone={done}
          />
        )}
      </Dialog>
    </div>
  )
}

function titleOf(open: ConsentPolicy | 'new' | undefined): string {
  if (open === undefined || open === 'new') return 'Rules for a sender'
  return open.id === 'default' ? 'Rules of the organization' : `Rules for ${open.id}`
}

function wordsOf({ wordSets = [], optOutWords = [] }: ConsentPolicy): string {
  const names = wordSetChoices
    .filter(({ value }) => wordSets.includes(value))
    .map(({ label }) => label)
  const own =
    optOutWords.length === 0 ? [] : [count(optOutWords.length, 'word of its own', 'of its own')]
  return [...names, ...own].join(', ') || 'None'
}

function hoursOf({ quietHours }: ConsentPolicy): string {
  if (quietHours === undefined) return 'At any hour'
  const { fromMinute, toMinute } = quietHours.window
  const more = quietHours.stateRules ? ', less in some states' : ''
  return `${timeOf(fromMinute)} to ${timeOf(toMinute)}${more}`
}
