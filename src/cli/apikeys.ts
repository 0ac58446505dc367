import { CliError, type Command, parse, required } from './command.ts'
import { clientOptions, clientUsage, connectionOf } from './connection.ts'
import { callApi } from './http.ts'
import { json, member, members, plain, table } from './print.ts'

const path = '/nexus/v3/provisioning/apikeys'

/** Makes, lists and revokes the API keys of Digital Channels. */
export const apikeys: Command = {
  usage: () =>
    `signalbox apikeys [list | create | revoke <id>] [options]

Makes, lists and revokes the API keys of Digital Channels. A new key is printed once; only its hash is kept.

  --name <name>              What a new key is for
  --cluster                  A key for all contact centers (default: for this one)
  --permission <permission>  Such as nexus:cluster:* or nexus:provisioning:edit; may come several times
                             (default: nexus:*, or nexus:cluster:* with --cluster)${clientUsage}`,
  async run(argv, terminal) {
    const { values, positionals } = parse(argv, {
      ...clientOptions,
      name: { type: 'string' },
      cluster: { type: 'boolean' },
      permission: { type: 'string', multiple: true },
    })
    const [verb = 'list', id] = positionals
    const connection = connectionOf(values)
    if (verb === 'list') {
      const reply = await callApi(connection, { method: 'GET', path })
      terminal.out(values.json ? json(reply) : readable(reply))
    } else if (verb === 'create') {
      const isCluster = values.cluster === true
      const body = {
        name: required(values.name, '--name'),
        ...(isCluster ? { tenant: '*' } : {}),
        permissions: values.permission ?? [isCluster ? 'nexus:cluster:*' : 'nexus:*'],
      }
      const reply = await callApi(connection, { method: 'POST', path, body })
      terminal.out(
        values.json ? json(reply) : `${plain(member(member(reply, 'data'), 'apikey'))}\n`,
      )
    } else if (verb === 'revoke') {
      const keyId = required(id, 'The id of the key')
      await callApi(connection, { method: 'DELETE', path: `${path}/${encodeURIComponent(keyId)}` })
      terminal.out(`The key ${keyId} is revoked.\n`)
    } else {
      throw new CliError(`"apikeys ${verb}" does not exist. See --help.`, 2)
    }
  },
}

function readable(reply: unknown): string {
  const rows = members(reply, 'data').map((key) => [
    member(key, 'id'),
    member(key, 'name'),
    member(key, 'tenant'),
    members(key, 'permissions').map(plain).join(' '),
    `…${plain(member(key, 'lastFour'))}`,
    member(key, 'dateCreated'),
  ])
  return table(['ID', 'NAME', 'TENANT', 'PERMISSIONS', 'KEY', 'CREATED'], rows)
}
