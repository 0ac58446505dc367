import { Activity, Menu as MenuIcon, Search, Smartphone } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useState, useSyncExternalStore } from 'react'
import { Link, Redirect, Route, Switch, useLocation } from 'wouter'
import { Desk } from '../desk/desk.tsx'
import { useKeys } from '../keys.ts'
import { useAround } from '../me.ts'
import { IconButton } from '../ui/basics.tsx'
import { Boundary } from '../ui/boundary.tsx'
import { Empty, Loading } from '../ui/states.tsx'
import { CommandBar } from './command-bar.tsx'
import { LiveMark } from './live-mark.tsx'
import { OnQueueSwitch, useRouting } from './on-queue.tsx'
import { places } from './places.ts'
import { ShortcutSheet } from './shortcut-sheet.tsx'
import { Brand } from './sign-in.tsx'
import { UserMenu } from './user-menu.tsx'
import { Welcome } from './welcome.tsx'

const Inspector = lazy(() => import('../inspector/inspector.tsx'))
const Workbench = lazy(() => import('../workbench/workbench.tsx'))
const Settings = lazy(() => import('./settings.tsx'))

/** Everything around the pages: where one can go, whether one takes work, whether the line is live. */
export function Shell() {
  const { me, desk } = useAround()
  const [overlay, setOverlay] = useState<'help' | 'commands' | undefined>(undefined)
  const [isNavOpen, setNavOpen] = useState(false)
  const [location, navigate] = useLocation()
  const routing = useRouting(desk)
  useKeys({
    help: () => setOverlay('help'),
    'on-queue': () => void routing.toggle(),
  })
  const mine = places.filter(({ may }) => may(me))
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to content
      </a>
      <nav className={isNavOpen ? 'rail open' : 'rail'} aria-label="Parts of the console">
        <Link href="/desk" className="rail-brand" aria-label="signalbox, home">
          <Brand isSmall />
        </Link>
        <ul>
          {mine.map(({ path, title, icon: Icon }) => (
            <li key={path}>
              <Link
                href={path}
                onClick={() => setNavOpen(false)}
                aria-current={location.startsWith(path) ? 'page' : undefined}
              >
                <Icon size={19} aria-hidden />
                <span>{title}</span>
                {path === '/desk' ? <UnreadCount /> : null}
              </Link>
            </li>
          ))}
        </ul>
        <ul className="rail-foot">
          <li>
            <Link href="/welcome" aria-current={location === '/welcome' ? 'page' : undefined}>
              <Smartphone size={19} aria-hidden />
              <span>First steps</span>
            </Link>
          </li>
        </ul>
      </nav>
      <header className="top">
        <span className="only-narrow">
          <IconButton icon={MenuIcon} label="Menu" onPress={() => setNavOpen(!isNavOpen)} />
        </span>
        <span className="organization truncate">{me.organization}</span>
        <LiveMark live={desk.live} />
        <span className="grow" />
        <IconButton
          icon={Search}
          label="Commands (Ctrl K)"
          onPress={() => setOverlay('commands')}
        />
        <OnQueueSwitch routing={routing} />
        <UserMenu onHelp={() => setOverlay('help')} />
      </header>
      <main id="main" className="main" tabIndex={-1}>
        <Boundary page={location}>
          <Suspense fallback={<PageLoading />}>
            <Switch>
              <Route path="/desk/:id?">{({ id }) => <Desk openId={id} />}</Route>
              <Route path="/inspector/*?">
                <Allowed isAllowed={me.can('signalbox:exchanges:view')}>
                  <Inspector />
                </Allowed>
              </Route>
              <Route path="/workbench/*?">
                <Workbench />
              </Route>
              <Route path="/settings">
                <Settings />
              </Route>
              <Route path="/welcome">
                <Welcome />
              </Route>
              <Route>
                <Redirect to="/desk" replace />
              </Route>
            </Switch>
          </Suspense>
        </Boundary>
      </main>
      <CommandBar
        isOpen={overlay === 'commands'}
        onOpen={(open) => setOverlay(open ? 'commands' : undefined)}
        go={navigate}
        showHelp={() => setOverlay('help')}
        toggleQueue={() => void routing.toggle()}
      />
      <ShortcutSheet isOpen={overlay === 'help'} onClose={() => setOverlay(undefined)} />
    </div>
  )
}

function UnreadCount() {
  const { desk } = useAround()
  const { unread } = useSyncExternalStore(desk.subscribe, desk.snapshot)
  const total = [...unread.values()].reduce((sum, one) => sum + one, 0)
  if (total === 0) return null
  return (
    <span className="count">
      {total}
      <span className="sr-only"> unread</span>
    </span>
  )
}

function Allowed({
  isAllowed,
  children,
}: {
  readonly isAllowed: boolean
  readonly children: ReactNode
}) {
  if (isAllowed) return children
  return (
    <Empty icon={Activity} title="This page is not for your role">
      An administrator can give you the permission signalbox:exchanges:view.
    </Empty>
  )
}

function PageLoading() {
  return (
    <div className="page">
      <Loading />
    </div>
  )
}
