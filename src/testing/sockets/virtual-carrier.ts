import type { SchedulerLike } from 'rxjs'
import type { Arrival, UdpEvent, UdpPort } from '../../bvll/udp.js'
import { relay } from '../../machine/relay.js'
import { ms } from '../../values/duration.js'
import { roomyOctets } from '../../wire/headroom.js'
import { fixedRandom } from '../chance/fixed-random.js'
import { datagramDelays } from '../paths/impairment.js'
import { virtualPaths } from '../paths/paths.js'
import { validScheduler } from '../time/valid-scheduler.js'
import { datagramBatches } from './datagram-batches.js'
import { datagramFaults } from './datagram-faults.js'
import { datagramQueues } from './datagram-queues.js'
import type {
  VirtualDatagram,
  DatagramFate,
  DatagramLoss,
  TappedDatagram,
  DatagramFaults,
  VirtualWayOptions,
} from './virtual-datagrams.js'
import { virtualUdpPort, type Bind, type Refusal } from './virtual-udp-port.js'

/** One that a datagram is for. */
export interface Destination<Address extends string> {
  readonly address: Address
  /** The name of his host. */
  readonly host: string
}

/** A bound port, as it hears what is sent to one address. */
export interface Hearer<Address extends string> extends Destination<Address> {
  readonly arrival: Arrival
  readonly tell: (event: UdpEvent<Address, never, never>) => void
}

/** A datagram on its way, to all that it is for. */
export interface Journey<Address extends string> {
  readonly sent: VirtualDatagram<Address>
  /** Where it is from and to as it arrives: other than was sent where a NAT is between. */
  readonly from: Address
  readonly to: Address
  /** The name of the host that has sent it. */
  readonly host: string
}

/** How a virtual internet carries datagrams, whoever they are for. */
export interface VirtualCarrier<
  Address extends string,
  Host,
  Sent extends Journey<Address>,
  To extends Destination<Address>,
> {
  readonly faults: DatagramFaults<Address>
  /** Whether the cable of anybody is pulled. */
  readonly isAnyUnplugged: () => boolean
  readonly isUnplugged: (host: Host) => boolean
  /** Puts a datagram on its way to all that it is for; it ends at once where there is a reason. */
  readonly carry: (journey: Sent, destinations: readonly To[], stop?: DatagramLoss) => void
  /** A UDP port, as long as it is subscribed. */
  readonly port: <Local, About>(bind: Bind<Address, Local>) => UdpPort<Address, Local, About>
}

/** What differs between the families of addresses. */
export interface VirtualFamily<
  Address extends string,
  Host,
  Sent extends Journey<Address>,
  To extends Destination<Address>,
> {
  readonly parseHost: (text: string) => Host
  readonly portOf: (address: Address) => number
  /** The longest datagram there is, in octets. */
  readonly longest: number
  /** Who hears a datagram that arrives at one of its destinations; why nobody does. */
  readonly hearer: (journey: Sent, destination: To) => Hearer<Address> | DatagramLoss
}

/** A datagram, and how many copies of it are on their way. */
interface Trip<Address extends string, Sent> {
  readonly journey: Sent
  readonly tapped: TappedDatagram<Address>
  copies: number
}

/** The copies of one datagram that arrive together. */
interface Arriving<Address extends string, Sent, To> {
  readonly trip: Trip<Address, Sent>
  readonly isDuplicate: boolean
  readonly destinations: To[]
}

/** As many may be on their way at once; a storm is to fail its test, and not to eat the memory. */
const MAX_ON_THEIR_WAY = 100_000
const MAX_COPIES_ON_THEIR_WAY = 4_000_000

/** Nothing arrives within the call that sends it, however short the latency. */
export const virtualCarrier = <
  Address extends string,
  Host,
  Sent extends Journey<Address>,
  To extends Destination<Address>,
