import fc from 'fast-check'
import type { DeviceUuid } from '../../src/values/device-uuid.js'
import { BROADCAST_VMAC, isReservedVmac, type Vmac } from '../../src/values/vmac.js'
import { BvlcFunction, functionRule, type BvlcFunctionName } from '../../src/wire/bvlc-function.js'
import type { Path } from '../../src/wire/bvlc-sc-decode.js'
import { encodeBvlcSc } from '../../src/wire/bvlc-sc-encode.js'
import type { Header, PeerIdentity, ScMessage } from '../../src/wire/bvlc-sc.js'
import { OPTION_LIMITS, OptionType, proprietaryOption, type HeaderOption } from '../../src/wire/header-option.js'
import { PATHS, toHex } from './vectors.js'

/** Any number that `bits` bits hold. */
const anyUint = (bits: 8 | 16): fc.Arbitrary<number> => fc.nat(2 ** bits - 1)

/** Any octets, `least` to `most` of them. */
export const anyOctets = (least: number, most: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: least, maxLength: most })

/** Any text that UTF-8 can carry, except NUL. */
const anyText = (): fc.Arbitrary<string> =>
  fc.string({ unit: 'binary', maxLength: 40 }).map(text => text.replaceAll('\0', ''))

/** The VMAC of any device. */
export const anyVmac = (): fc.Arbitrary<Vmac> =>
  anyOctets(6, 6)
    .map(octets => toHex(octets) as Vmac)
    .filter(vmac => !isReservedVmac(vmac))

/** Any 16 octets as a Device UUID. */
export const anyDeviceUuid = (): fc.Arbitrary<DeviceUuid> =>
  anyOctets(16, 16).map(octets => toHex(octets) as DeviceUuid)

/** Who any peer may say that it is. */
export const anyIdentity = (): fc.Arbitrary<PeerIdentity> =>
  fc.record({ vmac: anyVmac(), uuid: anyDeviceUuid(), maxBvlcLength: anyUint(16), maxNpduLength: anyUint(16) })

/** Any option that is well formed in that list. */
const anyOption = (list: 'destination' | 'data'): fc.Arbitrary<HeaderOption> => {
  const unnamed = fc.record({
    type: fc.integer({ min: 2, max: 30 }),
    mustUnderstand: fc.boolean(),
    data: fc.option(anyOctets(0, 12), { nil: undefined }),
  })
  const proprietary = fc.tuple(anyUint(16), anyUint(8), anyOctets(0, 12), fc.boolean())
  const common = [unnamed, proprietary.map(fields => proprietaryOption(...fields))]
  const securePath = fc.record({
    type: fc.constant(OptionType.SECURE_PATH),
    mustUnderstand: fc.boolean(),
    data: fc.constant(undefined),
  })
  return fc.oneof(...common, ...(list === 'data' ? [securePath] : []))
}

const { maxOptions } = OPTION_LIMITS

const anyOptions = (list: 'destination' | 'data'): fc.Arbitrary<readonly HeaderOption[]> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant([]) },
    { weight: 6, arbitrary: fc.array(anyOption(list), { minLength: 1, maxLength: 4 }) },
    { weight: 1, arbitrary: fc.array(anyOption(list), { minLength: maxOptions - 1, maxLength: maxOptions }) },
  )

const anyAddresses = (tag: BvlcFunctionName, path: Path): fc.Arbitrary<Pick<Header, 'originating' | 'destination'>> => {
  const none = fc.constant(undefined)
  if (path === 'direct' || functionRule(BvlcFunction[tag])?.connectionOnly === true) {
    return fc.record({ originating: none, destination: none })
  }
  if (path === 'to-hub') {
    return fc.record({ originating: none, destination: fc.oneof(anyVmac(), fc.constant(BROADCAST_VMAC)) })
  }
  const fromNode = fc.record({ originating: anyVmac(), destination: fc.constantFrom(undefined, BROADCAST_VMAC) })
  const fromHub = fc.record({ originating: none, destination: none })
  return tag === 'BVLC-Result' ? fc.oneof(fromNode, fromHub) : fromNode
}

