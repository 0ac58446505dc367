import {
  ArrowLeft,
  ArrowRightLeft,
  CircleParking,
  ClipboardCheck,
  LogOut,
  PanelRightClose,
  PanelRightOpen,
  Phone,
  PhoneOff,
} from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { api } from '../api.ts'
import { useKeys } from '../keys.ts'
import { useAround } from '../me.ts'
import { useAction, useNow } from '../resource.ts'
import { Button, IconButton } from '../ui/basics.tsx'
import { Loading, Problem } from '../ui/states.tsx'
import { stopwatch } from '../ui/time.tsx'
import { Composer } from './composer.tsx'
import { ContextPanel } from './context-panel.tsx'
import { type Interaction, type OwnSeat, stageOf } from './interaction.ts'
import { OptOutLock, useOptOut } from './opt-out.tsx'
import { channels } from './roster.tsx'
import { Thread } from './thread.tsx'
import { TransferDialog } from './transfer-dialog.tsx'
import { WrapUp } from './wrap-up.tsx'

const EmailView = lazy(() => import('./email-view.tsx'))
const contextKey = 'signalbox.context'

/** What the agent can do with his own seat in an interaction. */
export function useSeat(interaction: Interaction) {
  const { desk } = useAround()
  return useAction(async (state: 'connected' | 'disconnected' | 'parked') => {
    const { own } = interaction
    if (own === undefined) return
    await api(
      'PATCH',
      `/api/v2/conversations/${interaction.id}/participants/${own.participantId}`,
      {
        body: { state },
      },
    )
    await desk.refresh(interaction.id)
  })
}

/** One interaction: its head with what can be done, the thread or the mails, where to write, and what is known. */
export function InteractionView({
  interaction,
  onBack,
  onGone,
}: {
  readonly interaction: Interaction
  readonly onBack: () => void
  readonly onGone: () => void
}) {
  const { desk } = useAround()
  const [isTransfer, setTransfer] = useState(false)
  const [isWrapUp, setWrapUp] = useState(false)
  const [hasContext, setContext] = useState(() => localStorage.getItem(contextKey) !== '0')
  const seat = useSeat(interaction)
  const stage = stageOf(interaction)
  const { own } = interaction
  const isIn = stage === 'connected' && own?.isMonitoring !== true
  useKeys({
    ...(stage === 'alerting'
      ? { answer: () => void seat.run('connected'), decline: () => void seat.run('disconnected') }
      : {}),
    ...(isIn
      ? {
          transfer: () => setTransfer(true),
          park: () => void seat.run('parked'),
          leave: () => void seat.run('disconnected'),
          'wrap-up': () => setWrapUp(true),
        }
      : {}),
    ...(stage === 'parked' ? { park: () => void seat.run('connected') } : {}),
    ...(stage === 'wrap-up' ? { 'wrap-up': () => focusWrapUp() } : {}),
  })
  const close = () => {
    desk.dismiss(interaction.id)
    onGone()
  }
  return (
    <div className={`interaction ${hasContext ? 'with-context' : ''}`}>
      <div className="conversation">
        <Head
          interaction={interaction}
          onBack={onBack}
          hasContext={hasContext}
          onContext={() => {
            setContext(!hasContext)
            localStorage.setItem(contextKey, hasContext ? '0' : '1')
          }}
        >
          {isIn ? (
            <>
              <Button icon={ArrowRightLeft} onPress={() => setTransfer(true)}>
                Transfer
              </Button>
              <Button icon={CircleParking} onPress={() => void seat.run('parked')}>
                Park
              </Button>
              <Button icon={ClipboardCheck} onPress={() => setWrapUp(true)}>
                Wrap-up
              </Button>
            </>
          ) : null}
          {stage === 'connected' ? (
            <Button look="danger" icon={LogOut} onPress={() => void seat.run('disconnected')}>
              {own?.isMonitoring === true ? 'Stop monitoring' : 'End'}
            </Button>
          ) : null}
        </Head>
        {seat.error === undefined ? null : <Problem error={seat.error} />}
        {interaction.channel === 'email' ? (
          <Suspense fallback={<Loading />}>
            <EmailView interaction={interaction} />
          </Suspense>
        ) : (
          <Thread interaction={interaction} />
        )}
        <Foot interaction={interaction} seat={seat} own={own} onClose={close} />
      </div>
      {hasContext ? <ContextPanel interaction={interaction} /> : null}
      <TransferDialog
        interaction={interaction}
        isOpen={isTransfer}
        onClose={() => setTransfer(false)}
      />
      <WrapUp.Dialog
        interaction={interaction}
        isOpen={isWrapUp}
        onClose={() => setWrapUp(false)}
        onDone={() => setWrapUp(false)}
      />
    </div>
  )
}

