import { VirtualTimeScheduler } from 'rxjs'
import type { IpLinkEvent, IpOutbound, IpStatus } from '../../src/ip/ip-link.js'
import { broadcast, unicast } from '../../src/link/link.js'
import {
  virtualIpNetwork,
  type TappedDatagram,
  type VirtualIpNetwork,
  type VirtualIpNetworkOptions,
  type VirtualIpPortOptions,
} from '../../src/testing/index.js'
import { printBipAddress, type BipAddress } from '../../src/values/bip-address.js'
import { ms, type Duration } from '../../src/values/duration.js'
import { decodeBvll } from '../../src/wire/bvll-decode.js'
import { bip } from './bvll-vectors.js'
import { opaqueNpdu } from './npdu.js'
import { right } from './right.js'
import { run, type Running } from './running.js'
import { toHex } from './vectors.js'

/** A B/IP port that runs. */
export interface RunningIpPort extends Running<IpOutbound, IpLinkEvent> {
  readonly status: () => IpStatus | undefined
  readonly broadcast: (npdu: Uint8Array) => void
  readonly unicast: (npdu: Uint8Array, to: string) => void
  /** From whom it heard this NPDU, each time: `10.0.1.5:47808`. */
  readonly heard: (npdu: Uint8Array) => readonly string[]
}

/** A virtual B/IP network with the clock in the hands of the test. Everything is on its way for a millisecond. */
export interface IpLab {
  readonly network: VirtualIpNetwork
  readonly advance: (duration: Duration) => void
  /** A B/IP port, running. */
  readonly port: (bind: string, options?: Omit<VirtualIpPortOptions, 'bind'>) => RunningIpPort
  /** All that was sent since it was last looked at. */
  readonly sent: () => readonly TappedDatagram[]
  /** Those ports, in words, that heard an NPDU, each with whom it heard it from. */
  readonly hearers: (npdu: Uint8Array) => Readonly<Record<string, readonly string[]>>
}

/** Sets up a virtual B/IP network. */
export const ipLab = (options: VirtualIpNetworkOptions = {}): IpLab => {
  const scheduler = new VirtualTimeScheduler()
  const network = virtualIpNetwork(scheduler, { latency: ms(1), ...options })
  const tapped: TappedDatagram[] = []
  network.tap$.subscribe(what => tapped.push(what))
  const ports: RunningIpPort[] = []

  return {
    network,
    sent: () => tapped.splice(0),
    advance: duration => {
      scheduler.maxFrames = scheduler.frame + duration
      scheduler.flush()
      scheduler.frame = scheduler.maxFrames
    },
    port: (bind, portOptions = {}) => {
      const running = run(bind, network.port({ ...portOptions, bind }), scheduler)
      const port: RunningIpPort = {
        ...running,
        status: () => running.told('Status').at(-1)?.status,
        broadcast: npdu => running.submit(broadcast(npdu)),
        unicast: (npdu, to) => running.submit(unicast(npdu, bip(to))),
        heard: npdu =>
          running
            .told('Npdu')
            .filter(event => toHex(event.npdu) === toHex(npdu))
            .map(({ source }) => printBipAddress(source)),
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

/** An NPDU that says nothing but its number. */
export const numbered = (number: number): Uint8Array => opaqueNpdu(number >> 8, number)

/** What was tapped, in words: `10.0.1.5:47808 > 10.0.1.255:47808 Original-Broadcast-NPDU`. */
export const inWords = ({ from, to, octets }: { from: BipAddress; to: BipAddress; octets: Uint8Array }): string =>
  `${printBipAddress(from)} > ${printBipAddress(to)} ${right(decodeBvll(octets))._tag}`
