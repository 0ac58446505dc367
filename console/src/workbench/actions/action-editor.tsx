import { ArrowLeft } from 'lucide-react'
import { useState } from 'react'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs'
import { Link } from 'wouter'
import { ApiError, api } from '../../api.ts'
import { useAction, useResource } from '../../resource.ts'
import { Badge, Button } from '../../ui/basics.tsx'
import { Loaded, Problem } from '../../ui/states.tsx'
import { count } from '../../ui/words.ts'
import { type Action, type ActionDraft, bodyOf, draftOf } from './action.ts'
import { ContractTab, RequestTab, ResponseTab } from './action-parts.tsx'
import { ActionTest } from './action-test.tsx'
import { Changes } from './changes.tsx'
import { useExplained } from './rendered.tsx'

const path = '/api/v2/integrations/actions'
const whole = { includeConfig: true, expand: 'contract' }

/** The state of an action that does not exist is undefined and no failure. */
async function stateOf(address: string): Promise<Action | undefined> {
  try {
    return await api<Action>('GET', address, { query: whole })
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined
    throw error
  }
}

/** Edits the draft of one data action: contract, request, response, tests, and how it differs from what is published. */
export function ActionEditor({ id }: { readonly id: string }) {
  const states = useResource(`action-${id}`, async () => ({
    published: await stateOf(`${path}/${id}`),
    draft: await stateOf(`${path}/${id}/draft`),
  }))
  const begin = useAction(async () => {
    await api('POST', `${path}/${id}/draft`)
    await states.reload()
  })
  return (
    <div className="page">
      <Link href="/workbench/actions" className="small">
        <ArrowLeft size={14} aria-hidden /> Data actions
      </Link>
      <Loaded resource={states}>
        {({ published, draft }) => {
          if (draft !== undefined) {
            return (
              <Editor
                key={draft.version}
                draft={draft}
                published={published}
                reload={() => states.reload()}
              />
            )
          }
          return (
            <div className="stack">
              <header className="row between">
                <h1>{published?.name}</h1>
                <Button look="primary" isDisabled={begin.isBusy} onPress={() => void begin.run()}>
                  Edit as a draft
                </Button>
              </header>
              {begin.error === undefined ? null : <Problem error={begin.error} />}
              <p className="soft">
                It is published and runs as it stands. A draft changes nothing until it is
                published.
              </p>
              <ActionTest id={id} isDraft={false} draft={undefined} />
            </div>
          )
        }}
      </Loaded>
    </div>
  )
}

function Editor({
  draft: kept,
  published,
  reload,
}: {
  readonly draft: Action
  readonly published: Action | undefined
  readonly reload: () => Promise<void>
}) {
  const [draft, setDraft] = useState<ActionDraft>(() => draftOf(kept))
  const [said, setSaid] = useState('')
  const set = (change: Partial<ActionDraft>) => {
    setDraft({ ...draft, ...change })
    setSaid('')
  }
  const explained = useExplained(kept.id, draft)
  const isChanged = JSON.stringify(draft) !== JSON.stringify(draftOf(kept))
  const save = useAction(async () => {
    await patch()
    setSaid('Saved.')
    await reload()
  })
  const publish = useAction(async () => {
    const saved = await patch()
    await api('POST', `${path}/${kept.id}/draft/publish`, { body: { version: saved.version } })
    await reload()
  })
  const patch = () => {
    const { contract, ...body } = bodyOf(draft)
    return api<Action>('PATCH', `${path}/${kept.id}/draft`, {
      body: { ...body, version: kept.version, ...(published === undefined ? { contract } : {}) },
    })
  }
  const marks = explained.result?.warnings ?? []
  const given = { draft, explained, set }
  return (
    <>
      <header>
        <div>
          <h1>
            {kept.name} <Badge tone="info">Draft</Badge>
          </h1>
          <p className="small">
            {marks.length === 0
              ? 'The linter has nothing to say.'
              : `${count(marks.length, 'remark')} of the linter.`}
          </p>
        </div>
        <div className="row">
          <span className="xs soft" role="status">
            {said === '' && isChanged ? 'Not saved yet' : said}
          </span>
          <Button isDisabled={save.isBusy} onPress={() => void save.run()}>
            Save draft
          </Button>
          <Button look="primary" isDisabled={publish.isBusy} onPress={() => void publish.run()}>
            Publish
          </Button>
        </div>
      </header>
      {save.error === undefined ? null : <Problem error={save.error} />}
      {publish.error === undefined ? null : <Problem error={publish.error} />}
      <Tabs className="tabs">
        <TabList className="tab-list" aria-label="Parts of the action">
          {['Contract', 'Request', 'Response', 'Test', 'Changes'].map((name) => (
            <Tab key={name} id={name} className="tab">
              {name}
            </Tab>
          ))}
        </TabList>
        <TabPanel id="Contract" className="tab-panel">
          <ContractTab {...given} isPublished={published !== undefined} />
        </TabPanel>
        <TabPanel id="Request" className="tab-panel">
          <RequestTab {...given} />
        </TabPanel>
        <TabPanel id="Response" className="tab-panel">
          <ResponseTab {...given} />
        </TabPanel>
        <TabPanel id="Test" className="tab-panel">
          <ActionTest id={kept.id} isDraft draft={draft} />
        </TabPanel>
        <TabPanel id="Changes" className="tab-panel">
          <Changes published={published} draft={draft} />
        </TabPanel>
      </Tabs>
    </>
  )
}
