import { Badge } from '../../ui/basics.tsx'
import { count } from '../../ui/words.ts'
import type { Connector, Kit } from './account.ts'

const carriesWords: Readonly<Record<string, string>> = {
  sms: 'texts',
  email: 'e-mail',
  fax: 'faxes',
  platform: 'calls to a platform',
}

/** What a connector can do, as badges: what carries a risk when it is missing says so. */
export function Capabilities({ connector }: { readonly connector: Connector }) {
  const { dropsDoubles, asksStatus, carries, kit } = connector
  const hasReceipts = passedIn(kit, 'receipts') > 0
  return (
    <span className="row tight">
      <Badge tone={dropsDoubles ? 'good' : 'warn'}>
        {dropsDoubles ? 'Drops doubles' : 'Does not drop doubles'}
      </Badge>
      {hasReceipts ? <Badge tone="good">Receipts</Badge> : null}
      {asksStatus ? <Badge tone="good">Can be asked</Badge> : null}
      {carries === 'sms' ? <Badge tone="good">Failover</Badge> : null}
    </span>
  )
}

/** How many cases passed, in a word. */
export function KitBadge({ kit }: { readonly kit: Kit | undefined }) {
  if (kit === undefined) return <span className="xs soft">Not in the kit</span>
  const failed = kit.areas.reduce((sum, one) => sum + one.failed, 0)
  const passed = kit.areas.reduce((sum, one) => sum + one.passed, 0)
  return failed === 0 ? (
    <Badge tone="good">{count(passed, 'case')} passed</Badge>
  ) : (
    <Badge tone="bad">
      {failed} of {count(passed + failed, 'case')} failed
    </Badge>
  )
}

/** The providers that can be connected: what each can do, and what the test kit found. */
export function Connectors({ connectors }: { readonly connectors: readonly Connector[] }) {
  return (
    <section className="stack">
      <div>
        <h2>Connectors</h2>
        <p className="small soft">
          Each that carries texts was tried with everything that providers do: the whole path, with
          a provider on a socket of its own.
        </p>
      </div>
      <div className="cards">
        {connectors.map((one) => (
          <article key={one.name} className="card stack">
            <h3>{one.title}</h3>
            <div className="row between">
              <Capabilities connector={one} />
              <KitBadge kit={one.kit} />
            </div>
            <KitFacts connector={one} />
          </article>
        ))}
      </div>
    </section>
  )
}

/** What the kit found, area by area. */
export function KitFacts({ connector }: { readonly connector: Connector }) {
  const { kit, carries, charactersMax } = connector
  const what = carriesWords[carries] ?? carries
  const carried = charactersMax > 0 ? `${what} of up to ${count(charactersMax, 'character')}` : what
  if (kit === undefined) return <p className="xs soft">Carries {carried}.</p>
  const without = kit.without.reduce((sum, one) => sum + one.cases, 0)
  return (
    <>
      <p className="xs soft">
        Carries {carried}. Version {kit.version} was tried on {kit.date}.
      </p>
      <details className="small">
        <summary>Cases by area{without === 0 ? '' : `, and ${without} that do not apply`}</summary>
        <dl className="facts">
          {kit.areas.map(({ area, passed, failed }) => (
            <div key={area} className="pair">
              <dt>{area}</dt>
              <dd>
                {passed} passed{failed === 0 ? '' : `, ${failed} failed`}
              </dd>
            </div>
          ))}
          {kit.without.map(({ reason, cases }) => (
            <div key={reason} className="pair">
              <dt>left out</dt>
              <dd>
                {cases}: {reason}
              </dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  )
}

function passedIn(kit: Kit | undefined, area: string): number {
  return kit?.areas.find((one) => one.area === area)?.passed ?? 0
}
