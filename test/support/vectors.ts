import { readFileSync } from 'node:fs'
import { BvlcFunction } from '../../src/wire/bvlc-function.js'
import type { Path } from '../../src/wire/bvlc-sc-decode.js'
import type { ScMessage } from '../../src/wire/bvlc-sc.js'
import { markerOf, OptionType, type HeaderOption } from '../../src/wire/header-option.js'

/** Octets from hex, without the help of the code under test. */
export const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))

/** Octets as hex, without the help of the code under test. */
export const toHex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')

/** A header option as the vectors spell it out. */
interface DecodedOption {
  readonly marker: string
  readonly moreOptions: boolean
  readonly mustUnderstand: boolean
  readonly headerDataPresent: boolean
  readonly type: number
  readonly headerLength?: number
  readonly headerData?: string
  readonly vendorId?: number
  readonly proprietaryType?: number
  readonly proprietaryData?: string
}

/** A message as the vectors spell it out. */
export interface Decoded {
  readonly function: number
  readonly functionName: string
  readonly controlFlags: string
  readonly messageId: number
  readonly originatingVmac: string | null
  readonly destinationVmac: string | null
  readonly destinationOptions: readonly DecodedOption[]
  readonly dataOptions: readonly DecodedOption[]
  /** Field by field; `null` for a function without payload. */
  readonly payload: Readonly<Record<string, unknown>> | null
}

/** Octets that are right, and what they mean. */
export interface ValidVector {
  readonly kind: 'valid'
  readonly name: string
  readonly hex: string
  readonly length: number
  readonly context: keyof typeof validPaths
  readonly decoded: Decoded & { readonly payloadHex: string; readonly payloadLength: number }
}

/** What a hub makes of a message from the node `senderVmac`; `null` when it drops it. */
export interface HubVector {
  readonly kind: 'hub-transform'
  readonly name: string
  readonly senderVmac: string
  readonly in: string
  readonly out: string | null
  readonly rule: string
}

/** What is due for a malformed message: silence, or a NAK, given with empty error details. */
export type DueError =
  | { readonly silent: true }
  | {
      readonly silent?: never
      readonly expectedErrorClass: number
      readonly expectedErrorCode: number
      readonly errorHeaderMarker: string
      readonly expectedNakHex: string
    }

/** Octets that are wrong, and what a receiver answers. */
export interface MalformedVector {
  readonly kind: 'malformed'
  readonly name: string
  readonly hex: string
  readonly context: keyof typeof malformedPaths
  readonly error: DueError & { readonly reason: string }
}

const vectors = JSON.parse(readFileSync(new URL('../vectors/bvlc-sc.json', import.meta.url), 'utf8')) as readonly (
  ValidVector | HubVector | MalformedVector
)[]

export const validVectors: readonly ValidVector[] = vectors.filter(vector => vector.kind === 'valid')
export const hubVectors: readonly HubVector[] = vectors.filter(vector => vector.kind === 'hub-transform')
export const malformedVectors: readonly MalformedVector[] = vectors.filter(vector => vector.kind === 'malformed')

/** The octets of the valid vector of that name. */
export const validVector = (name: string): Uint8Array => {
  const vector = validVectors.find(valid => valid.name === name)
  if (vector === undefined) throw new Error(`there is no valid vector '${name}'`)
  return fromHex(vector.hex)
}

/** Every way a message can come. */
export const PATHS: readonly Path[] = ['from-hub', 'to-hub', 'direct']

// 'either peer' sends BVLC-Results too, and those never to a hub: without a destination they mean nothing to it.
const validPaths = {
  'hub -> node (hub connection)': ['from-hub'],
  'node -> hub (hub connection)': ['to-hub'],
  'direct connection': ['direct'],
  'initiating peer -> accepting peer': ['to-hub', 'direct'],
  'accepting peer -> initiating peer': ['from-hub', 'direct'],
  'either peer of one connection': ['from-hub', 'direct'],
} as const satisfies Readonly<Record<string, readonly Path[]>>

