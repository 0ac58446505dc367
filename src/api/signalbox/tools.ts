import Type from 'typebox'
import { catalog } from '../../mcp/catalog/catalog.ts'
import { operation } from '../operation.ts'

export const signalboxListTools = operation({
  id: 'signalboxListTools',
  method: 'GET',
  path: '/api/signalbox/tools',
  summary: 'Lists the tools for agents (MCP) by what policies go by: name, channel and effect.',
  permission: 'signalbox:toolpolicies:view',
  reply: {
    status: 200,
    schema: Type.Object({
      entities: Type.Array(
        Type.Object({
          name: Type.String(),
          title: Type.String(),
          channel: Type.String(),
          /** `read`, `edit`, `send` or `end`. */
          effect: Type.String(),
        }),
      ),
    }),
  },
  examples: [{ title: 'all', input: {} }],
  async handle() {
    return {
      entities: catalog.map(({ name, title, channel, effect }) => ({
        name,
        title,
        channel,
        effect,
      })),
    }
  },
})
