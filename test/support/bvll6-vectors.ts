import type { Bip6Address } from '../../src/values/bip6-address.js'
import type { Bip6Vmac } from '../../src/values/bip6-vmac.js'
import { needed, vectorFile, type Behaving, type MalformedDatagram, type ValidDatagram } from './datagram-vectors.js'
import { ipHex } from './ipv6-text.js'
import { fromHex, toHex } from './vectors.js'

/*
 * The vectors of BACnet/IPv6, read and spelled out without the help of the code under test.
 */

/** What a node is, and knows, before the datagram comes. */
export type BehaviourContext6 = {
  readonly localAddress: Bip6Address
  readonly vmac: Bip6Vmac
} & (
  | { readonly role: 'node'; readonly multicast: Bip6Address }
  | {
      readonly role: 'bbmd'
      readonly multicast: Bip6Address
      readonly bdt: readonly Bip6Address[]
      /** Registered foreign devices, whatever their TTL. */
      readonly fdt: readonly Bip6Address[]
    }
  | { readonly role: 'foreign-device'; readonly bbmd: Bip6Address; readonly registered: boolean }
)

/** What must be sent: exactly these datagrams, in any order. */
interface Due {
  readonly name: string
  readonly note: string
  readonly context: BehaviourContext6
  readonly octets: Uint8Array
  readonly send: readonly { readonly to: Bip6Address; readonly octets: Uint8Array }[]
}

/** One datagram in, and all that must come of it. */
export interface BehaviourVector6 extends Due {
  /** The UDP source and destination of the datagram; it came by multicast unless it was sent to the local address. */
  readonly from: Bip6Address
  readonly to: Bip6Address
  readonly arrival: 'unicast' | 'broadcast'
  /** The source with which the NPDU is handed up; `undefined` when it is not handed up. */
  readonly deliverUpSource: Bip6Vmac | undefined
  /** What is then in the table; `undefined` where the vector does not say. */
  readonly vmacTable: ReadonlyMap<Bip6Vmac, Bip6Address> | undefined
}

/** A message that a node says of its own accord, and to whom. */
export type TransmitVector6 = Due

interface RawBehaviour {
  readonly context: {
    readonly role: BehaviourContext6['role']
    readonly localAddress: string
    readonly vmac: Bip6Vmac
    readonly multicast?: string
    readonly bdt?: readonly string[]
    readonly fdt?: readonly string[]
    readonly bbmd?: string
    readonly registered?: boolean
  }
  readonly from?: string
  readonly to?: string
  readonly transmit?: boolean
  readonly deliverUp?: boolean
  readonly deliverUpSource?: Bip6Vmac
  readonly vmacTable?: Readonly<Record<Bip6Vmac, string>>
  readonly send: readonly { readonly to: string; readonly hex: string }[]
  readonly note?: string
}

/** The B/IPv6 address that a text such as `[2001:db8::1]:47808` means. */
export const bip6 = (text: string): Bip6Address => {
  const [, ip = '', port] = /^\[(.*)\]:(\d+)$/u.exec(text) ?? []
  return (ipHex(ip) + toHex(Uint8Array.of(Number(port) >> 8, Number(port) & 0xff))) as Bip6Address
}

const contextOf = ({ role, localAddress, vmac, ...raw }: RawBehaviour['context']): BehaviourContext6 => {
  const own = { localAddress: bip6(localAddress), vmac }
  switch (role) {
    case 'node':
      return { ...own, role, multicast: bip6(needed(raw.multicast)) }
    case 'bbmd':
      return {
        ...own,
        role,
        multicast: bip6(needed(raw.multicast)),
        bdt: needed(raw.bdt).map(bip6),
        fdt: needed(raw.fdt).map(bip6),
      }
    case 'foreign-device':
      return { ...own, role, bbmd: bip6(needed(raw.bbmd)), registered: needed(raw.registered) }
  }
}

const dueOf = ({ behaviour: { context, note = '', send }, ...vector }: Behaving<RawBehaviour>): Due => ({
  ...vector,
  note,
  context: contextOf(context),
  send: send.map(sent => ({ to: bip6(sent.to), octets: fromHex(sent.hex) })),
})

const behaviourOf = (vector: Behaving<RawBehaviour>): BehaviourVector6 => {
  const { context, from, to, deliverUp, deliverUpSource, vmacTable } = vector.behaviour
  return {
    ...dueOf(vector),
    from: bip6(needed(from)),
    to: bip6(needed(to)),
    arrival: to === context.localAddress ? 'unicast' : 'broadcast',
    deliverUpSource: deliverUp === true ? needed(deliverUpSource) : undefined,
    vmacTable: vmacTable && new Map(Object.entries(vmacTable).map(entryOf)),
  }
}

const entryOf = ([vmac, address]: readonly [string, string]): readonly [Bip6Vmac, Bip6Address] => [
  vmac as Bip6Vmac,
  bip6(address),
]

const { valid, malformed, behaving } = vectorFile<RawBehaviour>('bvll-ipv6.json')

/** All that must be understood, the datagrams of {@link behaviourVectors6} and {@link transmitVectors6} among it. */
export const validBvll6: readonly ValidDatagram[] = valid

/** All that must be refused. */
export const malformedBvll6: readonly MalformedDatagram[] = malformed

const isTransmitted = ({ behaviour: { transmit } }: Behaving<RawBehaviour>): boolean => transmit === true

/** What must come of a datagram. */
export const behaviourVectors6: readonly BehaviourVector6[] = behaving
  .filter(vector => !isTransmitted(vector))
  .map(behaviourOf)

/** What a node originates. */
export const transmitVectors6: readonly TransmitVector6[] = behaving.filter(isTransmitted).map(dueOf)
