import { BlockList, isIP } from 'node:net'

/**
 * What an IP address stands for, as far as it matters who may be called:
 * only `public` ones are reachable without leave. `metadata` are the addresses at which clouds hand credentials to
 * whoever asks from inside; `reserved` covers documentation, benchmarks, translation prefixes and unassigned space.
 */
export type AddressKind =
  | 'public'
  | 'loopback'
  | 'private'
  | 'shared'
  | 'link-local'
  | 'multicast'
  | 'metadata'
  | 'reserved'

/** The special blocks of the IANA registries (RFC 6890 and its updates); the first that holds an address names it. */
const specialBlocks: readonly (readonly [AddressKind, readonly string[]])[] = [
  [
    'metadata',
    [
      '169.254.169.254/32',
      '169.254.170.2/32',
      '100.100.100.200/32',
      '192.0.0.192/32',
      '168.63.129.16/32',
      'fd00:ec2::254/128',
      'fd20:ce::254/128',
    ],
  ],
  ['loopback', ['127.0.0.0/8', '::1/128']],
  ['private', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']],
  ['shared', ['100.64.0.0/10']],
  ['link-local', ['169.254.0.0/16', 'fe80::/10', 'fec0::/10']],
  ['multicast', ['224.0.0.0/4', 'ff00::/8']],
  [
    'reserved',
    [
      '0.0.0.0/8',
      '192.0.0.0/24',
      '192.0.2.0/24',
      '192.88.99.0/24',
      '198.18.0.0/15',
      '198.51.100.0/24',
      '203.0.113.0/24',
      '240.0.0.0/4',
      '2001::/23', // Teredo, benchmarks, ORCHID and other protocol assignments
      '2001:db8::/32',
      '2002::/16', // 6to4: carries any IPv4 address, private ones too
      '3fff::/20',
    ],
  ],
]

/** Everything that is handed out on the IPv6 internet (RFC 4291); the rest is unassigned or special. */
const globalUnicast = networks(['2000::/3'])

const special = specialBlocks.map(([kind, cidrs]) => ({ kind, list: networks(cidrs) }))

/**
 * Says what an address stands for, or `reserved` for a text that is no IP address.
 * An IPv4 address inside a mapped (`::ffff:0:0/96`) or NAT64 (`64:ff9b::/96`) one is judged itself.
 */
export function addressKind(address: string): AddressKind {
  const plain = embeddedV4(address) ?? address
  const version = isIP(plain)
  if (version === 0 || plain.includes('%')) return 'reserved'
  const found = special.find(({ list }) => holds(list, plain))
  if (found !== undefined) return found.kind
  return version === 4 || holds(globalUnicast, plain) ? 'public' : 'reserved'
}

/** Whether a text is a network in CIDR form, such as `10.0.0.0/8` or `fd00::/8`. */
export function isCidr(text: string): boolean {
  const [address = '', prefix = '', ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || address.includes('%') || rest.length > 0 || !/^\d{1,3}$/.test(prefix)) {
    return false
  }
  return Number(prefix) <= (version === 4 ? 32 : 128)
}

/** Makes a test for "is this address in one of these CIDR networks". Throws for a text that is none. */
export function networkTest(cidrs: readonly string[]): (address: string) => boolean {
  const list = networks(cidrs)
  return (address) => holds(list, embeddedV4(address) ?? address)
}

function networks(cidrs: readonly string[]): BlockList {
  const list = new BlockList()
  for (const cidr of cidrs) {
    if (!isCidr(cidr)) throw new RangeError(`"${cidr}" is not a network in CIDR form.`)
    const [address = '', prefix = ''] = cidr.split('/')
    list.addSubnet(address, Number(prefix), isIP(address) === 4 ? 'ipv4' : 'ipv6')
  }
  return list
}

function holds(list: BlockList, address: string): boolean {
  const version = isIP(address)
  return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6')
}

/** The IPv4 address that a mapped or NAT64 address carries in its last 32 bits. */
function embeddedV4(address: string): string | undefined {
  if (isIP(address) !== 6 || address.includes('%')) return undefined
  // The URL parser writes an IPv6 address in its one canonical form, dotted tails included.
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1)
  const groups = /^(?:::ffff|64:ff9b:):(?:([0-9a-f]{1,4}):)?([0-9a-f]{1,4})$/.exec(canonical)
  if (groups === null) return canonical === '64:ff9b::' ? '0.0.0.0' : undefined
  const high = Number.parseInt(groups[1] ?? '0', 16)
  const low = Number.parseInt(groups[2] ?? '0', 16)
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}
