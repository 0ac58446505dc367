import { programVersion } from '../version.ts'
import { endpointPaths } from './addresses.ts'
import { legacyVersions, modernVersion } from './protocol/host.ts'

const namespace = 'io.github.signalbox/conversations'

/** What a directory of servers can know beforehand (the protocol's Server Card, SEP-2127): no tools, only the way in. */
export function serverCard(baseUrl: string) {
  return {
    name: namespace,
    version: programVersion(),
    title: 'signalbox conversations',
    description:
      'Digital customer conversations for agents: read, reply, transfer and wrap up under policies, with an audit.',
    icons: [{ src: `${baseUrl}/mcp/icon.svg`, mimeType: 'image/svg+xml', sizes: ['any'] }],
    remotes: endpointPaths.map((path) => ({
      type: 'streamable-http',
      url: `${baseUrl}${path}`,
      supportedProtocolVersions: [modernVersion, ...legacyVersions],
    })),
  }
}

/** The index of what a domain offers to agents. */
export function catalogCard(baseUrl: string) {
  return {
    specVersion: '1.0',
    entries: [
      {
        identifier: namespace,
        displayName: 'signalbox conversations',
        mediaType: 'application/mcp-server-card+json',
        url: `${baseUrl}/mcp/server-card`,
      },
    ],
  }
}

/** The mark of the house: a signal with two arms, drawn for this program. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" role="img" aria-label="signalbox">
<rect width="64" height="64" rx="14" fill="#12323f"/>
<rect x="29" y="12" width="6" height="42" rx="3" fill="#e8f1f2"/>
<rect x="14" y="16" width="26" height="10" rx="5" fill="#f2643d"/>
<rect x="24" y="32" width="26" height="10" rx="5" fill="#4fc3a1"/>
<circle cx="19" cy="21" r="3" fill="#12323f"/><circle cx="45" cy="37" r="3" fill="#12323f"/>
</svg>
`
