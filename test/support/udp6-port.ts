import { steadyScheduler } from '../../src/io/clock.js'
import { ip6UdpPort, type Ip6UdpPortOptions } from '../../src/io/udp6.js'
import type { Ip6Local, Ip6UdpPort } from '../../src/ip6/ip6-udp.js'
import { parseBip6Address, printBip6Address, type Bip6Address } from '../../src/values/bip6-address.js'
import { BACNET_GROUP } from '../../src/values/bip6-group.js'
import { right } from './right.js'
import { runUdpPort, settled, type RunningUdpPort } from './running-port.js'

export { closePorts } from './running-port.js'

/** A B/IPv6 address from text. */
export const at6 = (text: string): Bip6Address => right(parseBip6Address(text))

/** A UDP port of BACnet/IPv6 in the hands of a test. */
export type RunningPort6 = RunningUdpPort<Bip6Address, Ip6Local>

/** Binds a port, and writes down what it tells. */
export const runPort6 = (port: Ip6UdpPort): RunningPort6 =>
  runUdpPort(port, { at: at6, print: printBip6Address, isText: address => address.includes(':') })

/** Binds a real port on this host; resolves when it is bound, or cannot be. */
export const realPort6 = (bind: string, options: Partial<Ip6UdpPortOptions> = {}): Promise<RunningPort6> =>
  settled(
    runPort6(
      ip6UdpPort({
        bind: at6(bind),
        group: BACNET_GROUP,
        receiveBuffer: 1 << 20,
        scheduler: steadyScheduler,
        ...options,
      }),
    ),
  )
