import fc from 'fast-check'
import type { BipAddress } from '../../src/values/bip-address.js'
import type { BroadcastMask } from '../../src/values/broadcast-mask.js'
import type { Ipv4 } from '../../src/values/ipv4.js'
import { encodeBvll } from '../../src/wire/bvll-encode.js'
import type { BvllFunctionName } from '../../src/wire/bvll-function.js'
import type { BdtEntry, BvllMessage } from '../../src/wire/bvll.js'
import { anyOctets } from './arbitraries.js'
import { toHex } from './vectors.js'

const anyUint16 = fc.nat(0xffff)

/** Any four octets as an IPv4 address; oftener those at the edges. */
export const anyIpv4 = (): fc.Arbitrary<Ipv4> =>
  fc.oneof(
    fc.nat(0xffffffff),
    fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffff00, 0xffffffff),
  ) as fc.Arbitrary<Ipv4>

/** Any mask, with ones and zeros anywhere. */
export const anyMask = (): fc.Arbitrary<BroadcastMask> =>
  anyIpv4() as fc.Arbitrary<number> as fc.Arbitrary<BroadcastMask>

/** The mask of any subnet: 1 to 32 ones, then zeros. */
export const anySubnetMask = (): fc.Arbitrary<BroadcastMask> =>
  fc.integer({ min: 1, max: 32 }).map(ones => Number.parseInt('1'.repeat(ones).padEnd(32, '0'), 2) as BroadcastMask)

/** Any six octets as a B/IP address. */
export const anyBipAddress = (): fc.Arbitrary<BipAddress> => anyOctets(6, 6).map(octets => toHex(octets) as BipAddress)

/** How an NPDU is built, so that a test knows what should be found in it. */
export interface BuiltNpdu {
  readonly octets: Uint8Array
  /** Octets of the header: all up to the APDU, or to the data of a network layer message. */
  readonly headerLength: number
  readonly isNetworkMessage: boolean
}

const anyAddress = fc.option(fc.tuple(anyOctets(2, 2), anyOctets(0, 18)), { nil: undefined })

/** Any NPDU that a data link takes, with addresses of up to 18 octets; the APDU may be missing. */
export const anyBuiltNpdu = (): fc.Arbitrary<BuiltNpdu> =>
  fc
    .record({
      otherBits: fc.nat(0xff).map(bits => bits & 0x57),
      destination: anyAddress,
      source: anyAddress,
      hopCount: fc.nat(0xff),
      messageType: fc.option(fc.nat(0xff), { nil: undefined }),
      vendor: anyOctets(2, 2),
      rest: anyOctets(0, 40),
    })
    .map(({ otherBits, destination, source, hopCount, messageType, vendor, rest }) => {
      const control =
        otherBits |
        (destination === undefined ? 0 : 0x20) |
        (source === undefined ? 0 : 0x08) |
        (messageType === undefined ? 0 : 0x80)
      const header = [
        0x01,
        control,
        ...addressOctets(destination),
        ...addressOctets(source),
        ...(destination === undefined ? [] : [hopCount]),
        ...(messageType === undefined ? [] : [messageType]),
        ...(messageType !== undefined && messageType >= 0x80 ? vendor : []),
      ]
      return {
        octets: Uint8Array.of(...header, ...rest),
        headerLength: header.length,
        isNetworkMessage: messageType !== undefined,
      }
    })

const addressOctets = (address: readonly [net: Uint8Array, mac: Uint8Array] | undefined): readonly number[] =>
  address === undefined ? [] : [...address[0], address[1].length, ...address[1]]

/** Any NPDU that may be sent by broadcast. */
export const anyBroadcastNpdu = (): fc.Arbitrary<Uint8Array> =>
  anyBuiltNpdu().map(({ octets, headerLength, isNetworkMessage }) => {
    const copy = octets.slice()
    const first = copy[headerLength]
    if (!isNetworkMessage && first !== undefined && first < 0x10) copy[headerLength] = first | 0x10
    return copy
  })

/** Any rows of a broadcast distribution table. */
export const anyBdtEntries = (least: number, most: number): fc.Arbitrary<readonly BdtEntry[]> =>
  fc.array(fc.record({ address: anyBipAddress(), mask: anyMask() }), { minLength: least, maxLength: most })

const anyFdt = fc.array(fc.record({ address: anyBipAddress(), ttl: anyUint16, remaining: anyUint16 }), { maxLength: 5 })

/** What each function says. */
const anyBody: {
  readonly [T in BvllFunctionName]: fc.Arbitrary<Omit<BvllMessage & { _tag: T }, '_tag'>>
} = {
  'BVLC-Result': fc.record({ code: fc.oneof(anyUint16, fc.constantFrom(0, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60)) }),
  'Write-Broadcast-Distribution-Table': fc.record({ entries: anyBdtEntries(0, 5) }),
  'Read-Broadcast-Distribution-Table': fc.constant({}),
  'Read-Broadcast-Distribution-Table-Ack': fc.record({ entries: anyBdtEntries(0, 5) }),
  'Forwarded-NPDU': fc.record({ originating: anyBipAddress(), npdu: anyBroadcastNpdu() }),
  'Register-Foreign-Device': fc.record({ ttl: anyUint16 }),
  'Read-Foreign-Device-Table': fc.constant({}),
  'Read-Foreign-Device-Table-Ack': fc.record({ entries: anyFdt }),
  'Delete-Foreign-Device-Table-Entry': fc.record({ address: anyBipAddress() }),
  'Distribute-Broadcast-To-Network': fc.record({ npdu: anyBroadcastNpdu() }),
  'Original-Unicast-NPDU': fc.record({ npdu: anyBuiltNpdu().map(({ octets }) => octets) }),
  'Original-Broadcast-NPDU': fc.record({ npdu: anyBroadcastNpdu() }),
  'Secure-BVLL': fc.record({ wrapper: anyOctets(0, 40) }),
}

/** Any BVLL message that is understood. */
export const anyBvll = (): fc.Arbitrary<BvllMessage> => messagesOf(anyBody)

/** What a port may hear: anything at all, often something almost right. */
export const anyDatagram = (): fc.Arbitrary<Uint8Array> => datagramsLike(0x81, anyBvll().map(encodeBvll))

/** Sound datagrams of that type, unsound ones, and others. */
export const datagramsLike = (type: number, sound: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> => {
  const changed = fc.tuple(sound, fc.nat(), fc.nat(0xff)).map(([octets, place, octet]) => {
    const copy = octets.slice()
    copy[place % copy.length] = octet
    return copy
  })
  const framed = fc.tuple(fc.nat(0x0f), anyOctets(0, 60)).map(([octet, rest]) => {
    return Uint8Array.of(type, octet, 0, rest.length + 4, ...rest)
  })
  return fc.oneof(anyOctets(0, 60), sound, changed, framed)
}

/** Any message with one of these functions; `bodies` is what each says. */
export const messagesOf = <M>(bodies: Readonly<Record<string, fc.Arbitrary<object>>>): fc.Arbitrary<M> =>
  fc.oneof(...Object.entries(bodies).map(([_tag, body]) => body.map(fields => ({ _tag, ...fields }) as M)))
