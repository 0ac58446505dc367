import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type AddressKind, addressKind, isCidr, networkTest } from './network.ts'

const blocks: readonly (readonly [string, AddressKind])[] = [
  ['0.0.0.0/8', 'reserved'],
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'shared'],
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link-local'],
  ['172.16.0.0/12', 'private'],
  ['192.0.0.0/24', 'reserved'],
  ['192.0.2.0/24', 'reserved'],
  ['192.88.99.0/24', 'reserved'],
  ['192.168.0.0/16', 'private'],
  ['198.18.0.0/15', 'reserved'],
  ['198.51.100.0/24', 'reserved'],
  ['203.0.113.0/24', 'reserved'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved'],
]

const metadata = ['169.254.169.254', '169.254.170.2', '100.100.100.200', '192.0.0.192']

/** An IPv4 address of a network, written in the dotted form. */
function v4Of(cidr: string): fc.Arbitrary<string> {
  const [address = '', prefix = ''] = cidr.split('/')
  const first = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  return fc.integer({ min: 0, max: 2 ** (32 - Number(prefix)) - 1 }).map((n) => dotted(first + n))
}

function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.')
}

function v6Of(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(':')
}

const word = fc.integer({ min: 0, max: 0xffff })

test('every special IPv4 block is told apart, edges included, plain, mapped and behind NAT64', () => {
  for (const [cidr, kind] of blocks) {
    fc.assert(
      fc.property(v4Of(cidr), (address) => {
        const expected = metadata.includes(address) ? 'metadata' : kind
        assert.equal(addressKind(address), expected, address)
        assert.equal(addressKind(`::ffff:${address}`), expected)
        assert.equal(addressKind(`64:ff9b::${address}`), expected)
      }),
      { numRuns: 40 },
    )
  }
})

test('an IPv4 address outside the special blocks is public', () => {
  const inBlock = blocks.map(([cidr]) => {
    const [address = '', prefix = ''] = cidr.split('/')
    const first = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
    return { first, last: first + 2 ** (32 - Number(prefix)) - 1 }
  })
  const outside = fc
    .integer({ min: 0, max: 2 ** 32 - 1 })
    .filter((n) => !inBlock.some(({ first, last }) => n >= first && n <= last))
    .map(dotted)
    .filter((address) => address !== '168.63.129.16')
  fc.assert(
    fc.property(outside, (address) => {
      assert.equal(addressKind(address), 'public', address)
      assert.equal(addressKind(`::ffff:${address}`), 'public')
      assert.equal(addressKind(`64:ff9b::${address}`), 'public')
    }),
    { numRuns: 500 },
  )
})

test('IPv6 outside 2000::/3 is never public', () => {
  const first = word.filter((n) => n >> 13 !== 1)
  const rest = fc.array(word, { minLength: 7, maxLength: 7 })
  fc.assert(
    fc.property(first, rest, (head, tail) => {
      // ::ffff:x.x.x.x and 64:ff9b::x.x.x.x carry an IPv4 address and are tested above.
      fc.pre(!(tail.slice(1, 4).every((n) => n === 0) && (head === 0 || head === 0x64)))
      assert.notEqual(addressKind(v6Of([head, ...tail])), 'public')
    }),
    { numRuns: 500 },
  )
})

test('special IPv6 blocks are told apart and ordinary ones are public', () => {
  const cases: readonly (readonly [string, AddressKind])[] = [
    ['::', 'reserved'],
    ['::1', 'loopback'],
    ['0:0:0:0:0:0:0:1', 'loopback'],
    ['::127.0.0.1', 'reserved'],
    ['::ffff:7f00:1', 'loopback'],
    ['0:0:0:0:0:ffff:169.254.169.254', 'metadata'],
    ['64:ff9b::', 'reserved'],
    ['64:ff9b:1::a00:1', 'reserved'],
    ['100::1', 'reserved'],
    ['2001::1', 'reserved'],
    ['2001:db8::1', 'reserved'],
    ['2002:7f00:1::', 'reserved'],
    ['2002:808:808::1', 'reserved'],
    ['3fff::1', 'reserved'],
    ['fc00::1', 'private'],
    ['fdff:ffff::1', 'private'],
    ['fd00:ec2::254', 'metadata'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'reserved'],
    ['fec0::1', 'link-local'],
    ['ff02::1', 'multicast'],
    ['2606:4700:4700::1111', 'public'],
    ['2001:4860:4860::8888', 'public'],
    ['2a00:1450::1', 'public'],
    ['not an address', 'reserved'],
    ['', 'reserved'],
    ['0x7f.0.0.1', 'reserved'],
  ]
  for (const [address, kind] of cases) assert.equal(addressKind(address), kind, address)
})

test('a network is an address, a slash and a prefix that fits', () => {
  for (const cidr of ['10.0.0.0/8', '0.0.0.0/0', '192.168.1.7/32', 'fd00::/8', '::1/128']) {
    assert.ok(isCidr(cidr), cidr)
  }
  for (const text of ['', '10.0.0.0', '10.0.0.0/33', '10.0.0/8', 'fd00::/129', '10.0.0.0/8/8']) {
    assert.ok(!isCidr(text), text)
  }
})

test('a network holds its own addresses, mapped ones too, and no others', () => {
  const test = networkTest(['10.1.0.0/16', 'fd00::/8'])
  for (const address of ['10.1.2.3', '::ffff:10.1.2.3', 'fd12::1']) assert.ok(test(address))
  for (const address of ['10.2.0.1', '::ffff:10.2.0.1', 'fe80::1', 'nonsense']) {
    assert.ok(!test(address))
  }
  assert.ok(!networkTest([])('10.1.2.3'))
})
