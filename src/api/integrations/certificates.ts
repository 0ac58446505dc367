import { X509Certificate } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import Type from 'typebox'
import { certificateType } from '../../actions/action.ts'
import { everything, pageWithin } from '../everything.ts'
import { operation } from '../operation.ts'
import { Listing, listing, listingPath, Paging, pageOf } from '../schema.ts'
import { readScopes } from './access.ts'
import { actionsPath } from './present-action.ts'

const path = `${actionsPath}/certificates`

export const getIntegrationsActionsCertificates = operation({
  id: 'getIntegrationsActionsCertificates',
  method: 'GET',
  path,
  summary:
    'Lists the client certificates that integrations show to services which ask for one, without their keys.',
  scopes: readScopes,
  permission: 'integrations:actionCertificate:view',
  input: {
    query: Type.Object({
      ...Paging,
      status: Type.Optional(Type.Enum(['Current', 'Upcoming'])),
      type: Type.Optional(Type.Enum(['Client'])),
    }),
  },
  reply: {
    status: 200,
    schema: Listing(
      Type.Object({ certificate: Type.String(), status: Type.String(), type: Type.String() }),
    ),
  },
  examples: [{ title: 'Those in use', input: { query: { status: 'Current' } } }],
  async handle({ query }, { store, outside }) {
    const nowMs = outside.clock.now()
    const found = (await everything(store, 'credential'))
      .filter(({ credentialType }) => credentialType === certificateType)
      .map(({ secrets }) => presentCertificate(secrets?.['certificate'] ?? '', nowMs))
      .filter(({ status }) => status !== 'Expired')
      .filter(({ status }) => query.status === undefined || status === query.status)
    const page = pageOf(query)
    return listing(pageWithin(found, page), page, listingPath(path, query), (one) => one)
  },
})

/** The vendor's `ActionCertificate`; the authority is whoever signed it, where the vendor knows two. */
function presentCertificate(pem: string, nowMs: number) {
  const certificate = new X509Certificate(pem)
  const isUpcoming = certificate.validFromDate.getTime() > nowMs
  const isOver = certificate.validToDate.getTime() <= nowMs
  return {
    signingAuthority: nameOf(certificate.issuer),
    certificate: pem,
    status: isOver ? 'Expired' : isUpcoming ? 'Upcoming' : 'Current',
    type: 'Client',
  }
}

/** A distinguished name in one word: its common name, or else its last part. */
function nameOf(name: string): string {
  const parts = name.split('\n')
  const common = parts.find((part) => part.startsWith('CN=')) ?? parts.at(-1) ?? ''
  return common.slice(common.indexOf('=') + 1)
}

export const getIntegrationsActionsCertificatesTruststore = operation({
  id: 'getIntegrationsActionsCertificatesTruststore',
  method: 'GET',
  path: `${path}/truststore`,
  summary:
    'Lists the authorities whose certificates are believed where an integration names none of its own.',
  scopes: readScopes,
  permission: 'integrations:actionCertificate:view',
  reply: {
    status: 200,
    schema: Type.Object({
      entities: Type.Array(
        Type.Object({ description: Type.String(), serialNumber: Type.String() }),
      ),
      total: Type.Integer(),
    }),
  },
  examples: [{ title: 'All authorities', input: {} }],
  async handle() {
    trusted ??= rootCertificates.map((pem) => {
      const { subject, serialNumber, fingerprint256: signature } = new X509Certificate(pem)
      return { description: nameOf(subject), serialNumber, signature }
    })
    return { entities: trusted, total: trusted.length }
  },
})

/** They come with Node and do not change while it runs; reading them takes a moment. */
let trusted:
  | readonly {
      readonly description: string
      readonly serialNumber: string
      readonly signature: string
    }[]
  | undefined