function focusWrapUp(): void {
  document.querySelector<HTMLElement>('.wrap-up select')?.focus()
}

function Head({
  interaction,
  children,
  onBack,
  hasContext,
  onContext,
}: {
  readonly interaction: Interaction
  readonly children: React.ReactNode
  readonly onBack: () => void
  readonly hasContext: boolean
  readonly onContext: () => void
}) {
  const { icon: Icon, name } = channels[interaction.channel]
  return (
    <header className="interaction-head">
      <span className="only-stacked">
        <IconButton icon={ArrowLeft} label="Back to the roster" onPress={onBack} />
      </span>
      <div className="who grow">
        <h2 className="truncate">{interaction.subject ?? interaction.customerName}</h2>
        <p className="xs soft truncate">
          <Icon size={12} aria-hidden /> {name}
          {interaction.customerAddress === (interaction.subject ?? interaction.customerName)
            ? ''
            : ` · ${interaction.customerAddress}`}
          {interaction.queueName === undefined ? '' : ` · ${interaction.queueName}`}
        </p>
      </div>
      <div className="row head-actions">{children}</div>
      <IconButton
        icon={hasContext ? PanelRightClose : PanelRightOpen}
        label={hasContext ? 'Hide what is known' : 'Show what is known'}
        onPress={onContext}
      />
    </header>
  )
}

function Foot({
  interaction,
  seat,
  own,
  onClose,
}: {
  readonly interaction: Interaction
  readonly seat: ReturnType<typeof useSeat>
  readonly own: OwnSeat | undefined
  readonly onClose: () => void
}) {
  const stage = stageOf(interaction)
  if (stage === 'alerting') return <AlertBar own={own} seat={seat} />
  if (stage === 'parked') {
    return (
      <div className="foot-bar">
        <span className="grow">
          Parked. It does not count towards your capacity, and comes back when the customer writes.
        </span>
        <Button look="primary" shortcut="park" onPress={() => void seat.run('connected')}>
          Resume
        </Button>
      </div>
    )
  }
  if (stage === 'wrap-up') {
    return <WrapUp.Bar interaction={interaction} onDone={onClose} />
  }
  if (stage === 'ended') {
    return (
      <div className="foot-bar" role="status">
        <span className="grow">{endingWords(interaction)}</span>
        <Button onPress={onClose}>Close</Button>
      </div>
    )
  }
  if (own?.isMonitoring === true) {
    return (
      <div className="foot-bar" role="status">
        You are monitoring: you read along and cannot write. The desks of those who take part do not
        show it.
      </div>
    )
  }
  return interaction.channel === 'email' ? null : <Write interaction={interaction} />
}

function endingWords({ own, endMs, colleague }: Interaction): string {
  if (endMs === undefined && own?.isHandedOver === true) {
    if (colleague === undefined) return 'You handed this interaction over.'
    const { name, isAsked } = colleague
    return `You handed this interaction over. ${isAsked ? `It alerts at ${name}` : `${name} has it`} now.`
  }
  if (endMs === undefined && own?.isMonitoring === true) return 'You have stopped monitoring.'
  return 'This interaction is over for you. If the customer writes again, it comes back through its queue.'
}

function Write({ interaction }: { readonly interaction: Interaction }) {
  const entry = useOptOut(interaction)
  return (
    <>
      {interaction.colleague?.isAsked !== true ? null : (
        <div className="foot-bar" role="status">
          {interaction.colleague.name} is asked to take over. You stay until they answer.
        </div>
      )}
      {entry === undefined ? <Composer interaction={interaction} /> : <OptOutLock entry={entry} />}
    </>
  )
}

function AlertBar({
  own,
  seat,
}: {
  readonly own: OwnSeat | undefined
  readonly seat: ReturnType<typeof useSeat>
}) {
  const nowMs = useNow(250)
  const endMs =
    own?.alertingSinceMs === undefined || own.alertingTimeoutMs === undefined
      ? undefined
      : own.alertingSinceMs + own.alertingTimeoutMs
  return (
    <div className="foot-bar alert" role="alert">
      <span className="grow">
        <strong>A customer is waiting for you.</strong>{' '}
        {endMs === undefined ? null : (
          <span aria-hidden className="soft">
            {stopwatch(endMs - nowMs)} left to answer
          </span>
        )}
      </span>
      <Button
        look="primary"
        large
        icon={Phone}
        shortcut="answer"
        isDisabled={seat.isBusy}
        onPress={() => void seat.run('connected')}
      >
        Answer
      </Button>
      <Button
        look="danger"
        large
        icon={PhoneOff}
        shortcut="decline"
        isDisabled={seat.isBusy}
        onPress={() => void seat.run('disconnected')}
      >
        Decline
      </Button>
    </div>
  )
}
