import { Readable } from 'node:stream'
import multipart from '@fastify/multipart'
import { type CsvError, parse as readCsv } from 'csv-parse'
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import { type Needs, requireCaller } from '../api/call.ts'
import { findRecord } from '../api/not-found.ts'
import type { Context } from '../context.ts'
import { csvCell } from '../csv.ts'
import { AppError } from '../errors.ts'
import { type FileRow, importContacts } from '../messaging/contact-list.ts'
import type { Messaging } from '../messaging/messaging.ts'
import type { CampaignText } from '../store/campaign-store.ts'
import type { Store } from '../store/store.ts'
import type { ContextOf } from './routes.ts'

/** A file of contacts: a million rows of some 500 bytes. */
const fileBytesMax = 512 * 1024 * 1024
const rowBytesMax = 64 * 1024
const pageTexts = 1000

const addingContacts: Needs = {
  method: 'POST',
  scopes: ['outbound'],
  permission: 'outbound:contact:add',
}
const readingResults: Needs = {
  method: 'GET',
  scopes: ['outbound', 'outbound:readonly'],
  permission: 'outbound:messagingCampaign:view',
}

/** What the doors for campaigns' files need of the server. */
export interface CampaignFilesDoor {
  readonly messaging: Messaging
  readonly contextOf: ContextOf
}

/**
 * Serves what is too long for one JSON document: contacts in as CSV, by the vendor's upload form
 * (`POST /uploads/v2/contactlist`, multipart with `id` before `file`, `contact-id-name` optional) or as the bare body of
 * `POST /api/signalbox/contactlists/{id}/import`, and results out as CSV. Rows are taken while they arrive.
 */
export async function addCampaignFiles(
  app: FastifyInstance,
  door: CampaignFilesDoor,
): Promise<void> {
  const uploads: FastifyPluginAsync = async (scope) => {
    scope.removeAllContentTypeParsers()
    await scope.register(multipart, {
      limits: { fileSize: fileBytesMax, files: 1, fields: 10, fieldSize: 1024 },
      throwFileSizeLimit: true,
    })
    scope.addContentTypeParser('text/csv', { bodyLimit: fileBytesMax }, (_request, body, done) => {
      done(null, body)
    })
    scope.addContentTypeParser('*', (_request, body, done) => {
      body.resume()
      done(null, undefined)
    })
    scope.post('/uploads/v2/contactlist', { bodyLimit: fileBytesMax }, async (request, reply) => {
      const { store } = await allowed(door, request, addingContacts)
      if (!request.isMultipart()) {
        throw new AppError('unsupported.media.type', 'Send a form: multipart/form-data.')
      }
      const fields = new Map<string, string>()
      for await (const part of request.parts()) {
        if (part.type === 'field') {
          fields.set(part.fieldname, String(part.value))
          continue
        }
        const listId = fields.get('id')
        if (listId === undefined) {
          throw new AppError(
            'bad.request',
            'The form must name the contact list in the field id, before the file.',
            { details: [{ errorCode: 'required.field.missing', fieldName: 'id' }] },
          )
        }
        const idColumn = fields.get('contact-id-name')
        const status = await take(store, { listId, idColumn, bytes: part.file }, door.messaging)
        return reply.status(200).send(status)
      }
      throw new AppError('bad.request', 'The form has no file.', {
        details: [{ errorCode: 'required.field.missing', fieldName: 'file' }],
      })
    })
    scope.post<{ Params: { id: string }; Querystring: { idColumn?: string } }>(
      '/api/signalbox/contactlists/:id/import',
      { bodyLimit: fileBytesMax },
      async (request, reply) => {
        const { store } = await allowed(door, request, addingContacts)
        if (!(request.body instanceof Readable)) {
          throw new AppError('unsupported.media.type', 'Send the rows as text/csv.')
        }
        const given = {
          listId: request.params.id,
          idColumn: request.query.idColumn,
          bytes: request.body,
        }
        return reply.status(200).send(await take(store, given, door.messaging))
      },
    )
  }
  await app.register(uploads)
  app.get<{ Params: { id: string } }>(
    '/api/signalbox/messagingcampaigns/:id/results',
    async (request, reply) => {
      const { store } = await allowed(door, request, readingResults)
      const campaign = await findRecord(store, 'messagingCampaign', request.params.id)
      return reply
        .type('text/csv; charset=utf-8')
        .header('Content-Disposition', `attachment; filename="campaign-${campaign.id}.csv"`)
        .send(Readable.from(resultLines(store, campaign.id)))
    },
  )
}

async function take(
  store: Store,
  given: {
    readonly listId: string
    readonly idColumn: string | undefined
    readonly bytes: Readable
  },
  messaging: Messaging,
) {
  const { listId, idColumn, bytes } = given
  const status = await importContacts(store, { listId, rows: rowsOf(bytes), idColumn }, messaging)
  return { contactListId: listId, importStatus: status }
}

/** What csv-parse gives with `info`. */
interface ParsedRow {
  readonly record: Readonly<Record<string, string>>
  readonly info: { readonly lines: number }
}

/**
 * Gives the rows before the place where a file breaks off, then what is wrong there. An error of the parser itself
 * would take with it the rows that nobody has read yet, so it is noted as a skipped record and thrown in its turn.
 */
async function* rowsOf(bytes: Readable): AsyncGenerator<FileRow> {
  let broken: CsvError | undefined
  const parser = readCsv({
    columns: true,
    bom: true,
    info: true,
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: rowBytesMax,
    skip_records_with_error: true,
    on_skip: (error) => {
      broken ??= error
    },
  })
  bytes.on('error', (cause) => parser.destroy(cause))
  const parsed: AsyncIterable<ParsedRow> = bytes.pipe(parser)
  for await (const { record, info } of parsed) {
    if (broken !== undefined && info.lines >= Number(broken['lines'])) throw broken
    yield { line: info.lines, data: record }
  }
  if (broken !== undefined) throw broken
}

async function* resultLines(store: Store, campaignId: string): AsyncGenerator<string> {
  yield 'position,contactId,handset,outcome,messageId,detail\n'
  for (let after = 0; ; ) {
    const texts = await store.campaigns.texts(campaignId, { after, limit: pageTexts })
    if (texts.length > 0) yield texts.map(resultLine).join('')
    after = texts.at(-1)?.position ?? after
    if (texts.length < pageTexts) return
  }
}

function resultLine(text: CampaignText): string {
  const { position, contactId, handset, outcome, messageId = '', detail = '' } = text
  const cells = [String(position), contactId, handset, outcome, messageId, detail]
  return `${cells.map(csvCell).join(',')}\n`
}

async function allowed(
  door: CampaignFilesDoor,
  request: FastifyRequest,
  needs: Needs,
): Promise<Context> {
  const context = await door.contextOf(request)
  requireCaller(needs, context)
  return context
}
