import { list } from '../api.ts'
import { useResource } from '../resource.ts'
import { Badge, type Tone } from '../ui/basics.tsx'
import { Loaded } from '../ui/states.tsx'
import { Age } from '../ui/time.tsx'
import type { UserView } from '../wire.ts'

const tones: Readonly<Record<string, Tone>> = {
  IDLE: 'good',
  INTERACTING: 'accent',
  NOT_RESPONDING: 'bad',
}
const words: Readonly<Record<string, string>> = {
  OFF_QUEUE: 'Off queue',
  IDLE: 'On queue, idle',
  INTERACTING: 'Interacting',
  NOT_RESPONDING: 'Not responding',
  COMMUNICATING: 'Communicating',
}

/** Who is there, and whether they take work: read again every two seconds. */
export function UsersPage() {
  const users = useResource('users', () => list<UserView>('/api/v2/users?expand=routingStatus'), {
    everyMs: 2000,
  })
  return (
    <div className="page">
      <header>
        <div>
          <h1>Users</h1>
          <p>Who is there and takes work. Queues say who belongs to them.</p>
        </div>
      </header>
      <Loaded resource={users}>
        {(all) => (
          <div className="table-wrap">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">E-mail address</th>
                  <th scope="col">Routing status</th>
                  <th scope="col">Since</th>
                </tr>
              </thead>
              <tbody>
                {all.map((user) => {
                  const { status = 'OFF_QUEUE', startTime } = user.routingStatus ?? {}
                  return (
                    <tr key={user.id}>
                      <td>{user.name}</td>
                      <td>{user.email}</td>
                      <td>
                        <Badge tone={tones[status] ?? 'plain'}>{words[status] ?? status}</Badge>
                      </td>
                      <td>
                        {startTime === undefined ? '' : <Age timeMs={Date.parse(startTime)} />}
                      </td>
                    </tr>
                  )
                })}
              </tbody>
            </table>
          </div>
        )}
      </Loaded>
    </div>
  )
}
