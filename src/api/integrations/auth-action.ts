import {
  type ActionDefinition,
  standardRequestTemplate,
  standardSuccessTemplate,
} from '../../actions/action.ts'

/** The custom-auth action that a new OAuth integration starts with: no inputs, an open result, nothing to call yet. */
export function newAuthDefinition(integrationName: string): ActionDefinition {
  return {
    name: `${integrationName} Auth`.slice(0, 256),
    category: integrationName,
    secure: false,
    contract: {
      inputSchema: { title: 'Auth Input', type: 'object', properties: {} },
      successSchema: { type: 'object', properties: {}, additionalProperties: true },
    },
    config: {
      request: {
        requestUrlTemplate: '',
        requestType: 'POST',
        headers: {},
        requestTemplate: standardRequestTemplate,
      },
      response: {
        translationMap: {},
        translationMapDefaults: {},
        successTemplate: standardSuccessTemplate,
      },
    },
  }
}
