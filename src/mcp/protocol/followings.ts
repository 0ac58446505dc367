import type { EventStream } from './event-stream.ts'
import type { Host } from './host.ts'
import { notificationText, RpcError, rpcCodes } from './rpc.ts'
import type { Session } from './sessions.ts'

/** What one session follows, and where it is told. */
interface Following {
  /** By address: what ends the listening, which goes on only while somebody reads. */
  readonly followed: Map<string, AbortController>
  stream: EventStream | undefined
}

/** Sessions that one node keeps in mind; the one that was quiet longest is forgotten first. */
const sessionsMax = 2000
/** Resources that one session may follow. */
const followedMax = 100

/**
 * What sessions of the earlier revisions follow (`resources/subscribe`), and the streams on which they hear of it. Both
 * live in the memory of one node: behind several, a session's requests have to reach the same one.
 */
export class Followings {
  readonly #bySession = new Map<string, Following>()

  /** Follows a resource. `-32602` where the host does not honour it. */
  async follow(session: Session, host: Host, uri: string): Promise<void> {
    const following = this.#of(session)
    const { followed } = following
    if (followed.size >= followedMax && !followed.has(uri)) {
      throw new RpcError(rpcCodes.invalidParams, `A session can follow ${followedMax} resources.`)
    }
    const end = new AbortController()
    const told = await host.listen?.({
      wanted: { resourceSubscriptions: [uri] },
      tell: (method, params) => following.stream?.send(notificationText(method, params)),
      signal: end.signal,
    })
    const honoured = told?.['resourceSubscriptions']
    if (!Array.isArray(honoured) || !honoured.includes(uri)) {
      end.abort()
      throw new RpcError(rpcCodes.invalidParams, 'This resource cannot be followed.', {
        data: { uri },
      })
    }
    followed.get(uri)?.abort()
    followed.set(uri, end)
    if (following.stream === undefined) end.abort()
  }

  /** Follows it no longer; nothing happens where it was not followed. */
  unfollow(session: Session, uri: string): void {
    const followed = this.#bySession.get(session.id)?.followed
    followed?.get(uri)?.abort()
    followed?.delete(uri)
  }

  /** Tells a session on this stream from now on; one that was open before is ended. */
  async tellOn(stream: EventStream, session: Session, host: Host): Promise<void> {
    const following = this.#of(session)
    following.stream?.end()
    following.stream = stream
    stream.onClose(() => {
      if (following.stream !== stream) return
      following.stream = undefined
      for (const end of following.followed.values()) end.abort()
    })
    for (const uri of [...following.followed.keys()]) {
      try {
        await this.follow(session, host, uri)
      } catch (error) {
        if (!(error instanceof RpcError)) throw error
        this.unfollow(session, uri) // it may no longer be read
      }
    }
  }

  #of(session: Session): Following {
    const known = this.#bySession.get(session.id)
    const following = known ?? { followed: new Map(), stream: undefined }
    this.#bySession.delete(session.id)
    this.#bySession.set(session.id, following)
    if (this.#bySession.size > sessionsMax) this.#forgetOldest()
    return following
  }

  #forgetOldest(): void {
    const [oldest] = this.#bySession
    if (oldest === undefined) return
    const [id, { stream, followed }] = oldest
    this.#bySession.delete(id)
    for (const end of followed.values()) end.abort()
    stream?.end()
  }
}