/** What each function says beside its header. */
const anyBody: {
  readonly [T in BvlcFunctionName]: fc.Arbitrary<Omit<ScMessage & { _tag: T }, keyof Header | '_tag'>>
} = {
  'BVLC-Result': fc.record({
    resultFor: anyUint(8),
    nak: fc.option(
      fc.record({
        errorHeaderMarker: anyUint(8),
        errorClass: anyUint(16),
        errorCode: anyUint(16),
        errorDetails: anyText(),
      }),
      { nil: undefined },
    ),
  }),
  'Encapsulated-NPDU': fc.record({ dataOptions: anyOptions('data'), npdu: anyOctets(1, 60) }),
  'Address-Resolution': fc.constant({}),
  'Address-Resolution-ACK': fc.record({
    uris: fc.array(
      anyText()
        .map(text => text.replaceAll(' ', ''))
        .filter(text => text !== ''),
      { maxLength: 4 },
    ),
  }),
  Advertisement: fc.record({
    hubConnection: fc.constantFrom('none', 'primary', 'failover'),
    acceptsDirectConnections: fc.boolean(),
    maxBvlcLength: anyUint(16),
    maxNpduLength: anyUint(16),
  }),
  'Advertisement-Solicitation': fc.constant({}),
  'Connect-Request': anyIdentity(),
  'Connect-Accept': anyIdentity(),
  'Disconnect-Request': fc.constant({}),
  'Disconnect-ACK': fc.constant({}),
  'Heartbeat-Request': fc.constant({}),
  'Heartbeat-ACK': fc.constant({}),
  'Proprietary-Message': fc.record({
    vendorId: anyUint(16),
    proprietaryFunction: anyUint(8),
    data: anyOctets(0, 40),
  }),
}

/** Any message that is valid on that path. */
export const anyMessage = (path: Path): fc.Arbitrary<ScMessage> =>
  fc.oneof(
    ...(Object.keys(anyBody) as BvlcFunctionName[]).map(_tag =>
      fc
        .tuple(anyUint(16), anyAddresses(_tag, path), anyOptions('destination'), anyBody[_tag])
        .map(
          ([messageId, addresses, destinationOptions, body]) =>
            ({ _tag, messageId, ...addresses, destinationOptions, ...body }) as ScMessage,
        ),
    ),
  )

/** Octets that came on a path. */
export interface Heard {
  readonly octets: Uint8Array
  readonly path: Path
}

const anyPath = fc.constantFrom(...PATHS)

/** A valid frame, mostly where it is valid. */
const anyFrame = fc.oneof(
  ...PATHS.map(path =>
    fc.record({
      octets: anyMessage(path).map(encodeBvlcSc),
      path: fc.oneof({ weight: 4, arbitrary: fc.constant(path) }, { weight: 1, arbitrary: anyPath }),
    }),
  ),
)

/** Anywhere in a frame, and oftener near its beginning, where the header is. */
const anyPlace = fc.oneof(fc.nat(20), fc.nat())

const anyInjury = fc.record({
  place: anyPlace,
  octet: anyUint(8),
  kind: fc.constantFrom('cut', 'insert', 'lose', 'change'),
})

/** A valid frame in which something was cut off, put in, taken out or changed. */
const anyDamagedFrame = fc
  .tuple(anyFrame, fc.array(anyInjury, { minLength: 1, maxLength: 3 }))
  .map(([{ octets, path }, injuries]): Heard => ({ octets: injuries.reduce(injured, octets), path }))

const injured = (
  frame: Uint8Array,
  { place, octet, kind }: typeof anyInjury extends fc.Arbitrary<infer I> ? I : never,
) => {
  const at = place % (frame.length + 1)
  const [before, after] = [frame.subarray(0, at), frame.subarray(at)]
  switch (kind) {
    case 'cut':
      return before
    case 'insert':
      return Uint8Array.of(...before, octet, ...after)
    case 'lose':
      return Uint8Array.of(...before, ...after.subarray(1))
    case 'change':
      return Uint8Array.of(...before, octet, ...after.subarray(1))
  }
}

/** What a socket may hear: anything at all, often something almost right. */
export const anythingHeard = (): fc.Arbitrary<Heard> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.record({ octets: anyOctets(0, 80), path: anyPath }) },
    { weight: 2, arbitrary: anyFrame },
    { weight: 4, arbitrary: anyDamagedFrame },
  )
