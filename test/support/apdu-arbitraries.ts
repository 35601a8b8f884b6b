import fc from 'fast-check'
import type { ApplicationPdu, MaxApduLength, MaxSegments, Segment } from '../../src/wire/apdu.js'
import type { IAm } from '../../src/wire/i-am.js'
import type { InstanceRange } from '../../src/wire/who-is.js'
import { anyOctets } from './arbitraries.js'

const anyOctet = (): fc.Arbitrary<number> => fc.nat(0xff)

const anySegment = (): fc.Arbitrary<Segment | undefined> =>
  fc.option(fc.record({ moreFollow: fc.boolean(), sequenceNumber: anyOctet(), proposedWindowSize: anyOctet() }), {
    nil: undefined,
  })

/** Any APDU. */
export const anyPdu = (): fc.Arbitrary<ApplicationPdu> => {
  const invokeId = anyOctet()
  const service = anyOctet()
  const reason = anyOctet()
  const isFromServer = fc.boolean()
  const parameters = anyOctets(0, 40)
  return fc.oneof(
    fc.record({
      _tag: fc.constant('Confirmed-Request' as const),
      segment: anySegment(),
      segmentedResponseAccepted: fc.boolean(),
      maxSegments: fc.constantFrom<MaxSegments[]>('unspecified', 2, 4, 8, 16, 32, 64, 'more than 64'),
      maxApduLength: fc.constantFrom<MaxApduLength[]>(50, 128, 206, 480, 1024, 1476),
      invokeId,
      service,
      parameters,
    }),
    fc.record({ _tag: fc.constant('Unconfirmed-Request' as const), service, parameters }),
    fc.record({ _tag: fc.constant('Simple-ACK' as const), invokeId, service }),
    fc.record({ _tag: fc.constant('Complex-ACK' as const), segment: anySegment(), invokeId, service, parameters }),
    fc.record({
      _tag: fc.constant('Segment-ACK' as const),
      isNegative: fc.boolean(),
      isFromServer,
      invokeId,
      sequenceNumber: anyOctet(),
      actualWindowSize: anyOctet(),
    }),
    fc.record({ _tag: fc.constant('Error' as const), invokeId, service, parameters }),
    fc.record({ _tag: fc.constant('Reject' as const), invokeId, reason }),
    fc.record({ _tag: fc.constant('Abort' as const), isFromServer, invokeId, reason }),
  )
}

/** Small numbers, and those that need another octet each. */
const anyUpTo = (most: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.nat(most),
    fc.constantFrom(...[0, 1, 0xff, 0x100, 0xffff, 0x10000, 0xffffff, most].filter(value => value <= most)),
  )

/** The device instances that a Who-Is may ask for. */
export const anyRange = (): fc.Arbitrary<InstanceRange> =>
  fc.tuple(anyUpTo(4_194_303), anyUpTo(4_194_303)).map(([one, other]) => ({
    low: Math.min(one, other),
    high: Math.max(one, other),
  }))

/** Who a device may say that it is. */
export const anyIAm = (): fc.Arbitrary<IAm> =>
  fc.record({
    deviceInstance: anyUpTo(4_194_302),
    maxApduLength: anyUpTo(0xffffffff),
    segmentation: fc.constantFrom(
      'segmented-both' as const,
      'segmented-transmit' as const,
      'segmented-receive' as const,
      'no-segmentation' as const,
    ),
    vendorId: anyUpTo(0xffff),
  })

/** Octets that may be an APDU: anything, and anything behind a first octet that is right. */
export const anyApduOctets = (): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    anyOctets(0, 12),
    fc.tuple(fc.nat(0x7f), anyOctets(0, 8)).map(([first, rest]) => Uint8Array.of(first, ...rest)),
  )
