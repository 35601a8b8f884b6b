import { readFileSync } from 'node:fs'
import type { BipAddress } from '../../src/values/bip-address.js'
import type { BroadcastMask } from '../../src/values/broadcast-mask.js'
import type { BdtEntry, FdtEntry } from '../../src/wire/bvll.js'
import type { DatagramFault } from '../../src/wire/datagram-error.js'
import { fromHex, toHex } from './vectors.js'

/*
 * The vectors of BACnet/IP, read and spelled out without the help of the code under test.
 */

/** A message as the vectors spell it out. */
export interface DecodedBvll {
  readonly function: number
  readonly functionName: string
  readonly length: number
  /** Field by field. */
  readonly [field: string]: unknown
}

/** Octets that are right, and what they mean. */
export interface ValidBvll {
  readonly name: string
  readonly octets: Uint8Array
  readonly decoded: DecodedBvll
}

/** Octets that are wrong, and the code with which they are refused when they came by unicast. */
export interface MalformedBvll {
  readonly name: string
  readonly octets: Uint8Array
  readonly fault: DatagramFault
  readonly detail: string
  readonly nak: number | undefined
}

/** What a node is, and knows, before the datagram comes. */
export type BehaviourContext =
  | {
      readonly role: 'non-bbmd'
      readonly localAddress: BipAddress
      readonly localBroadcast: BipAddress
    }
  | {
      readonly role: 'bbmd'
      readonly localAddress: BipAddress
      readonly localBroadcast: BipAddress
      readonly bdt: readonly BdtEntry[]
      /** Registered foreign devices, whatever their TTL. */
      readonly fdt: readonly BipAddress[]
    }
  | {
      readonly role: 'foreign-device'
      readonly localAddress: BipAddress
      readonly bbmd: BipAddress
      /** In seconds. */
      readonly ttl: number
      readonly registered: boolean
      readonly registrationOutstanding: boolean
    }

/** One datagram in, and all that must come of it. */
export interface BehaviourVector {
  readonly name: string
  readonly note: string
  readonly context: BehaviourContext
  readonly octets: Uint8Array
  /** The UDP source and destination of the datagram; it came by broadcast unless it was sent to the local address. */
  readonly from: BipAddress
  readonly to: BipAddress
  readonly arrival: 'unicast' | 'broadcast'
  /** The source with which the NPDU is handed up; `undefined` when it is not handed up. */
  readonly deliverUpSource: BipAddress | undefined
  /** Of a foreign device: whether it is registered then; `undefined` where the vector does not say. */
  readonly registeredAfter: boolean | undefined
  /** Of a BBMD: the entry that its foreign device table has gained. */
  readonly fdtAdds: FdtEntry | undefined
  /** Exactly these datagrams are sent, in any order. */
  readonly send: readonly { readonly to: BipAddress; readonly octets: Uint8Array }[]
}

interface RawAddress {
  readonly ip: string
  readonly port: number
}

interface RawBehaviour {
  readonly context: {
    readonly role: BehaviourContext['role']
    readonly localAddress: string
    readonly localBroadcast?: string
    readonly bdt?: readonly (RawAddress & { readonly mask: string })[]
    readonly fdt?: readonly string[]
    readonly bbmd?: string
    readonly timeToLive?: number
    readonly registered?: boolean
    readonly registrationOutstanding?: boolean
  }
  readonly from: string
  readonly to: string
  readonly deliverUp: boolean
  readonly deliverUpSource?: string
  readonly registeredAfter?: boolean
  readonly fdtAdds?: { readonly address: string; readonly timeToLive: number; readonly remaining: number }
  readonly send: readonly { readonly to: string; readonly hex: string }[]
  readonly note?: string
}

interface RawVector {
  readonly name: string
  readonly hex?: string
  readonly hexPrefix?: string
  readonly repeat?: { readonly npduHex: string; readonly padByte: string; readonly npduLength: number }
  readonly decoded?: DecodedBvll & { readonly note?: string; readonly npduLength?: number }
  readonly error?: { readonly code: DatagramFault; readonly detail: string; readonly action: string }
  readonly behaviour?: RawBehaviour
}

const ipOctets = (ip: string): readonly number[] => ip.split('.').map(Number)

const addressOf = ({ ip, port }: RawAddress): BipAddress =>
  toHex(Uint8Array.of(...ipOctets(ip), port >> 8, port & 0xff)) as BipAddress

