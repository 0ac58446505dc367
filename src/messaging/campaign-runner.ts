import { AppError } from '../errors.ts'
import type { MessagingCampaign } from '../store/records.ts'
import type { Database, Store } from '../store/store.ts'
import { lookAtTexts, setStatus, textNext } from './campaigns.ts'
import type { Messaging } from './messaging.ts'

/** How often campaigns under way are looked at, where the last look found something to do and where it did not. */
const busyMs = 50
const lookMs = 500
/** With no campaign under way nobody is in a hurry: a start is noticed within this. */
const restMs = 2000
/** Steps of one campaign before the next one gets its turn. */
const stepsMax = 10
const leaseMs = 10_000
/** Receipts may come for so long after a campaign's end (vendor: a message is pending for 72 hours at the most). */
const receiptsMs = 72 * 3_600_000
const campaignsMax = 1000

/** What a look found: something to do, campaigns that wait for something, or none. */
type Found = 'work' | 'campaigns' | 'nothing'

const delayAfter = { work: busyMs, campaigns: lookMs, nothing: restMs } as const

/** What the runner needs to know. */
export interface CampaignWork {
  readonly nodeId: string
  onError(message: string, fields: Readonly<Record<string, unknown>>): void
}

/** Works campaigns off: among several nodes each campaign is one node's at a time, by a lease. */
export class CampaignRunner {
  readonly #database: Database
  readonly #messaging: Messaging
  readonly #work: CampaignWork
  #cancel: () => void = () => {}
  #running: Promise<void> = Promise.resolve()
  #open = true

  constructor(database: Database, messaging: Messaging, work: CampaignWork) {
    this.#database = database
    this.#messaging = messaging
    this.#work = work
  }

  start(): void {
    this.#next(lookMs)
  }

  async stop(): Promise<void> {
    this.#open = false
    this.#cancel()
    await this.#running
  }

  #next(delayMs: number): void {
    if (!this.#open) return
    this.#cancel = this.#messaging.outside.clock.after(delayMs, () => {
      this.#running = this.step().then(
        (found) => this.#next(delayAfter[found]),
        (cause: unknown) => {
          this.#work.onError('Campaigns could not be worked on.', { cause })
          this.#next(restMs)
        },
      )
    })
  }

  /** One look at every campaign, and what was found. */
  async step(): Promise<Found> {
    let found: Found = 'nothing'
    const nowMs = this.#messaging.outside.clock.now()
    for (const organizationId of await this.#database.organizationIds()) {
      const store = this.#database.store(organizationId)
      const page = { size: campaignsMax, number: 1 }
      const { entities } = await store.records.list('messagingCampaign', page)
      for (const campaign of entities) {
        const isOver = campaign.status !== 'on'
        if (isOver && nowMs - campaign.modifiedMs > receiptsMs) continue
        if (!(await this.#isOurs(campaign.id))) continue
        if (await this.#advance(store, campaign)) found = 'work'
        else if (!isOver && found === 'nothing') found = 'campaigns'
      }
    }
    return found
  }

  async #isOurs(campaignId: string): Promise<boolean> {
    const { nodeId } = this.#work
    const nowMs = this.#messaging.outside.clock.now()
    const lease = await this.#database.lease(`campaign:${campaignId}`, nodeId, leaseMs, nowMs)
    return lease.owner === nodeId
  }

  async #advance(store: Store, campaign: MessagingCampaign): Promise<boolean> {
    let busy = false
    try {
      for (let step = 0; step < stepsMax && this.#open; step += 1) {
        if (!(await textNext(store, campaign.id, this.#messaging))) break
        busy = true
      }
    } catch (cause) {
      if (!(cause instanceof AppError) || cause.code === 'service.unavailable') throw cause
      await this.#stopFor(store, campaign.id, cause.message)
    }
    return (await lookAtTexts(store, campaign.id, this.#messaging)) || busy
  }

  /** What would fail for every contact, such as a sender that is gone, stops the campaign and is shown with it. */
  async #stopFor(store: Store, campaignId: string, problem: string): Promise<void> {
    await store.transaction(async (store) => {
      const campaign = await store.records.get('messagingCampaign', campaignId)
      if (campaign?.status !== 'on') return
      await setStatus(store, { campaign, status: 'off', problem }, this.#messaging)
    })
  }
}
