import { agents } from './queries/agents.ts'
import { answers } from './queries/answers.ts'
import { campaigns } from './queries/campaigns.ts'
import { consents } from './queries/consents.ts'
import { ConversationQueries } from './queries/conversations.ts'
import { DeliveryQueries } from './queries/deliveries.ts'
import { emails } from './queries/emails.ts'
import { exchanges } from './queries/exchanges.ts'
import { FeedQueries } from './queries/feed.ts'
import { flowRuns } from './queries/flow-runs.ts'
import { handsets } from './queries/handsets.ts'
import { mailbox } from './queries/mailbox.ts'
import { media } from './queries/media.ts'
import { MessageQueries } from './queries/messages.ts'
import { receipts } from './queries/receipts.ts'
import { RecordQueries } from './queries/records.ts'
import { retention } from './queries/retention.ts'
import { throttles } from './queries/throttles.ts'
import { timers } from './queries/timers.ts'
import { tokens } from './queries/tokens.ts'
import { toolCalls } from './queries/tool-calls.ts'
import type { Change, Session } from './session.ts'
import type { Store } from './store.ts'

/**
 * The store of one organization on a session. Each part is made when it is first used, because most
 * transactions need two or three of them.
 */
export class OrganizationStore implements Store {
  readonly #session: Session
  #records: Store['records'] | undefined
  #conversations: Store['conversations'] | undefined
  #messages: Store['messages'] | undefined
  #deliveries: Store['deliveries'] | undefined
  #receipts: Store['receipts'] | undefined
  #answers: Store['answers'] | undefined
  #feed: Store['feed'] | undefined
  #agents: Store['agents'] | undefined
  #timers: Store['timers'] | undefined
  #tokens: Store['tokens'] | undefined
  #handsets: Store['handsets'] | undefined
  #exchanges: Store['exchanges'] | undefined
  #toolCalls: Store['toolCalls'] | undefined
  #media: Store['media'] | undefined
  #emails: Store['emails'] | undefined
  #mailbox: Store['mailbox'] | undefined

  #retention: Store['retention'] | undefined

  #throttles: Store['throttles'] | undefined
  #consents: Store['consents'] | undefined
  #flowRuns: Store['flowRuns'] | undefined
  #campaigns: Store['campaigns'] | undefined

  constructor(session: Session) {
    this.#session = session
  }

  get organizationId(): string {
    return this.#session.organizationId
  }
  get records(): Store['records'] {
    this.#records ??= new RecordQueries(this.#session)
    return this.#records
  }
  get conversations(): Store['conversations'] {
    this.#conversations ??= new ConversationQueries(this.#session)
    return this.#conversations
  }
  get messages(): Store['messages'] {
    this.#messages ??= new MessageQueries(this.#session)
    return this.#messages
  }
  get deliveries(): Store['deliveries'] {
    this.#deliveries ??= new DeliveryQueries(this.#session)
    return this.#deliveries
  }
  get receipts(): Store['receipts'] {
    this.#receipts ??= receipts(this.#session)
    return this.#receipts
  }
  get answers(): Store['answers'] {
    this.#answers ??= answers(this.#session)
    return this.#answers
  }
  get feed(): Store['feed'] {
    this.#feed ??= new FeedQueries(this.#session)
    return this.#feed
  }
  get agents(): Store['agents'] {
    this.#agents ??= agents(this.#session)
    return this.#agents
  }
  get timers(): Store['timers'] {
    this.#timers ??= timers(this.#session)
    return this.#timers
  }
  get tokens(): Store['tokens'] {
    this.#tokens ??= tokens(this.#session)
    return this.#tokens
  }
  get handsets(): Store['handsets'] {
    this.#handsets ??= handsets(this.#session)
    return this.#handsets
  }
  get toolCalls(): Store['toolCalls'] {
    this.#toolCalls ??= toolCalls(this.#session)
    return this.#toolCalls
  }

  get exchanges(): Store['exchanges'] {
    this.#exchanges ??= exchanges(this.#session)
    return this.#exchanges
  }
  get media(): Store['media'] {
    this.#media ??= media(this.#session)
    return this.#media
  }
  get emails(): Store['emails'] {
    this.#emails ??= emails(this.#session)
    return this.#emails
  }
  get mailbox(): Store['mailbox'] {
    this.#mailbox ??= mailbox(this.#session)
    return this.#mailbox
  }
  get retention(): Store['retention'] {
    this.#retention ??= retention(this.#session)
    return this.#retention
  }

  get throttles(): Store['throttles'] {
    this.#throttles ??= throttles(this.#session)
    return this.#throttles
  }
  get consents(): Store['consents'] {
    this.#consents ??= consents(this.#session)
    return this.#consents
  }
  get flowRuns(): Store['flowRuns'] {
    this.#flowRuns ??= flowRuns(this.#session)
    return this.#flowRuns
  }
  get campaigns(): Store['campaigns'] {
    this.#campaigns ??= campaigns(this.#session)
    return this.#campaigns
  }

  /** Within a transaction, more work for the same one. */
  transaction<T>(work: (store: Store) => Promise<T>): Promise<T> {
    const { organizationId, vault, known, hasIdRuns, change: open } = this.#session
    if (open !== undefined) return work(this)
    return this.#session.write((change: Change) =>
      work(
        new OrganizationStore({
          organizationId,
          vault,
          known,
          hasIdRuns,
          sql: change.sql,
          change,
          write: (more) => more(change),
        }),
      ),
    )
  }
}
