import type { Dice } from '../fuzz/dice.js'
import { freeTcpPort, freeUdpPort, hasIp6 } from './free-ports.js'
import type { Ip6Plan, IpPlan, ScPlan, StationPlan } from './plan.js'

/** A BBMD of the soak: the arguments of its command. */
export interface BbmdPlan {
  readonly name: string
  readonly args: readonly string[]
}

/** All that there is. */
export interface Layout {
  readonly stations: readonly StationPlan[]
  readonly hubs: { readonly primary: string; readonly failover: string }
  readonly bbmds: readonly BbmdPlan[]
}

/** How many nodes of BACnet/IP there are in each of two subnets, and foreign devices at each BBMD. */
const [NODES, FOREIGN] = [3, 3]
const BROADCAST = '127.255.255.255'

/**
 * So many BACnet/SC nodes with two hubs; beside them two subnets of BACnet/IP, each with a BBMD, nodes and foreign devices,
 * and foreign devices of BACnet/IPv6 with their BBMD, where there is IPv6. On loopback, all that share a UDP port are a subnet.
 */
export const layout = async (nodes: number, dice: Dice): Promise<Layout> => {
  const stations: StationPlan[] = []
  const add = (make: (id: number) => StationPlan): void => void stations.push(make(stations.length))
  for (let node = 0; node < nodes; node++) {
    add((id): ScPlan => ({ _tag: 'sc', id, vmac: `02000000${id.toString(16).padStart(4, '0')}` }))
  }

  const network = 64 + dice.below(128)
  const [one, other, away] = [await freeUdpPort(dice), await freeUdpPort(dice), await freeUdpPort(dice)]
  const subnets = [
    { bbmd: 'BBMD 1', port: one, at: `127.${network}.1.1:${one}` },
    { bbmd: 'BBMD 2', port: other, at: `127.${network}.2.1:${other}` },
  ]
  const bbmds: BbmdPlan[] = subnets.map(({ bbmd, at }, index) => ({
    name: bbmd,
    args: ['ip', '--bind', at, '--broadcast', BROADCAST, '--bbmd', '--bdt', subnets[1 - index]?.at ?? ''],
  }))
  subnets.forEach(({ bbmd, port, at }, index) => {
    for (let node = 0; node < NODES; node++) {
      add((id): IpPlan => ({
        _tag: 'ip',
        id,
        bind: `127.${network}.${index + 1}.${10 + node}:${port}`,
        bbmd,
        foreignAt: undefined,
      }))
    }
    for (let device = 0; device < FOREIGN; device++) {
      add((id): IpPlan => ({
        _tag: 'ip',
        id,
        bind: `127.${network}.3.${10 + FOREIGN * index + device}:${away}`,
        bbmd,
        foreignAt: at,
      }))
    }
  })

  if (await hasIp6()) {
    const at = `[::1]:${await freeUdpPort(dice, 'udp6')}`
    bbmds.push({ name: 'BBMD 6', args: ['ip6', '--bind', at, '--bbmd', '--device-instance', '4000000'] })
    for (let device = 0; device < FOREIGN; device++) {
      const bind = `[::1]:${await freeUdpPort(dice, 'udp6')}`
      add((id): Ip6Plan => ({ _tag: 'ip6', id, bind, deviceInstance: 1000 + id, bbmd: 'BBMD 6', foreignAt: at }))
    }
  }
  const uri = async (): Promise<string> => `wss://127.0.0.1:${await freeTcpPort(dice)}`
  return { stations, hubs: { primary: await uri(), failover: await uri() }, bbmds }
}
