import { CliError, type Command, parse, wholeNumber } from './command.ts'
import { clientOptions, clientUsage, connectionOf } from './connection.ts'
import { callApi } from './http.ts'
import { json, member } from './print.ts'

/** Prints an access token for a user or an OAuth client of a running server. */
export const token: Command = {
  usage: () =>
    `signalbox token --user <email or id> | --client <id> [options]

Prints an access token: send it as "Authorization: Bearer <token>".

  --user <email or id>  User that the token stands for
  --client <id>         OAuth client that the token stands for
  --scope <scope>       OAuth scope to limit a user's token to; repeat it for more
  --valid <seconds>     How long it is valid (default: 86400)${clientUsage}`,
  async run(argv, terminal) {
    const { values } = parse(argv, {
      ...clientOptions,
      user: { type: 'string' },
      client: { type: 'string' },
      scope: { type: 'string', multiple: true },
      valid: { type: 'string' },
    })
    if ((values.user === undefined) === (values.client === undefined)) {
      throw new CliError('Give either --user or --client. See --help.', 2)
    }
    const reply = await callApi(connectionOf(values), {
      method: 'POST',
      path: '/api/signalbox/tokens',
      body: {
        user: values.user,
        client: values.client,
        scopes: values.scope,
        validSeconds: wholeNumber(values.valid, '--valid'),
      },
    })
    terminal.out(values.json ? json(reply) : `${String(member(reply, 'access_token'))}\n`)
  },
}
