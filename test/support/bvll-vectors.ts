import type { BipAddress } from '../../src/values/bip-address.js'
import type { BroadcastMask } from '../../src/values/broadcast-mask.js'
import type { BdtEntry, FdtEntry } from '../../src/wire/bvll.js'
import { needed, vectorFile, type Behaving, type MalformedDatagram, type ValidDatagram } from './datagram-vectors.js'
import { fromHex, toHex } from './vectors.js'

/*
 * The vectors of BACnet/IP, read and spelled out without the help of the code under test.
 */

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

const ipOctets = (ip: string): readonly number[] => ip.split('.').map(Number)

const addressOf = ({ ip, port }: RawAddress): BipAddress =>
  toHex(Uint8Array.of(...ipOctets(ip), port >> 8, port & 0xff)) as BipAddress

/** The B/IP address that a text such as `192.168.1.10:47808` means. */
export const bip = (text: string): BipAddress => {
  const [ip = '', port] = text.split(':')
  return addressOf({ ip, port: Number(port) })
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

const behaviourOf = ({ behaviour, ...vector }: Behaving<RawBehaviour>): BehaviourVector => {
  const { context, from, to, deliverUp, deliverUpSource, fdtAdds } = behaviour
  return {
    ...vector,
    note: behaviour.note ?? '',
    context: contextOf(context),
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

const { valid, malformed, behaving } = vectorFile<RawBehaviour>('bvll-ipv4.json')

/** All that must be understood, the datagrams of {@link behaviourVectors} among it. */
export const validBvll: readonly ValidDatagram[] = valid

/** All that must be refused. */
export const malformedBvll: readonly MalformedDatagram[] = malformed

/** What must come of a datagram. */
export const behaviourVectors: readonly BehaviourVector[] = behaving.map(behaviourOf)
