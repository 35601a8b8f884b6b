import { Subscription } from 'rxjs'
import type { VirtualIp6Network } from '../networks/virtual-ip6-network.js'
import type { VirtualIpNetwork } from '../networks/virtual-ip-network.js'
import type { VirtualNetwork } from '../networks/virtual-network.js'
import type { Paths } from '../paths/paths.js'
import type { VirtualNat } from '../sockets/virtual-nat.js'
import { IPV4 } from './address-family.js'
import type { Fault } from './fault.js'
import type { HostAddresses } from './host-addresses.js'
import type { HostPower } from './host-power.js'
import type { KnownHosts } from './known-hosts.js'

/** What faults have their effects on. */
export interface Breakable {
  readonly paths: Paths
  readonly power: HostPower
  readonly known: KnownHosts
  readonly addresses: HostAddresses
  readonly nats: ReadonlyMap<string, Pick<VirtualNat, 'forget'>>
  readonly sc: VirtualNetwork
  readonly ipv4: VirtualIpNetwork
  readonly ipv6: VirtualIp6Network
}

/** Has faults of known names happen, until they are unsubscribed. */
export const faultEffects =
  ({ paths, power, known, addresses, nats, sc, ipv4, ipv6 }: Breakable) =>
  (fault: Fault): Subscription => {
    switch (fault._tag) {
      case 'Partition':
        return paths.partition(fault.ones, fault.others)
      case 'Block':
        return paths.block(fault.from, fault.to)
      case 'Impair':
        return paths.impair(fault.from, fault.to, fault.impairment)
      case 'Refuse':
        return sc.refuse(fault.hosts)
      case 'Hang':
        return sc.hang(fault.hosts)
      case 'Cut':
        sc.cut(fault.hosts)
        return Subscription.EMPTY
      case 'Mute':
        sc.mute(fault.hosts)
        return Subscription.EMPTY
      case 'Fill':
        return sc.fill(fault.hubs)
      case 'Kill':
        return allOf(known.powered(fault.hosts).map(power.down))
      case 'PowerOff': {
        const hosts = known.powered(fault.hosts)
        sc.mute(hosts)
        // Nobody answers there, not even to say that nobody listens. All can answer again before the first is back.
        return allOf([sc.hang(hosts), ...hosts.map(power.down)])
      }
      case 'Rebind':
        nats.get(fault.nat)?.forget()
        return Subscription.EMPTY
      case 'Move': {
        const { from, family } = addresses.move(fault.host, fault.to)
        ;(family === IPV4 ? ipv4 : ipv6).move(from, fault.to)
        return Subscription.EMPTY
      }
    }
  }

/** All of them, until it is unsubscribed. */
const allOf = (lasting: readonly Subscription[]): Subscription => {
  const all = new Subscription()
  for (const one of lasting) all.add(one)
  return all
}
