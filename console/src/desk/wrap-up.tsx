import { useState } from 'react'
import { api } from '../api.ts'
import { useAround } from '../me.ts'
import { useAction, useNow, useResource } from '../resource.ts'
import { Button } from '../ui/basics.tsx'
import { Dialog } from '../ui/dialogs.tsx'
import { SelectField, TextField } from '../ui/fields.tsx'
import { Problem } from '../ui/states.tsx'
import { stopwatch } from '../ui/time.tsx'
import type { Interaction } from './interaction.ts'

interface Code {
  readonly id: string
  readonly name: string
}

function pathOf(interaction: Interaction): string {
  const kind = interaction.channel === 'email' ? 'emails' : 'messages'
  return `/api/v2/conversations/${kind}/${interaction.id}/participants/${interaction.own?.participantId}`
}

function useWrapUp(interaction: Interaction, onDone: () => void) {
  const { desk } = useAround()
  const [code, setCode] = useState('')
  const [notes, setNotes] = useState(
    () => sessionStorage.getItem(`signalbox.notes.${interaction.id}`) ?? '',
  )
  const codes = useResource(`codes-${pathOf(interaction)}`, () =>
    api<readonly Code[]>('GET', `${pathOf(interaction)}/wrapupcodes`),
  )
  const [first] = codes.data ?? []
  const chosen = code === '' ? (first?.id ?? '') : code
  const save = useAction(async () => {
    const name = codes.data?.find(({ id }) => id === chosen)?.name
    await api(
      'POST',
      `${pathOf(interaction)}/communications/${interaction.own?.communicationId}/wrapup`,
      {
        body: {
          code: chosen,
          ...(name === undefined ? {} : { name }),
          ...(notes === '' ? {} : { notes }),
        },
      },
    )
    sessionStorage.removeItem(`signalbox.notes.${interaction.id}`)
    await desk.refresh(interaction.id)
    onDone()
  })
  const skip = useAction(async () => {
    await api('PATCH', pathOf(interaction), { body: { wrapupSkipped: true } })
    await desk.refresh(interaction.id)
    onDone()
  })
  return { codes, chosen, setCode, notes, setNotes, save, skip }
}

interface Given {
  readonly interaction: Interaction
  readonly onDone: () => void
}

function Fields({ wrapUp }: { readonly wrapUp: ReturnType<typeof useWrapUp> }) {
  return (
    <>
      <SelectField
        label="Wrap-up code"
        value={wrapUp.chosen}
        choices={(wrapUp.codes.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        onChange={wrapUp.setCode}
      />
      <TextField label="Notes" value={wrapUp.notes} onChange={wrapUp.setNotes} />
    </>
  )
}

/** After-call work under the thread: the code, the notes, and how much time is left. */
function Bar({ interaction, onDone }: Given) {
  const wrapUp = useWrapUp(interaction, onDone)
  const nowMs = useNow(250)
  const { own } = interaction
  const timeoutMs = own?.acwTimeoutMs ?? 0
  const sinceMs = own?.acwSinceMs ?? nowMs
  const isBusy = wrapUp.save.isBusy || wrapUp.skip.isBusy
  return (
    <form
      className="foot-bar wrap-up"
      aria-label="Wrap-up"
      onSubmit={(event) => {
        event.preventDefault()
        void wrapUp.save.run()
      }}
    >
      <div className="wrap-up-head">
        <strong>After-call work</strong>
        <span className="soft" role="timer">
          {timeoutMs > 0
            ? `${stopwatch(sinceMs + timeoutMs - nowMs)} left`
            : `for ${stopwatch(nowMs - sinceMs)}`}
        </span>
      </div>
      <div className="wrap-up-fields">
        <Fields wrapUp={wrapUp} />
        <div className="row">
          <Button type="submit" look="primary" isDisabled={wrapUp.chosen === '' || isBusy}>
            Done
          </Button>
          {own?.wrapupPrompt === 'mandatory' || own?.wrapupPrompt === 'forcedTimeout' ? null : (
            <Button isDisabled={isBusy} onPress={() => void wrapUp.skip.run()}>
              Skip
            </Button>
          )}
        </div>
      </div>
      {wrapUp.save.error === undefined ? null : <Problem error={wrapUp.save.error} />}
      {wrapUp.skip.error === undefined ? null : <Problem error={wrapUp.skip.error} />}
      {wrapUp.codes.error === undefined ? null : <Problem error={wrapUp.codes.error} />}
    </form>
  )
}

/** Wraps up while still connected. */
function WrapUpDialog({
  isOpen,
  onClose,
  ...given
}: Given & { readonly isOpen: boolean; readonly onClose: () => void }) {
  return (
    <Dialog title="Wrap-up" isOpen={isOpen} onClose={onClose}>
      <DialogForm {...given} />
    </Dialog>
  )
}

function DialogForm({ interaction, onDone }: Given) {
  const wrapUp = useWrapUp(interaction, onDone)
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        void wrapUp.save.run()
      }}
    >
      <Fields wrapUp={wrapUp} />
      {wrapUp.save.error === undefined ? null : <Problem error={wrapUp.save.error} />}
      <div className="row end">
        <Button
          type="submit"
          look="primary"
          isDisabled={wrapUp.chosen === '' || wrapUp.save.isBusy}
        >
          Save
        </Button>
      </div>
    </form>
  )
}

/** Where the agent says what the conversation was about. */
export const WrapUp = { Bar, Dialog: WrapUpDialog }
