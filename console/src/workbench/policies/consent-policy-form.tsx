import { useState } from 'react'
import { api, list, problemOf } from '../../api.ts'
import { useAround } from '../../me.ts'
import { useAction, useResource } from '../../resource.ts'
import { Button } from '../../ui/basics.tsx'
import { CheckField, CheckList, SelectField, TextArea, TextField } from '../../ui/fields.tsx'
import { Problem } from '../../ui/states.tsx'
import {
  bodyOf,
  type ConsentPolicy,
  fieldsOf,
  type PolicyFields,
  wordSetChoices,
} from './consent-policy.ts'

const path = '/api/signalbox/consentpolicies'

interface Given {
  readonly fields: PolicyFields
  readonly set: (change: Partial<PolicyFields>) => void
  readonly error: Error | undefined
}

/** Sets the rules of one sender or of the organization. */
export function ConsentPolicyForm({
  policy,
  beginWith,
  onDone,
}: {
  /** Undefined for a sender that has none yet. */
  readonly policy: ConsentPolicy | undefined
  readonly beginWith: ConsentPolicy | undefined
  readonly onDone: () => void
}) {
  const { me } = useAround()
  const mayEdit = me.can('signalbox:consents:edit')
  const [fields, setFields] = useState(() => fieldsOf(policy ?? beginWith))
  const [sender, setSender] = useState(policy?.id ?? '')
  const senders = useResource('policy-senders', () =>
    list<{ id: string; address: string }>('/api/signalbox/senders'),
  )
  const address = `${path}/${encodeURIComponent(sender)}`
  const save = useAction(async () => {
    await api('PUT', address, { body: bodyOf(fields, policy?.version ?? 0) })
    onDone()
  })
  const remove = useAction(async () => {
    await api('DELETE', address)
    onDone()
  })
  const given: Given = {
    fields,
    set: (change) => setFields({ ...fields, ...change }),
    error: save.error,
  }
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        void save.run()
      }}
    >
      {policy === undefined ? (
        <SelectField
          label="Sender *"
          value={sender}
          empty="Choose…"
          choices={(senders.data ?? []).map((one) => ({ value: one.address, label: one.address }))}
          onChange={setSender}
        />
      ) : null}
      <Words {...given} />
      <Answers {...given} />
      <Hours {...given} />
      {save.error === undefined ? null : <Problem error={save.error} />}
      {remove.error === undefined ? null : <Problem error={remove.error} />}
      {mayEdit ? (
        <div className="row between">
          <Button type="submit" look="primary" isDisabled={sender === '' || save.isBusy}>
            Save
          </Button>
          {policy === undefined || policy.version === 0 ? null : (
            <Button look="danger" isDisabled={remove.isBusy} onPress={() => void remove.run()}>
              {policy.id === 'default' ? 'Back to how it came' : 'Remove: the organization’s apply'}
            </Button>
          )}
        </div>
      ) : null}
    </form>
  )
}

function Words({ fields, set, error }: Given) {
  return (
    <>
      <CheckList
        label="Words of"
        hint="Case, accents and punctuation do not count; the word must be the whole text."
        choices={wordSetChoices}
        value={fields.wordSets}
        onChange={(wordSets) => set({ wordSets })}
      />
      <TextField
        label="Opt out too, separated by commas"
        value={fields.optOutWords}
        onChange={(optOutWords) => set({ optOutWords })}
        problem={problemOf(error, 'optOutWords')}
      />
      <div className="two narrow">
        <TextField
          label="Opt in too"
          value={fields.optInWords}
          onChange={(optInWords) => set({ optInWords })}
          problem={problemOf(error, 'optInWords')}
        />
        <TextField
          label="Ask for help too"
          value={fields.helpWords}
          onChange={(helpWords) => set({ helpWords })}
          problem={problemOf(error, 'helpWords')}
        />
      </div>
    </>
  )
}

function Answers({ fields, set, error }: Given) {
  const area = (label: string, name: 'optOut' | 'optIn' | 'help', field: string) => (
    <TextArea
      label={label}
      rows={2}
      value={fields[name]}
      onChange={(text) => set({ [name]: text })}
      problem={problemOf(error, field)}
    />
  )
  return (
    <fieldset className="group">
      <legend>What is answered</legend>
      {area('To who opts out', 'optOut', 'opt-out')}
      {area('To who opts in', 'optIn', 'opt-in')}
      {area('To who asks for help', 'help', 'help')}
      <span className="hint">Empty: nothing, because the carrier answers.</span>
    </fieldset>
  )
}

function Hours({ fields, set, error }: Given) {
  return (
    <fieldset className="group">
      <legend>Bulk texts</legend>
      <CheckField
        label="Only at these hours, where the handset is"
        value={fields.isQuiet}
        onChange={(isQuiet) => set({ isQuiet })}
      />
      {fields.isQuiet ? (
        <>
          <div className="two narrow">
            <TextField
              label="From"
              type="time"
              value={fields.from}
              onChange={(from) => set({ from })}
              problem={problemOf(error, 'fromMinute')}
            />
            <TextField
              label="To"
              type="time"
              value={fields.to}
              onChange={(to) => set({ to })}
              problem={problemOf(error, 'toMinute')}
            />
          </div>
          <CheckField
            label="Less in the states of the US that ask for it"
            value={fields.stateRules}
            onChange={(stateRules) => set({ stateRules })}
          />
        </>
      ) : null}
      <div className="two narrow">
        <TextField
          label="Texts to a handset at the most"
          type="number"
          value={fields.textsMax}
          onChange={(textsMax) => set({ textsMax })}
          problem={problemOf(error, 'textsMax')}
        />
        <TextField
          label="Within hours"
          type="number"
          value={fields.withinHours}
          onChange={(withinHours) => set({ withinHours })}
          problem={problemOf(error, 'withinHours')}
        />
      </div>
      <CheckField
        label="Marketing only to who opted in"
        value={fields.marketingNeedsOptIn}
        onChange={(marketingNeedsOptIn) => set({ marketingNeedsOptIn })}
      />
    </fieldset>
  )
}
