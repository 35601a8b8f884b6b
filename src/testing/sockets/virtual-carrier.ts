import { Observable, Subject, Subscription, type SchedulerLike } from 'rxjs'
import type { Datagram, UdpEvent, UdpPort } from '../../bvll/udp.js'
import type { Duration } from '../../values/duration.js'

/** A datagram on a virtual internet. */
export interface CarriedDatagram<Address extends string> {
  readonly from: Address
  readonly to: Address
  readonly octets: Uint8Array
}

/** A datagram as it was sent: before any NAT, and whatever became of it. */
export interface TappedOctets<Address extends string> extends CarriedDatagram<Address> {
  /** When, in milliseconds on the clock of the scheduler. */
  readonly at: number
}

/** What can go wrong on a virtual internet, and be seen of it. Faults last until they are unsubscribed. */
export interface VirtualFaults<Address extends string> {
  /** Loses datagrams, and tells nobody. */
  readonly lose: (isLost: (datagram: CarriedDatagram<Address>) => boolean) => Subscription
  /** Lets datagrams come back to who sent them, as `Unsent` with the reason that is given; `undefined` lets them go. */
  readonly refuse: (reasonOf: (datagram: CarriedDatagram<Address>) => string | undefined) => Subscription
  /** Pulls the cable of a host: nothing goes in or out, and nobody is told. */
  readonly cut: (host: string) => Subscription
  /** All that is sent, in the order it is sent. Hot; never completes. */
  readonly tap$: Observable<TappedOctets<Address>>
}

/** How a virtual internet carries datagrams, whoever they are for. */
export interface VirtualCarrier<Address extends string, Host> {
  readonly faults: VirtualFaults<Address>
  readonly isCutOff: (host: Host) => boolean
  /** Puts a datagram on its way; `undefined` ends that at once. It gets octets that nobody else has. */
  readonly carry: (sent: CarriedDatagram<Address>, arrive: ((octets: Uint8Array) => void) | undefined) => void
  /** A UDP port, as long as it is subscribed. */
  readonly port: <Local, About>(bind: Bind<Address, Local>) => UdpPort<Address, Local, About>
}

/** Binds a port, or throws; `tell` reaches its subscriber. */
export type Bind<Address extends string, Local> = (
  tell: (event: UdpEvent<Address, Local, never>) => void,
) => BoundSocket<Address, Local>

/** What a bound port is to the internet. */
export interface BoundSocket<Address extends string, Local> {
  readonly local: () => Local
  /** Where it sends from. */
  readonly sourceFor: (to: Address) => Address
  readonly send: (datagram: CarriedDatagram<Address>) => void
  readonly close: () => void
}

/** What differs between the families of addresses. */
export interface VirtualFamily<Address extends string, Host> {
  readonly host: (text: string) => Host
  readonly portOf: (address: Address) => number
  /** The longest datagram there is, in octets. */
  readonly longest: number
}

/** As many may be on their way at once; a storm is to fail its test, and not to eat the memory. */
const MAX_ON_THEIR_WAY = 100_000

/** Nothing arrives within the call that sends it, however short the latency. */
export const virtualCarrier = <Address extends string, Host>(
  scheduler: SchedulerLike,
  latency: Duration,
  { host: hostFrom, portOf, longest }: VirtualFamily<Address, Host>,
): VirtualCarrier<Address, Host> => {
  const cuts = new Set<{ readonly host: Host }>()
  const losses = new Set<{ readonly isLost: (datagram: CarriedDatagram<Address>) => boolean }>()
  const refusals = new Set<{ readonly reasonOf: (datagram: CarriedDatagram<Address>) => string | undefined }>()
  const tapped$ = new Subject<TappedOctets<Address>>()
  let onTheirWay = 0
  let latest: { readonly due: number; readonly arrivals: (() => void)[] } | undefined

  /** What arrives at the same time shares an action: a virtual scheduler sorts all that it has for each new one. */
  const later = (arrival: () => void): void => {
    const due = scheduler.now() + latency
    if (latest?.due !== due) {
      const arrivals: (() => void)[] = []
      const batch = { due, arrivals }
      latest = batch
      scheduler.schedule(() => {
        if (latest === batch) latest = undefined
        for (const one of arrivals) one()
      }, latency)
    }
    latest.arrivals.push(arrival)
  }

  const refusalOf = (datagram: CarriedDatagram<Address>): string | undefined => {
    if (onTheirWay >= MAX_ON_THEIR_WAY) return 'too much waits to be sent'
    if (portOf(datagram.to) === 0) return 'there is no port 0'
    if (datagram.octets.length > longest) return 'the datagram is too long'
    for (const { reasonOf } of refusals) {
      const reason = reasonOf(datagram)
      if (reason !== undefined) return reason
    }
    return undefined
  }

  return {
    isCutOff: host => [...cuts].some(cut => cut.host === host),

    carry: (sent, arrive) => {
      const octets = sent.octets.slice()
      tapped$.next({ ...sent, octets, at: scheduler.now() })
      const isLost = [...losses].some(loss => loss.isLost(sent))
      if (isLost || arrive === undefined || onTheirWay >= MAX_ON_THEIR_WAY) return
      onTheirWay++
      later(() => {
        onTheirWay--
        arrive(octets)
      })
    },

    port:
      <Local, About>(bind: Bind<Address, Local>) =>
      (outbound$: Observable<Datagram<Address, About>>) =>
        new Observable<UdpEvent<Address, Local, About>>(subscriber => {
          const socket = bind(event => subscriber.next(event))
          subscriber.add(() => socket.close())
          // As with a real port: not within the call, and before anything arrives.
          subscriber.add(scheduler.schedule(() => subscriber.next({ _tag: 'Bound', local: socket.local() })))

          const submit = (datagram: Datagram<Address, About>): void => {
            const { to, octets } = datagram
            const sent = { from: socket.sourceFor(to), to, octets }
            const reason = refusalOf(sent)
            if (reason === undefined) socket.send(sent)
            else scheduler.schedule(() => subscriber.next({ _tag: 'Unsent', datagram, reason, isUnreachable: true }))
          }
          subscriber.add(
            outbound$.subscribe({
              next: submit,
              error: (error: unknown) => subscriber.error(error),
              complete: () => subscriber.add(scheduler.schedule(() => subscriber.complete())),
            }),
          )
        }),

    faults: {
      lose: isLost => lasting(losses, { isLost }),
      refuse: reasonOf => lasting(refusals, { reasonOf }),
      cut: host => lasting(cuts, { host: hostFrom(host) }),
      tap$: tapped$.asObservable(),
    },
  }
}

/** A fault that lasts until it is unsubscribed. */
const lasting = <Fault>(faults: Set<Fault>, fault: Fault): Subscription => {
  faults.add(fault)
  return new Subscription(() => faults.delete(fault))
}

/** What a system says of a port that somebody has. */
export const inUse = (address: string): Error =>
  Object.assign(new Error(`bind EADDRINUSE ${address}`), { code: 'EADDRINUSE' })

const FIRST_FREE_PORT = 49_152

/** The first port that nobody has. */
export const freePort = (isTaken: (port: number) => boolean): number => {
  let port = FIRST_FREE_PORT
  while (isTaken(port)) port++
  return port
}
