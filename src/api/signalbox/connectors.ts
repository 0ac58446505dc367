import { readFileSync } from 'node:fs'
import Type from 'typebox'
import { operation } from '../operation.ts'
import { secretNamesOf } from './settings.ts'

export const signalboxListConnectors = operation({
  id: 'signalboxListConnectors',
  method: 'GET',
  path: '/api/signalbox/connectors',
  summary:
    'Lists the connectors: what each carries, the JSON Schema of its settings, how to set it up.',
  permission: 'signalbox:connectors:view',
  reply: {
    status: 200,
    schema: Type.Object({
      entities: Type.Array(
        Type.Object({
          name: Type.String(),
          title: Type.String(),
          carries: Type.String(),
          settings: Type.Object({ type: Type.Literal('object') }),
          secretNames: Type.Array(Type.String()),
          readme: Type.String(),
        }),
      ),
    }),
  },
  async handle(_input, { messaging }) {
    const entities = [...messaging.connectors.values()].map((connector) => ({
      name: connector.name,
      title: connector.title,
      carries: connector.carries,
      charactersMax: connector.charactersMax,
      dropsDoubles: connector.idempotent,
      settings: connector.settings,
      secretNames: secretNamesOf(connector),
      readme: readmeOf(connector.name),
    }))
    return { entities }
  },
})

/** The README in the connector's folder; empty where the files were not delivered with it. */
function readmeOf(name: string): string {
  try {
    return readFileSync(new URL(`../../connectors/${name}/README.md`, import.meta.url), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}
