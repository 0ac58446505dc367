import { type Conversation, currentLeg, type Participant } from './conversation.ts'
import { endLegs, type Moment, type Step } from './conversation-legs.ts'
import type { MessageError, MessageStatus } from './message.ts'

/** Documents that can be faxed (vendor model `FaxSendRequest.contentType`): the ending of each, and how its bytes begin. */
const documents: Readonly<
  Record<string, { readonly ending: string; readonly begins: readonly (readonly number[])[] }>
> = {
  'application/pdf': { ending: 'pdf', begins: [[0x25, 0x50, 0x44, 0x46]] },
  'image/tiff': {
    ending: 'tif',
    begins: [
      [0x49, 0x49, 0x2a, 0x00],
      [0x4d, 0x4d, 0x00, 0x2a],
    ],
  },
  'application/msword': { ending: 'doc', begins: [[0xd0, 0xcf, 0x11, 0xe0]] },
  'application/vnd.oasis.opendocument.text': { ending: 'odt', begins: [[0x50, 0x4b, 0x03, 0x04]] },
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': {
    ending: 'docx',
    begins: [[0x50, 0x4b, 0x03, 0x04]],
  },
}

/** The content types that can be faxed. */
export const faxContentTypes: readonly string[] = Object.keys(documents)

/** The most bytes of a document. Guess: as for attachments; the vendor documents no limit for faxes. */
export const faxBytesMax = 25_000_000

/** The most numbers that one fax goes to. Guess: the vendor documents no limit. */
export const faxAddressesMax = 50

/** How a faxed document is called: uploads bring no name. */
export function faxFileName(contentType: string): string {
  return `fax.${documents[contentType]?.ending ?? 'bin'}`
}

/** What is wrong with a document, as a sentence; undefined when nothing is. */
export function faxFault(bytes: Uint8Array, contentType: string): string | undefined {
  if (bytes.length === 0) return 'The document is empty.'
  if (bytes.length > faxBytesMax)
    return `The document has ${bytes.length} bytes; ${faxBytesMax} is the most.`
  const begins = documents[contentType]?.begins ?? []
  const fits = begins.some((first) => first.every((byte, index) => bytes[index] === byte))
  return fits ? undefined : `The document is no ${contentType}.`
}

/** How far a fax has come to one number. */
export interface FaxProgress {
  readonly status: MessageStatus
  readonly error?: MessageError | undefined
}

/**
 * A fax conversation after news, by the communication ids of its numbers: failures are shown on their participants, and
 * it is over when nothing of it waits here any more. What far ends say later changes no leg.
 */
export function faxProgressed(
  conversation: Conversation,
  progress: ReadonlyMap<string, FaxProgress>,
  moment: Pick<Moment, 'nowMs'>,
): Step {
  const of = (one: Participant) => progress.get(currentLeg(one)?.id ?? '')
  const participants = conversation.participants.map((one) => withError(one, of(one)))
  const isSame = participants.every((one, index) => one === conversation.participants[index])
  const shown = isSame ? conversation : { ...conversation, participants }
  const waits = [...progress.values()].some(({ status }) => status === 'queued')
  if (waits || conversation.endMs !== undefined) return { conversation: shown, details: [] }
  return endLegs(shown, (one) => (isFailed(of(one)) ? 'error' : 'client'), moment)
}

function withError(participant: Participant, news: FaxProgress | undefined): Participant {
  if (news === undefined) return participant
  const { error: before, ...rest } = participant
  if (!isFailed(news)) return before === undefined ? participant : rest
  const { code, message } = news.error ?? { code: 'GeneralError', message: 'The fax failed.' }
  if (before?.code === code && before.message === message) return participant
  return { ...rest, error: { code, message } }
}

function isFailed(news: FaxProgress | undefined): boolean {
  return news?.status === 'delivery-failed' || news?.status === 'failed'
}
