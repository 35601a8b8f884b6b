import { VirtualTimeScheduler } from 'rxjs'
import type { Ip6LinkEvent, Ip6Outbound, Ip6Status } from '../../src/ip6/ip6-link.js'
import { broadcast, unicast } from '../../src/link/link.js'
import {
  virtualIp6Network,
  type TappedDatagram6,
  type VirtualIp6Network,
  type VirtualIp6NetworkOptions,
  type VirtualIp6PortOptions,
} from '../../src/testing/index.js'
import { printBip6Address, type Bip6Address } from '../../src/values/bip6-address.js'
import { parseBip6Vmac, type Bip6Vmac } from '../../src/values/bip6-vmac.js'
import { ms, type Duration } from '../../src/values/duration.js'
import { decodeBvll6 } from '../../src/wire/bvll6-decode.js'
import { right } from './right.js'
import { run, type Running } from './running.js'
import { toHex } from './vectors.js'

/** A B/IPv6 port that runs. */
export interface RunningIp6Port extends Running<Ip6Outbound, Ip6LinkEvent> {
  readonly status: () => Ip6Status | undefined
  readonly broadcast: (npdu: Uint8Array) => void
  readonly unicast: (npdu: Uint8Array, to: string) => void
  /** From which VMAC it heard this NPDU, each time. */
  readonly heard: (npdu: Uint8Array) => readonly Bip6Vmac[]
}

/** A virtual B/IPv6 network with the clock in the hands of the test. Everything is on its way for a millisecond. */
export interface Ip6Lab {
  readonly network: VirtualIp6Network
  readonly advance: (duration: Duration) => void
  /** A B/IPv6 port, running, which is called by its address. */
  readonly port: (bind: string, options?: Omit<VirtualIp6PortOptions, 'bind'>) => RunningIp6Port
  /** All that was sent since it was last looked at. */
  readonly sent: () => readonly TappedDatagram6[]
  /** Those ports that heard an NPDU, each with whom it heard it from. */
  readonly hearers: (npdu: Uint8Array) => Readonly<Record<string, readonly Bip6Vmac[]>>
}

/** Sets up a virtual B/IPv6 network. */
export const ip6Lab = (options: VirtualIp6NetworkOptions = {}): Ip6Lab => {
  const scheduler = new VirtualTimeScheduler()
  const network = virtualIp6Network(scheduler, { latency: ms(1), ...options })
  const tapped: TappedDatagram6[] = []
  network.tap$.subscribe(what => tapped.push(what))
  const ports: RunningIp6Port[] = []

  return {
    network,
    sent: () => tapped.splice(0),
    advance: duration => {
      scheduler.maxFrames = scheduler.frame + duration
      scheduler.flush()
      scheduler.frame = scheduler.maxFrames
    },
    port: (ip, portOptions = {}) => {
      const running = run(ip, network.port({ ...portOptions, bind: `[${ip}]` }), scheduler)
      const port: RunningIp6Port = {
        ...running,
        status: () => running.told('Status').at(-1)?.status,
        broadcast: npdu => running.submit(broadcast(npdu)),
        unicast: (npdu, to) => running.submit(unicast(npdu, right(parseBip6Vmac(to)))),
        heard: npdu =>
          running
            .told('Npdu')
            .filter(event => toHex(event.npdu) === toHex(npdu))
            .map(({ source }) => source),
      }
      ports.push(port)
      return port
    },
    hearers: npdu =>
      Object.fromEntries(
        ports.map(port => [port.name, port.heard(npdu)] as const).filter(([, sources]) => sources.length > 0),
      ),
  }
}

/** What was tapped, in words: `[fd71:0:0:1::7]:47808 > [ff02::bac0]:47808 Original-Broadcast-NPDU`. */
export const inWords6 = (datagram: { from: Bip6Address; to: Bip6Address; octets: Uint8Array }): string =>
  `${printBip6Address(datagram.from)} > ${printBip6Address(datagram.to)} ${right(decodeBvll6(datagram.octets))._tag}`
