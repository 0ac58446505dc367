import { Headset, PanelRight, Plus, Smartphone } from 'lucide-react'
import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from 'react'
import { useLocation } from 'wouter'
import { areKeysOn, keyOf, useKeys } from '../keys.ts'
import { useAround } from '../me.ts'
import { Button, IconButton } from '../ui/basics.tsx'
import { Empty, Loading } from '../ui/states.tsx'
import { useAlerting } from './alerting.ts'
import { stageOf } from './interaction.ts'
import { InteractionView } from './interaction-view.tsx'
import { OutboundDialog } from './outbound-dialog.tsx'
import { Roster, rosterOrder } from './roster.tsx'

const HandsetPanel = lazy(() => import('../handset/handset-panel.tsx'))
const handsetKey = 'signalbox.handset'

/** Where an agent lives: his interactions at the left, the one he is in, and beside it a handset where he may have one. */
export function Desk({ openId }: { readonly openId: string | undefined }) {
  const { me, desk } = useAround()
  const snapshot = useSyncExternalStore(desk.subscribe, desk.snapshot)
  const [, navigate] = useLocation()
  const [isNew, setNew] = useState(false)
  const [hasHandset, setHandset] = useState(() => localStorage.getItem(handsetKey) === '1')
  const mayHandset = me.can('signalbox:handset:edit')
  const ordered = rosterOrder(snapshot.interactions)
  const open = snapshot.interactions.find(({ id }) => id === openId)
  const openIt = (id: string | undefined) => navigate(id === undefined ? '/desk' : `/desk/${id}`)
  const showHandset = (on: boolean) => {
    setHandset(on)
    localStorage.setItem(handsetKey, on ? '1' : '0')
  }
  const step = (by: number) => {
    const at = ordered.findIndex(({ id }) => id === openId)
    const next = ordered[at === -1 ? 0 : (at + by + ordered.length) % ordered.length]
    if (next !== undefined) openIt(next.id)
  }
  useAlerting(snapshot)
  useEffect(() => {
    desk.open(openId)
    const onSeen = () => desk.open(document.hidden ? undefined : openId)
    document.addEventListener('visibilitychange', onSeen)
    return () => document.removeEventListener('visibilitychange', onSeen)
  }, [desk, openId])
  useKeys({
    'next-interaction': () => step(1),
    'previous-interaction': () => step(-1),
    new: () => setNew(true),
    ...(mayHandset ? { handset: () => showHandset(!hasHandset) } : {}),
  })
  return (
    <div
      className={`desk ${hasHandset && mayHandset ? 'with-handset' : ''} ${open === undefined ? '' : 'is-open'}`}
    >
      <section className="roster" aria-label="Your interactions">
        <header>
          <h1>Interactions</h1>
          <span className="row">
            {mayHandset ? (
              <IconButton
                icon={Smartphone}
                label={hasHandset ? 'Hide the handset' : 'Show the handset'}
                onPress={() => showHandset(!hasHandset)}
              />
            ) : null}
            <IconButton icon={Plus} label="New conversation" onPress={() => setNew(true)} />
          </span>
        </header>
        {snapshot.isRead ? (
          <Roster snapshot={snapshot} openId={openId} onOpen={openIt} />
        ) : (
          <div className="roster-loading">
            <Loading />
          </div>
        )}
      </section>
      <section
        className="stage"
        aria-label={open === undefined ? 'Interaction' : open.customerName}
      >
        {open === undefined ? (
          <NothingOpen isOn={snapshot.routing.status !== 'OFF_QUEUE'} hasAny={ordered.length > 0} />
        ) : (
          <InteractionView
            key={open.id}
            interaction={open}
            onBack={() => openIt(undefined)}
            onGone={() => {
              const next = ordered.find((one) => one.id !== open.id && stageOf(one) !== 'ended')
              openIt(next?.id)
            }}
          />
        )}
      </section>
      {hasHandset && mayHandset ? (
        <Suspense fallback={<Loading />}>
          <HandsetPanel onClose={() => showHandset(false)} />
        </Suspense>
      ) : null}
      <OutboundDialog isOpen={isNew} onClose={() => setNew(false)} onOpened={openIt} />
    </div>
  )
}

function NothingOpen({ isOn, hasAny }: { readonly isOn: boolean; readonly hasAny: boolean }) {
  if (hasAny) {
    return (
      <Empty icon={PanelRight} title="Choose an interaction">
        {areKeysOn() ? (
          <>
            Press <kbd>{keyOf('next-interaction')}</kbd> and{' '}
            <kbd>{keyOf('previous-interaction')}</kbd> to go through them.
          </>
        ) : (
          'The roster at the left has them.'
        )}
      </Empty>
    )
  }
  return (
    <Empty
      icon={Headset}
      title={isOn ? 'You are on queue' : 'You are off queue'}
      action={isOn ? undefined : <GoOnQueue />}
    >
      {isOn
        ? 'The next customer of your queues will alert here, with a sound and a mark in the title of the tab.'
        : 'Go on queue, and customers who write to your queues will alert here.'}
    </Empty>
  )
}

function GoOnQueue() {
  const { desk } = useAround()
  return (
    <Button look="primary" large onPress={() => void goOnQueue(desk.userId)}>
      Go on queue
    </Button>
  )
}

async function goOnQueue(userId: string): Promise<void> {
  const { api } = await import('../api.ts')
  await api('PUT', `/api/v2/users/${userId}/routingstatus`, { body: { status: 'IDLE' } })
}