>(
  scheduler: SchedulerLike,
  { latency = ms(0), paths = virtualPaths({ latency }), random = fixedRandom(1) }: Omit<VirtualWayOptions, 'hostOf'>,
  { parseHost, portOf, longest, hearer }: VirtualFamily<Address, Host, Sent, To>,
): VirtualCarrier<Address, Host, Sent, To> => {
  validScheduler(scheduler)
  const faults = datagramFaults<Address, Host>(parseHost)
  const tapped = relay<TappedDatagram<Address>>()
  const fated = relay<DatagramFate<Address>>()
  const queues = datagramQueues(scheduler)
  const allocate = roomyOctets(0)
  let onTheirWay = 0
  let copiesOnTheirWay = 0

  const copyOf = (octets: Uint8Array): Uint8Array => {
    const copy = allocate(octets.length)
    copy.set(octets)
    return copy
  }

  const end = (
    sent: TappedDatagram<Address>,
    { from, to }: Pick<Journey<Address>, 'from' | 'to'>,
    destination: Destination<Address> | undefined,
    isDuplicate: boolean,
    reason?: DatagramLoss,
  ): void => {
    if (!fated.isHeard()) return
    const [at, octets, by, host] = [scheduler.now(), sent.octets, destination?.address, destination?.host]
    fated.next(
      reason === undefined
        ? { _tag: 'Arrived', at, from, to, octets, sent, by, host, isDuplicate }
        : { _tag: 'Lost', at, from, to, octets, sent, by, host, isDuplicate, reason },
    )
  }

  const arrive = (trip: Trip<Address, Sent>, destination: To, isDuplicate: boolean): void => {
    copiesOnTheirWay--
    if (--trip.copies === 0) onTheirWay--
    const one = hearer(trip.journey, destination)
    if (typeof one === 'string') {
      end(trip.tapped, trip.journey, destination, isDuplicate, one)
      return
    }
    end(trip.tapped, trip.journey, one, isDuplicate)
    // Each has octets of its own, as from a socket: what one of them writes there is not seen by the others.
    const octets = copyOf(trip.tapped.octets)
    one.tell({ _tag: 'Received', source: trip.journey.from, octets, arrival: one.arrival })
  }

  const batchAfter = datagramBatches<Arriving<Address, Sent, To>>(scheduler, ({ trip, isDuplicate, destinations }) => {
    for (const destination of destinations) arrive(trip, destination, isDuplicate)
  })

  const depart = (trip: Trip<Address, Sent>, destination: To, delay: number, isDuplicate: boolean): void => {
    copiesOnTheirWay++
    if (trip.copies++ === 0) onTheirWay++
    const batch = batchAfter(delay)
    const last = batch[batch.length - 1]
    if (last?.trip === trip && last.isDuplicate === isDuplicate) last.destinations.push(destination)
    else batch.push({ trip, isDuplicate, destinations: [destination] })
  }

  /** Sends it to one of those it is for. */
  const sendTo = (trip: Trip<Address, Sent>, destination: To): void => {
    const { host } = trip.journey
    const path = paths.between(host, destination.host)
    if (!path.isOpen) {
      end(trip.tapped, trip.journey, destination, false, 'blocked')
      return
    }
    const queued = queues.delay(host, destination.host, trip.tapped.octets.length, path.rate)
    if (queued === undefined) {
      end(trip.tapped, trip.journey, destination, false, 'rate')
      return
    }
    const [first, second] = datagramDelays(path, random)
    if (first === undefined) end(trip.tapped, trip.journey, destination, false, 'lost')
    else depart(trip, destination, queued + first, false)
    if (second !== undefined) depart(trip, destination, queued + second, true)
  }

  const isFull = (): boolean => onTheirWay >= MAX_ON_THEIR_WAY || copiesOnTheirWay >= MAX_COPIES_ON_THEIR_WAY

  const refusalOf = (datagram: VirtualDatagram<Address>): Refusal | undefined => {
    if (isFull()) return { reason: 'too much waits to be sent', isUnreachable: false }
    if (portOf(datagram.to) === 0) return { reason: 'there is no port 0', isUnreachable: true }
    if (datagram.octets.length > longest) return { reason: 'the datagram is too long', isUnreachable: false }
    const reason = faults.refusalOf(datagram)
    return reason === undefined ? undefined : { reason, isUnreachable: true }
  }

  return {
    isAnyUnplugged: faults.isAnyUnplugged,
    isUnplugged: faults.isUnplugged,

    carry: (journey, destinations, stop) => {
      const { sent } = journey
      const datagram = { from: sent.from, to: sent.to, octets: copyOf(sent.octets), at: scheduler.now() }
      tapped.next(datagram)
      const trip = { journey, tapped: datagram, copies: 0 }
      const isLost = faults.isLost(sent)
      const reason = stop ?? (isLost ? 'lost' : isFull() ? 'unsent' : undefined)
      if (destinations.length === 0) end(trip.tapped, trip.journey, undefined, false, reason ?? 'no listener')
      for (const destination of destinations) {
        if (reason === undefined) sendTo(trip, destination)
        else end(trip.tapped, trip.journey, destination, false, reason)
      }
    },

    port: bind =>
      virtualUdpPort(
        scheduler,
        datagram => {
          const refusal = refusalOf(datagram)
          if (refusal !== undefined && fated.isHeard()) {
            const sent = { ...datagram, octets: datagram.octets.slice(), at: scheduler.now() }
            end(sent, sent, undefined, false, 'unsent')
          }
          return refusal
        },
        bind,
      ),

    faults: { ...faults.begin, tap$: tapped.item$, fate$: fated.item$ },
  }
}
