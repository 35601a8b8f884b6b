import fc from 'fast-check'
import type { Mac } from '../../src/values/mac.js'
import type { NetworkMessage, RoutingTableRow } from '../../src/wire/network-message.js'
import type { Priority } from '../../src/wire/npci.js'
import type { Npdu } from '../../src/wire/npdu.js'
import { anyOctets } from './arbitraries.js'
import { validNpdus } from './npdu-vectors.js'
import { toHex } from './vectors.js'

const anyOctet = (): fc.Arbitrary<number> => fc.nat(0xff)

/** The number of any one network. */
export const anyNetwork = (): fc.Arbitrary<number> => fc.integer({ min: 1, max: 0xfffe })

/** Whatever two octets hold, as lists of networks may name anything. */
const anyNumber = (): fc.Arbitrary<number> => fc.nat(0xffff)

/** The MAC address of a station. */
export const anyMac = (): fc.Arbitrary<Mac> => anyOctets(1, 18).map(octets => toHex(octets) as Mac)

const anyRow = (): fc.Arbitrary<RoutingTableRow> =>
  fc.record({ network: anyNumber(), portId: anyOctet(), portInfo: anyOctets(0, 255) })

/** Any network layer message. */
export const anyNetworkMessage = (): fc.Arbitrary<NetworkMessage> =>
  fc.oneof(
    fc.record({
      _tag: fc.constant('Who-Is-Router-To-Network' as const),
      network: fc.option(anyNumber(), { nil: undefined }),
    }),
    fc.record({
      _tag: fc.constant('I-Am-Router-To-Network' as const),
      networks: fc.array(anyNumber(), { minLength: 1, maxLength: 20 }),
    }),
    fc.record({
      _tag: fc.constantFrom('Router-Busy-To-Network' as const, 'Router-Available-To-Network' as const),
      networks: fc.array(anyNumber(), { maxLength: 20 }),
    }),
    fc.record({
      _tag: fc.constant('I-Could-Be-Router-To-Network' as const),
      network: anyNumber(),
      performanceIndex: anyOctet(),
    }),
    fc.record({ _tag: fc.constant('Reject-Message-To-Network' as const), reason: anyOctet(), network: anyNumber() }),
    fc.record({
      _tag: fc.constantFrom('Initialize-Routing-Table' as const, 'Initialize-Routing-Table-Ack' as const),
      rows: fc.array(anyRow(), { maxLength: 4 }),
    }),
    fc.record({
      _tag: fc.constant('Establish-Connection-To-Network' as const),
      network: anyNumber(),
      terminationTime: anyOctet(),
    }),
    fc.record({ _tag: fc.constant('Disconnect-Connection-To-Network' as const), network: anyNumber() }),
    fc.record({ _tag: fc.constant('What-Is-Network-Number' as const) }),
    fc.record({ _tag: fc.constant('Network-Number-Is' as const), network: anyNumber(), isConfigured: fc.boolean() }),
    fc.record({
      _tag: fc.constant('Proprietary' as const),
      type: fc.integer({ min: 0x80, max: 0xff }),
      vendorId: anyNumber(),
      data: anyOctets(0, 40),
    }),
    fc.record({
      _tag: fc.constant('Unknown' as const),
      type: fc.oneof(fc.integer({ min: 0x0a, max: 0x11 }), fc.integer({ min: 0x14, max: 0x7f })),
      data: anyOctets(0, 40),
    }),
  )

const anyPriority = (): fc.Arbitrary<Priority> =>
  fc.constantFrom('normal', 'urgent', 'critical-equipment', 'life-safety')

const isOfOneNetwork = (content: Npdu['content']): boolean =>
  content._tag === 'What-Is-Network-Number' || content._tag === 'Network-Number-Is'

/** Any NPDU that can be decoded. */
export const anyNpdu = (): fc.Arbitrary<Npdu> =>
  fc
    .record({
      priority: anyPriority(),
      expectingReply: fc.boolean(),
      destination: fc.option(
        fc.oneof(
          fc.record({ network: anyNetwork(), mac: fc.oneof(anyMac(), fc.constant('' as Mac)) }),
          fc.constant({ network: 0xffff, mac: '' as Mac }),
        ),
        { nil: undefined },
      ),
      source: fc.option(fc.record({ network: anyNetwork(), mac: anyMac() }), { nil: undefined }),
      hops: anyOctet(),
      content: fc.oneof(fc.record({ _tag: fc.constant('Apdu' as const), apdu: anyOctets(1, 60) }), anyNetworkMessage()),
    })
    .map(({ hops, ...npdu }): Npdu => {
      if (isOfOneNetwork(npdu.content)) return { ...npdu, destination: undefined, source: undefined, hopCount: 0 }
      return { ...npdu, hopCount: npdu.destination === undefined ? 0 : hops }
    })

/** Octets that may be an NPDU: right ones, cut and changed ones, and anything. */
export const anyNpduOctets = (): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    anyOctets(0, 40),
    anyOctets(0, 40).map(octets => Uint8Array.of(1, ...octets)),
    fc
      .record({
        octets: fc.constantFrom(...validNpdus.map(vector => vector.octets)),
        end: fc.nat(60),
        at: fc.nat(60),
        octet: anyOctet(),
      })
      .map(({ octets, end, at, octet }) => {
        const changed = octets.slice(0, end)
        if (at < changed.length) changed[at] = octet
        return changed
      }),
  )
