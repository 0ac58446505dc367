import { readFileSync } from 'node:fs'
import Type from 'typebox'
import { kitResults, kitRun } from '../../connectors/kit-results.ts'
import { operation } from '../operation.ts'
import { secretNamesOf } from './settings.ts'

const KitSchema = Type.Object({
  date: Type.String(),
  version: Type.String(),
  areas: Type.Array(
    Type.Object({ area: Type.String(), passed: Type.Integer(), failed: Type.Integer() }),
  ),
  /** Cases that do not apply, by the reason. */
  without: Type.Array(Type.Object({ reason: Type.String(), cases: Type.Integer() })),
})

export const signalboxListConnectors = operation({
  id: 'signalboxListConnectors',
  method: 'GET',
  path: '/api/signalbox/connectors',
  summary:
    'Lists the connectors: what each carries and can do, the JSON Schema of its settings, how to set it up, what the test kit found.',
  permission: 'signalbox:connectors:view',
  reply: {
    status: 200,
    schema: Type.Object({
      entities: Type.Array(
        Type.Object({
          name: Type.String(),
          title: Type.String(),
          carries: Type.String(),
          /** True when it can be asked what became of a send. */
          asksStatus: Type.Boolean(),
          /** The last run of the test kit for providers, for a connector that it plays. */
          kit: Type.Optional(KitSchema),
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
      asksStatus: connector.status !== undefined,
      ...kitOf(connector.name),
    }))
    return { entities }
  },
})

function kitOf(name: string) {
  const found = kitResults[name]
  return found === undefined ? {} : { kit: { ...kitRun, ...found } }
}

/** The README in the connector's folder; empty where the files were not delivered with it. */
function readmeOf(name: string): string {
  try {
    return readFileSync(new URL(`../../connectors/${name}/README.md`, import.meta.url), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}