const malformedPaths = {
  'node receiving on its hub connection': ['from-hub'],
  'hub (accepting peer) receiving': ['to-hub'],
  'initiating peer': ['from-hub', 'direct'],
  'initiating peer in AWAITING_ACCEPT': ['from-hub', 'direct'],
  'either peer': PATHS,
} as const satisfies Readonly<Record<string, readonly Path[]>>

/** The paths on which a vector is what its context says. */
export const pathsOf = (vector: ValidVector | MalformedVector): readonly Path[] =>
  vector.kind === 'valid' ? validPaths[vector.context] : malformedPaths[vector.context]

/** A message of ours, spelled out as the vectors do. */
export const spellOut = (message: ScMessage): Decoded => {
  const dataOptions = message._tag === 'Encapsulated-NPDU' ? message.dataOptions : []
  const flags =
    (message.originating === undefined ? 0 : 8) +
    (message.destination === undefined ? 0 : 4) +
    (message.destinationOptions.length === 0 ? 0 : 2) +
    (dataOptions.length === 0 ? 0 : 1)
  return {
    function: BvlcFunction[message._tag],
    functionName: message._tag,
    controlFlags: hexOctet(flags),
    messageId: message.messageId,
    originatingVmac: message.originating ?? null,
    destinationVmac: message.destination ?? null,
    destinationOptions: spellOutOptions(message.destinationOptions),
    dataOptions: spellOutOptions(dataOptions),
    payload: spellOutPayload(message),
  }
}

const hexOctet = (octet: number): string => toHex(Uint8Array.of(octet))

const spellOutOptions = (options: readonly HeaderOption[]): readonly DecodedOption[] =>
  options.map(({ type, mustUnderstand, data }, index) => ({
    marker: hexOctet(markerOf(options, index)),
    moreOptions: index < options.length - 1,
    mustUnderstand,
    headerDataPresent: data !== undefined,
    type,
    ...(data && { headerLength: data.length, headerData: toHex(data) }),
    ...(data && type === OptionType.PROPRIETARY && spellOutProprietary(data)),
  }))

const spellOutProprietary = (
  data: Uint8Array,
): Pick<DecodedOption, 'vendorId' | 'proprietaryType' | 'proprietaryData'> => {
  const octets = Buffer.from(data)
  return {
    vendorId: octets.readUInt16BE(0),
    proprietaryType: octets.readUInt8(2),
    proprietaryData: octets.toString('hex', 3),
  }
}

const spellOutPayload = (message: ScMessage): Decoded['payload'] => {
  switch (message._tag) {
    case 'BVLC-Result':
      return {
        resultForFunction: message.resultFor,
        resultCode: message.nak === undefined ? 0 : 1,
        resultCodeName: message.nak === undefined ? 'ACK' : 'NAK',
        ...(message.nak && { ...message.nak, errorHeaderMarker: hexOctet(message.nak.errorHeaderMarker) }),
      }
    case 'Encapsulated-NPDU':
      return { npdu: toHex(message.npdu) }
    case 'Address-Resolution-ACK':
      return { uris: message.uris }
    case 'Advertisement':
      return {
        hubConnectionStatus: ['none', 'primary', 'failover'].indexOf(message.hubConnection),
        acceptDirectConnections: message.acceptsDirectConnections ? 1 : 0,
        maxBvlcLength: message.maxBvlcLength,
        maxNpduLength: message.maxNpduLength,
      }
    case 'Connect-Request':
    case 'Connect-Accept':
      return {
        vmac: message.vmac,
        deviceUuid: message.uuid,
        maxBvlcLength: message.maxBvlcLength,
        maxNpduLength: message.maxNpduLength,
      }
    case 'Proprietary-Message':
      return {
        vendorId: message.vendorId,
        proprietaryFunction: message.proprietaryFunction,
        data: toHex(message.data),
      }
    default:
      return null
  }
}
