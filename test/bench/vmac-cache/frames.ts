import { NEVER, Observable, VirtualTimeScheduler, type Subscriber } from 'rxjs'
import { ip6Limits } from '../../../src/ip6/ip6-limits.js'
import type { Ip6UdpEvent } from '../../../src/ip6/ip6-udp.js'
import { ip6Link } from '../../../src/ip6/port6.js'
import { encodeBvll6 } from '../../../src/wire/bvll6-encode.js'
import { npdu } from '../bvll/traffic.js'
import { addressOf, shuffled, vmacOf } from './stations.js'

const DATAGRAMS = 4096
const FRAMES = 100_000
const OWN = 0x3000

/** A port without sockets that hears unicasts, of so many stations in turns; all of them are known to it. */
export const frameBatches = (stations: number): (() => () => number) => {
  let udp: Subscriber<Ip6UdpEvent> | undefined
  let heard = 0
  const link = ip6Link({
    udp: () =>
      new Observable(subscriber => {
        udp = subscriber
      }),
    role: { _tag: 'OrdinaryNode' },
    vmac: vmacOf(OWN),
    limits: ip6Limits(),
    scheduler: new VirtualTimeScheduler(),
    random: { octets: length => new Uint8Array(length), fraction: () => 0 },
  })
  NEVER.pipe(link).subscribe(event => {
    if (event._tag === 'Npdu') heard++
  })
  const address = addressOf(OWN)
  const group = addressOf(OWN + 1)
  const local = { address, own: new Set([address]), group, isWildcard: false, receiveBuffer: 1 << 20 }
  udp?.next({ _tag: 'Bound', local })

  const order = shuffled(DATAGRAMS)
  const received = Array.from({ length: DATAGRAMS }, (_, index): Ip6UdpEvent => {
    const station = order(index) % stations
    const octets = encodeBvll6({
      _tag: 'Original-Unicast-NPDU',
      source: vmacOf(station),
      destination: vmacOf(OWN),
      npdu: npdu(),
    })
    return { _tag: 'Received', source: addresses[station] as never, octets, arrival: 'unicast' }
  })
  return () => () => {
    const before = heard
    for (let each = 0; each < FRAMES; each++) udp?.next(received[each % DATAGRAMS] as Ip6UdpEvent)
    return heard - before
  }
}

/** In memory once, as a socket remembers whom it has heard. */
const addresses = Array.from({ length: DATAGRAMS }, (_, index) => addressOf(index))
