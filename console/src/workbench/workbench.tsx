import { Lock } from 'lucide-react'
import { lazy, type ReactNode, Suspense } from 'react'
import { Link, Redirect, Route, Switch, useLocation } from 'wouter'
import { useAround } from '../me.ts'
import { Empty, Loading } from '../ui/states.tsx'
import { clientSpec } from './access-specs.tsx'
import { AccountsPage } from './accounts/accounts-page.tsx'
import { campaignSpec, contactListSpec } from './campaigns.tsx'
import { ChannelsPage } from './channels/channels-page.tsx'
import { ConsentPage } from './consent-page.tsx'
import { CredentialsPage } from './credentials-page.tsx'
import { EmailPage } from './email-page.tsx'
import { FlowsPage } from './flows-page.tsx'
import { HealthPage } from './health-page.tsx'
import { type WorkbenchPage, workbenchPages } from './pages.ts'
import { ConsentPoliciesPage } from './policies/consent-policies-page.tsx'
import { ToolCallsPage } from './policies/tool-calls-page.tsx'
import { ToolPoliciesPage } from './policies/tool-policies-page.tsx'
import { ResourcePage } from './resource-page.tsx'
import { ResponsesPage } from './responses-page.tsx'
import {
  librarySpec,
  openSpec,
  queueSpec,
  recipientSpec,
  relaySpec,
  senderSpec,
  skillSpec,
  wrapupSpec,
} from './specs.tsx'
import { SupervisePage } from './supervise-page.tsx'
import { UsersPage } from './users-page.tsx'

const ActionsPage = lazy(() => import('./actions/actions-page.tsx'))

const views: Readonly<Record<string, () => ReactNode>> = {
  health: () => <HealthPage />,
  conversations: () => <SupervisePage />,
  campaigns: () => <ResourcePage key="campaigns" spec={campaignSpec} />,
  'contact-lists': () => <ResourcePage key="lists" spec={contactListSpec} />,
  clients: () => <ResourcePage key="clients" spec={clientSpec} />,
  queues: () => <ResourcePage key="queues" spec={queueSpec} />,
  users: () => <UsersPage />,
  'wrapup-codes': () => <ResourcePage key="codes" spec={wrapupSpec} />,
  skills: () => <ResourcePage key="skills" spec={skillSpec} />,
  responses: () => <ResponsesPage />,
  libraries: () => <ResourcePage key="libraries" spec={librarySpec} />,
  integrations: () => <ResourcePage key="integrations" spec={openSpec} />,
  recipients: () => <ResourcePage key="recipients" spec={recipientSpec} />,
  email: () => <EmailPage />,
  providers: () => <AccountsPage key="providers" isConnections={false} />,
  connections: () => <AccountsPage key="connections" isConnections />,
  senders: () => <ResourcePage key="senders" spec={senderSpec} />,
  relays: () => <ResourcePage key="relays" spec={relaySpec} />,
  'digital-channels': () => <ChannelsPage />,
  'tool-policies': () => <ToolPoliciesPage />,
  'tool-calls': () => <ToolCallsPage />,
  flows: () => <FlowsPage />,
  consent: () => <ConsentPage />,
  'consent-policies': () => <ConsentPoliciesPage />,
  credentials: () => <CredentialsPage />,
  actions: () => <ActionsPage />,
}

/** The menu of narrow screens: one list that leaves the room to the page. */
function Jump({
  pages,
  groups,
}: {
  readonly pages: readonly WorkbenchPage[]
  readonly groups: readonly string[]
}) {
  const [location, navigate] = useLocation()
  const current = pages.find(({ path }) => isAt(location, path))?.path ?? ''
  return (
    <div className="jump">
      <select
        className="input"
        aria-label="Page of the workbench"
        value={current}
        onChange={(event) => navigate(`/workbench/${event.target.value}`)}
      >
        {groups.map((group) => (
          <optgroup key={group} label={group}>
            {pages
              .filter((one) => one.group === group)
              .map(({ path, title }) => (
                <option key={path} value={path}>
                  {title}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
    </div>
  )
}

/** Whether an address is a page or something on it. */
function isAt(location: string, path: string): boolean {
  return `${location}/`.startsWith(`/workbench/${path}/`)
}

/** Where an administrator sets things up: a menu by subject, each page shown to those who may see it. */
export default function Workbench() {
  const { me } = useAround()
  const [location] = useLocation()
  const mine = workbenchPages.filter(({ permission }) => me.can(permission))
  const [first] = mine
  if (first === undefined) {
    return (
      <Empty icon={Lock} title="The workbench is not for your role">
        An administrator can give you permissions for parts of it.
      </Empty>
    )
  }
  const groups = [...new Set(mine.map(({ group }) => group))]
  return (
    <div className="workbench">
      <nav aria-label="Workbench">
        {groups.map((group) => (
          <section key={group}>
            <h2>{group}</h2>
            {mine
              .filter((one) => one.group === group)
              .map(({ path, title }) => (
                <Link
                  key={path}
                  href={`/workbench/${path}`}
                  aria-current={isAt(location, path) ? 'page' : undefined}
                >
                  {title}
                </Link>
              ))}
          </section>
        ))}
      </nav>
      <Jump pages={mine} groups={groups} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="workbench-page" aria-label="Page" tabIndex={0}>
        <Suspense
          fallback={
            <div className="page">
              <Loading />
            </div>
          }
        >
          <Switch>
            {mine.map(({ path }) => (
              <Route key={path} path={`/workbench/${path}/*?`}>
                {views[path]?.()}
              </Route>
            ))}
            <Route>
              <Redirect to={`/workbench/${first.path}`} replace />
            </Route>
          </Switch>
        </Suspense>
      </section>
    </div>
  )
}