/** The B/IP address that a text such as `192.168.1.10:47808` means. */
export const bip = (text: string): BipAddress => {
  const [ip = '', port] = text.split(':')
  return addressOf({ ip, port: Number(port) })
}

const npduHexOf = ({ npduHex, padByte, npduLength }: NonNullable<RawVector['repeat']>): string =>
  npduHex + padByte.repeat(npduLength - npduHex.length / 2)

const hexOf = ({ name, hex, hexPrefix, repeat }: RawVector): string => {
  if (hex !== undefined) return hex
  if (hexPrefix === undefined || repeat === undefined) throw new Error(`${name} has no octets`)
  return hexPrefix + npduHexOf(repeat)
}

/** What is said of a message, without what is said about it. */
const decodedOf = ({ decoded, repeat }: RawVector): readonly DecodedBvll[] => {
  if (decoded === undefined) return []
  const fields = Object.entries(decoded).filter(([field]) => field !== 'note' && field !== 'npduLength')
  return [{ ...(Object.fromEntries(fields) as unknown as DecodedBvll), ...(repeat && { npdu: npduHexOf(repeat) }) }]
}

const nakIn = (action: string): number | undefined => {
  const code = /NAK 0x([0-9a-f]{4})/u.exec(action)?.[1]
  return code === undefined ? undefined : Number.parseInt(code, 16)
}

const needed = <A>(field: A | undefined): A => {
  if (field === undefined) throw new Error('a field of a behaviour context is missing')
  return field
}

const contextOf = ({ role, localAddress, ...raw }: RawBehaviour['context']): BehaviourContext => {
  const local = bip(localAddress)
  switch (role) {
    case 'non-bbmd':
      return { role, localAddress: local, localBroadcast: bip(needed(raw.localBroadcast)) }
    case 'bbmd':
      return {
        role,
        localAddress: local,
        localBroadcast: bip(needed(raw.localBroadcast)),
        bdt: needed(raw.bdt).map(entry => ({ address: addressOf(entry), mask: maskOf(entry.mask) })),
        fdt: needed(raw.fdt).map(bip),
      }
    case 'foreign-device':
      return {
        role,
        localAddress: local,
        bbmd: bip(needed(raw.bbmd)),
        ttl: needed(raw.timeToLive),
        registered: needed(raw.registered),
        registrationOutstanding: raw.registrationOutstanding ?? false,
      }
  }
}

const maskOf = (text: string): BroadcastMask => Buffer.from(ipOctets(text)).readUInt32BE() as BroadcastMask

const behaviourOf = (vector: RawVector, behaviour: RawBehaviour): BehaviourVector => {
  const { context, from, to, deliverUp, deliverUpSource, fdtAdds } = behaviour
  return {
    name: vector.name,
    note: behaviour.note ?? '',
    context: contextOf(context),
    octets: fromHex(hexOf(vector)),
    from: bip(from),
    to: bip(to),
    arrival: to === context.localAddress ? 'unicast' : 'broadcast',
    deliverUpSource: deliverUp ? bip(deliverUpSource ?? from) : undefined,
    registeredAfter: behaviour.registeredAfter,
    fdtAdds: fdtAdds && {
      address: bip(fdtAdds.address),
      ttl: fdtAdds.timeToLive,
      remaining: fdtAdds.remaining,
    },
    send: behaviour.send.map(sent => ({ to: bip(sent.to), octets: fromHex(sent.hex) })),
  }
}

const vectors = JSON.parse(
  readFileSync(new URL('../vectors/bvll-ipv4.json', import.meta.url), 'utf8'),
) as readonly RawVector[]

/** All that must be understood, the datagrams of {@link behaviourVectors} among it. */
export const validBvll: readonly ValidBvll[] = vectors.flatMap(vector =>
  decodedOf(vector).map(decoded => ({ name: vector.name, octets: fromHex(hexOf(vector)), decoded })),
)

/** All that must be refused. */
export const malformedBvll: readonly MalformedBvll[] = vectors.flatMap(({ name, error, ...vector }) =>
  error === undefined
    ? []
    : [
        {
          name,
          octets: fromHex(hexOf({ name, ...vector })),
          fault: error.code,
          detail: error.detail,
          nak: nakIn(error.action),
        },
      ],
)

/** What must come of a datagram. */
export const behaviourVectors: readonly BehaviourVector[] = vectors.flatMap(vector =>
  vector.behaviour === undefined ? [] : [behaviourOf(vector, vector.behaviour)],
)
