import { MAX_LINK_HEADROOM, type Destination, type OutboundNpdu } from '../../src/link/link.js'

/** What fills the memory around an NPDU. */
const FILL = 0xa5

/** An NPDU in memory of its own, with room in front of it, and what is to be known of that memory. */
export interface Roomy<Address extends string> {
  readonly outbound: OutboundNpdu<Address>
  /** Whether octets that left lie in the memory of the NPDU, so that nothing was copied. */
  readonly isIn: (sent: Uint8Array | undefined) => boolean
  /** Whether nothing was written where nothing was offered, nor on the NPDU. */
  readonly isUnharmed: () => boolean
}

/** How the room is. */
export interface RoomOptions {
  /** The octets that are offered. Default: what is enough for every link. */
  readonly offered?: number
  /** Octets in front of these. */
  readonly further?: number
}

/** An NPDU as a router gives it away. */
export const roomy = <Address extends string>(
  npdu: Uint8Array,
  destination: Destination<Address>,
  { offered = MAX_LINK_HEADROOM, further = 8 }: RoomOptions = {},
): Roomy<Address> => {
  const start = further + offered
  const memory = new Uint8Array(start + npdu.length + 8).fill(FILL)
  memory.set(npdu, start)
  const before = memory.slice()
  const end = start + npdu.length
  return {
    outbound: { _tag: 'Npdu', npdu: memory.subarray(start, end), destination, headroom: offered },
    isIn: sent => sent?.buffer === memory.buffer,
    isUnharmed: () => memory.every((octet, at) => octet === before[at] || (at >= further && at < start)),
  }
}
