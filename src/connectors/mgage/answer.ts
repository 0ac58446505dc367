import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { SendError } from '../../errors.ts'
import { isRecord, textOf } from '../http.ts'

const answerCharactersMax = 65_536

/** Nothing is expanded: a document that declares entities is not read at all. */
const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  processEntities: false,
  trimValues: true,
})

/**
 * The message ids in an accepted send's XML (`httpApiResponse`, code 100), one a recipient. Throws `rejected` for any
 * other code, and `uncertain` where the answer cannot be read: the text may have been taken.
 */
export function readAnswer(body: string): readonly string[] {
  const answer = rootOf(body)
  const code = answer === undefined ? undefined : textOf(answer['code'])
  if (answer === undefined || code === undefined) {
    throw new SendError(
      'uncertain',
      'The provider answered with something that is not its XML, so it is not known whether it took the text.',
      { reason: 'ServerError' },
    )
  }
  if (code !== '100') {
    const description = textOf(answer['description'])
    throw new SendError('rejected', description ?? `Kaleyra refused the text with code ${code}.`, {
      providerCode: code,
      reason: 'GeneralError',
    })
  }
  return idsIn(answer['recipients'])
}

function rootOf(body: string): Record<string, unknown> | undefined {
  if (body.length > answerCharactersMax || /<!(DOCTYPE|ENTITY)/i.test(body)) return undefined
  if (XMLValidator.validate(body) !== true) return undefined
  const document: unknown = parser.parse(body)
  const root = isRecord(document) ? document['httpApiResponse'] : undefined
  return isRecord(root) ? root : undefined
}

/** `recipient` is one element or many. */
function idsIn(recipients: unknown): readonly string[] {
  const given = isRecord(recipients) ? recipients['recipient'] : undefined
  const all: readonly unknown[] = Array.isArray(given) ? given : [given]
  return all.flatMap((one) => (isRecord(one) ? (textOf(one['messageId']) ?? []) : []))
}
