import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  openSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Outside } from './context.ts'
import { type DemoOrganization, planDemo, saveDemo } from './demo-organization.ts'
import type { Database } from './store/store.ts'

/** What a first start made, to be told to whoever started it: no secrets. */
export interface FirstStart {
  readonly organizationId: string
  /** The user who may do everything. */
  readonly supervisorId: string
  /** Where the secrets are: readable by its owner only. */
  readonly credentialsFile: string
  /** Sentences and addresses to print, one a line. */
  readonly summary: readonly string[]
}

/** What a first start is given. */
export interface FirstStartGround {
  readonly outside: Pick<Outside, 'clock' | 'ids'>
  readonly dataDir: string
  /** Where this server reaches itself, without a trailing slash. */
  readonly ownUrl: string
}

/** Milliseconds in which one of several nodes must be done with it; then another may try. */
const leaseMs = 60_000

/**
 * Makes a demo organization in an empty database and writes its secrets to `credentials.json` in the data folder
 * (mode 0600). Does nothing when there is an organization, or while another node is at it. A crash at any point
 * leaves an empty database, for the next start to fill, or a whole organization with its file.
 */
export async function firstStart(
  database: Database,
  given: FirstStartGround,
): Promise<FirstStart | undefined> {
  const { clock, ids } = given.outside
  const owner = ids.uuid()
  const lease = await database.lease('first-start', owner, leaseMs, clock.now())
  if (lease.owner !== owner) return undefined
  try {
    return await fill(database, given)
  } finally {
    await database.releaseLeases(owner)
  }
}

async function fill(database: Database, given: FirstStartGround): Promise<FirstStart | undefined> {
  const file = join(given.dataDir, 'credentials.json')
  const draft = `${file}.draft`
  const ids = await database.organizationIds()
  for (const id of ids) {
    if ((await database.store(id).records.get('organization', id)) === undefined) continue
    // a crash came between the records and the renaming: the draft is theirs
    if (existsSync(draft)) renameSync(draft, file)
    return undefined
  }
  // an id without records is what a crash left of an earlier first start
  const organizationId = ids[0] ?? given.outside.ids.uuid()
  const demo = await planDemo({ organizationId, ownUrl: given.ownUrl }, given.outside)
  writeSecretly(draft, credentials(demo, given))
  await addToDirectories(database, demo)
  await database.store(organizationId).transaction((store) => saveDemo(store, demo))
  renameSync(draft, file)
  return {
    organizationId,
    supervisorId: demo.users.sam.record.id,
    credentialsFile: file,
    summary: summary(demo, given, file),
  }
}

/** Before the records, so that no client or user is ever there without being found. */
async function addToDirectories(database: Database, demo: DemoOrganization): Promise<void> {
  const { id } = demo.organization
  await database.addOrganization(id)
  for (const client of [demo.client, demo.publicClient]) {
    await database.addToDirectory('oauth-client', client.id, id)
  }
  await database.addToDirectory('api-key', demo.apiKey.keyHash, id)
  for (const { record } of Object.values(demo.users)) {
    await database.addToDirectory('user-email', record.email, id)
  }
}

/** Everything that somebody needs to try things out, in one document. */
function credentials(demo: DemoOrganization, { ownUrl }: FirstStartGround) {
  const { organization, client, publicClient, integration, relay, loopback, sender } = demo
  return {
    url: ownUrl,
    organization: { id: organization.id, name: organization.name },
    client: { id: client.id, secret: demo.clientSecret },
    publicClient: { id: publicClient.id, redirectUris: publicClient.redirectUris },
    users: Object.values(demo.users).map(({ record, password }) => ({
      id: record.id,
      name: record.name,
      email: record.email,
      password,
    })),
    queue: { id: demo.queue.id, name: demo.queue.name },
    wrapupCode: { id: demo.wrapupCode.id, name: demo.wrapupCode.name },
    integration: {
      id: integration.id,
      name: integration.name,
      webhookUrl: integration.webhookUrl,
      webhookSecret: demo.webhookSecret,
    },
    relay: { id: relay.id, sender: relay.defaultSender },
    connection: { id: demo.connection.id },
    account: {
      id: loopback.id,
      name: loopback.name,
      webhookUrl: `${ownUrl}/webhooks/${organization.id}/${loopback.id}`,
      token: loopback.secrets.token,
    },
    sender: { id: sender.id, address: sender.address },
    digitalChannels: { url: ownUrl, ccid: organization.id, apiKey: demo.apiKeyText },
  }
}

function summary(demo: DemoOrganization, { ownUrl }: FirstStartGround, file: string) {
  return [
    `Made the organization ${demo.organization.name}, reached at ${ownUrl}.`,
    `Users, passwords, the client's secret and the API key of Digital Channels are in ${file}.`,
    `Texts to ${demo.sender.address} go to the queue ${demo.queue.name}; texts to ${demo.relay.defaultSender} go there through the relay.`,
  ]
}

function writeSecretly(file: string, content: object): void {
  const handle = openSync(file, 'w', 0o600)
  try {
    fchmodSync(handle, 0o600) // a draft that was there before keeps its mode
    writeFileSync(handle, `${JSON.stringify(content, null, 2)}\n`)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
