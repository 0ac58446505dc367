import Type from 'typebox'
import { AppError } from '../../errors.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { presentExchange } from './present.ts'

const ExchangeSchema = Type.Object({
  id: Type.String(),
  dateStarted: Type.String(),
  method: Type.String(),
  url: Type.String(),
})

const limitDefault = 50

export const signalboxListExchanges = operation({
  id: 'signalboxListExchanges',
  method: 'GET',
  path: '/api/signalbox/exchanges',
  summary:
    'Lists the last calls that providers and platforms made to us, and those of data actions, newest first, secrets masked.',
  permission: 'signalbox:exchanges:view',
  input: {
    query: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })) }),
  },
  reply: { status: 200, schema: Type.Object({ entities: Type.Array(ExchangeSchema) }) },
  async handle({ query }, { store }) {
    const found = await store.exchanges.list(query.limit ?? limitDefault)
    return { entities: found.map(presentExchange) }
  },
})

export const signalboxGetExchange = operation({
  id: 'signalboxGetExchange',
  method: 'GET',
  path: '/api/signalbox/exchanges/{id}',
  summary: 'Reads one recorded call of a provider or platform, secrets masked.',
  permission: 'signalbox:exchanges:view',
  input: { path: Type.Object({ id: Id }) },
  reply: { status: 200, schema: ExchangeSchema },
  async handle({ path: { id } }, { store }) {
    const exchange = await store.exchanges.get(id)
    if (exchange !== undefined) return presentExchange(exchange)
    throw new AppError('not.found', 'There is no exchange {id}, or it is not kept any more.', {
      params: { id },
    })
  },
})
