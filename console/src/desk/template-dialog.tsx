import { SendHorizontal } from 'lucide-react'
import { useState } from 'react'
import type { Template } from '../../../src/domain/template.ts'
import { api } from '../api.ts'
import { useAround } from '../me.ts'
import { useAction, useResource } from '../resource.ts'
import { Button } from '../ui/basics.tsx'
import { Dialog } from '../ui/dialogs.tsx'
import { SelectField, TextField } from '../ui/fields.tsx'
import { Empty, Loaded, Problem } from '../ui/states.tsx'
import type { MessageData } from '../wire.ts'
import { type Prepared, readPrepared } from './canned.tsx'
import { Limit, limitOf } from './composer-limit.tsx'
import type { Interaction } from './interaction.ts'
import {
  type Filled,
  type Place,
  templatePlaces,
  templatePreview,
  templateRequest,
} from './template-values.ts'
import { type FilledTemplate, TemplateWords } from './template-words.tsx'

interface Given {
  readonly interaction: Interaction
  /** Where a message of the agent's seat is posted. */
  readonly path: string
  /** The template that is chosen to begin with. */
  readonly templateId: string | undefined
  readonly onClose: () => void
}

/** Chooses a message template, fills in its places, shows what the customer will read, and sends it. */
export function TemplateDialog({
  isOpen,
  ...given
}: Given & {
  readonly isOpen: boolean
}) {
  return (
    <Dialog title="Send a template" isOpen={isOpen} onClose={given.onClose}>
      <Choose {...given} />
    </Dialog>
  )
}

function Choose(given: Given) {
  const prepared = useResource('templates', readPrepared)
  const [chosen, setChosen] = useState(given.templateId ?? '')
  return (
    <Loaded resource={prepared}>
      {(all) => {
        const templates = all.filter(({ template }) => template !== undefined)
        const one = templates.find(({ id }) => id === chosen) ?? templates[0]
        if (one?.template === undefined) {
          return (
            <Empty title="There are no templates yet">
              A prepared answer with {'{{places}}'} in its text is one. They are kept in the
              workbench.
            </Empty>
          )
        }
        return (
          <div className="form">
            <SelectField
              label="Template"
              value={one.id}
              choices={templates.map(({ id, name }) => ({ value: id, label: name }))}
              onChange={setChosen}
            />
            <Fill key={one.id} {...given} prepared={one} template={one.template} />
          </div>
        )
      }}
    </Loaded>
  )
}

function Fill({
  interaction,
  path,
  onClose,
  prepared,
  template,
}: Given & { readonly prepared: Prepared; readonly template: Template }) {
  const { desk } = useAround()
  const places = templatePlaces(template)
  const [filled, setFilled] = useState<Filled>(() =>
    Object.fromEntries(
      places.map(({ key, name }) => [key, prepared.substitutions.get(name)?.defaultValue ?? '']),
    ),
  )
  const preview = templatePreview(template, filled)
  const limit = limitOf(interaction.channel, preview.body)
  const send = useAction(async () => {
    const body = { messagingTemplate: templateRequest(template, filled) }
    desk.addMessage(await api<MessageData>('POST', path, { body }))
    onClose()
  })
  const isFilled = places.every(({ key }) => filled[key] !== '')
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        if (isFilled && !limit.isOver) void send.run()
      }}
    >
      {places.map((place) => (
        <TextField
          key={place.key}
          label={labelOf(place)}
          hint={prepared.substitutions.get(place.name)?.description}
          value={filled[place.key] ?? ''}
          onChange={(value) => setFilled({ ...filled, [place.key]: value })}
        />
      ))}
      <Preview preview={preview} isTextOnly={interaction.channel === 'sms'} />
      <Limit limit={limit} />
      {send.error === undefined ? null : <Problem error={send.error} />}
      <div className="row end">
        <Button onPress={onClose}>Cancel</Button>
        <Button
          type="submit"
          look="primary"
          icon={SendHorizontal}
          isDisabled={!isFilled || limit.isOver || send.isBusy}
        >
          Send
        </Button>
      </div>
    </form>
  )
}

const partWords = { header: 'in the header', body: '', button: 'in a button’s address' } as const

function labelOf({ name, part, card }: Place): string {
  const where = [partWords[part], card === undefined ? '' : `on card ${card + 1}`]
  const words = where.filter((one) => one !== '').join(', ')
  return words === '' ? name : `${name} (${words})`
}

/** The message as the customer gets it: by SMS only its text goes. */
function Preview({
  preview,
  isTextOnly,
}: {
  readonly preview: FilledTemplate
  readonly isTextOnly: boolean
}) {
  return (
    <section className="template-preview" aria-label="Preview">
      <div className="bubble out">
        {isTextOnly ? <p className="text">{preview.body}</p> : <TemplateWords {...preview} />}
      </div>
    </section>
  )
}
