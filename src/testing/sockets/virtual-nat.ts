import { bipAddress, type BipAddress } from '../../values/bip-address.js'
import { areNeighbours, type BroadcastMask } from '../../values/broadcast-mask.js'
import type { Ipv4 } from '../../values/ipv4.js'

/** A router that gives the hosts behind it its own address. */
export interface VirtualNat {
  /** Whether an address is one of those behind it, which nobody outside reaches. */
  readonly hides: (ip: Ipv4) => boolean
  /** Whether an address is its own. */
  readonly is: (ip: Ipv4) => boolean
  /** What a source behind it looks like outside; `undefined` when all ports are taken. */
  readonly outside: (source: BipAddress) => BipAddress | undefined
  /** Who behind it is meant by one of its own addresses; `undefined` for nobody. */
  readonly inside: (destination: BipAddress) => BipAddress | undefined
  /** Forgets who has which port, as after a restart or a long silence. Forwarded ports stay. */
  readonly forget: () => void
}

/** The first port that it gives away. */
const FIRST_PORT = 40_000

/** A NAT that maps each address and port to a port of its own, the same for all destinations, and takes from anybody. */
export const virtualNat = (
  own: Ipv4,
  network: { readonly ip: Ipv4; readonly mask: BroadcastMask },
  forwarded: readonly (readonly [port: number, source: BipAddress])[],
): VirtualNat => {
  const outside = new Map<BipAddress, BipAddress>()
  const inside = new Map<BipAddress, BipAddress>()
  let nextPort = FIRST_PORT

  const map = (source: BipAddress, port: number): BipAddress => {
    const address = bipAddress(own, port)
    outside.set(source, address)
    inside.set(address, source)
    return address
  }
  const forward = (): void => {
    for (const [port, source] of forwarded) map(source, port)
  }
  forward()

  return {
    hides: ip => areNeighbours(ip, network.ip, network.mask),
    is: ip => ip === own,
    outside: source => {
      const known = outside.get(source)
      if (known !== undefined) return known
      while (inside.has(bipAddress(own, nextPort))) nextPort++
      return nextPort > 0xffff ? undefined : map(source, nextPort++)
    },
    inside: destination => inside.get(destination),
    forget: () => {
      outside.clear()
      inside.clear()
      forward()
    },
  }
}
