import { Link, Redirect, Route, Switch, useLocation } from 'wouter'
import { useAround } from '../me.ts'
import { Deliveries } from './deliveries.tsx'
import { RequestLogView } from './request-log.tsx'
import { Timeline } from './timeline.tsx'
import { Verify } from './verify.tsx'

const tabs = [
  { path: '/inspector/requests', title: 'Requests', permission: 'signalbox:exchanges:view' },
  { path: '/inspector/messages', title: 'Message timeline', permission: 'signalbox:messages:view' },
  { path: '/inspector/deliveries', title: 'Deliveries', permission: 'signalbox:deliveries:view' },
  {
    path: '/inspector/verify',
    title: 'Verify a signature',
    permission: 'signalbox:exchanges:view',
  },
] as const

/** Where one looks when something is wrong: what went over the wire, and what became of it. */
export default function Inspector() {
  const { me } = useAround()
  const [location] = useLocation()
  return (
    <div className="inspector">
      <nav className="sub-nav" aria-label="Inspector">
        {tabs
          .filter(({ permission }) => me.can(permission))
          .map(({ path, title }) => (
            <Link
              key={path}
              href={path}
              aria-current={location.startsWith(path) ? 'page' : undefined}
            >
              {title}
            </Link>
          ))}
      </nav>
      <Switch>
        <Route path="/inspector/requests/:id?">{({ id }) => <RequestLogView openId={id} />}</Route>
        <Route path="/inspector/messages/:id?">{({ id }) => <Timeline id={id} />}</Route>
        <Route path="/inspector/deliveries/:id?">{({ id }) => <Deliveries openId={id} />}</Route>
        <Route path="/inspector/verify">
          <Verify />
        </Route>
        <Route>
          <Redirect to="/inspector/requests" replace />
        </Route>
      </Switch>
    </div>
  )
}
