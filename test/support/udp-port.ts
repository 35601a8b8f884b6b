import { interfaceTable } from '../../src/io/interfaces.js'
import { ipUdpPort, type IpUdpPortOptions } from '../../src/io/udp.js'
import { steadyScheduler } from '../../src/io/clock.js'
import type { IpLocal, IpUdpPort } from '../../src/ip/ip-udp.js'
import { parseBipAddress, printBipAddress, type BipAddress } from '../../src/values/bip-address.js'
import { right } from './right.js'
import { runUdpPort, settled, type RunningUdpPort } from './running-port.js'

export { closePorts } from './running-port.js'

/** A B/IP address from text. */
export const at = (text: string): BipAddress => right(parseBipAddress(text))

/** A UDP port of BACnet/IP in the hands of a test. */
export type RunningPort = RunningUdpPort<BipAddress, IpLocal>

/** Binds a port, and writes down what it tells. */
export const runPort = (port: IpUdpPort): RunningPort =>
  runUdpPort(port, { at, print: printBipAddress, isText: address => address.includes('.') })

/** Binds a real port on this host; resolves when it is bound, or cannot be. */
export const realPort = (bind: string, options: Partial<IpUdpPortOptions> = {}): Promise<RunningPort> =>
  settled(
    runPort(
      ipUdpPort({
        bind: at(bind),
        receiveBuffer: 1 << 20,
        scheduler: steadyScheduler,
        interfaces: interfaceTable,
        ...options,
      }),
    ),
  )
