import { Subject, Subscription, VirtualTimeScheduler, type Observable } from 'rxjs'
import type { Duplex } from '../../src/link/duplex.js'
import type { VirtualDatagram, TappedDatagram } from '../../src/testing/sockets/virtual-datagrams.js'

import type { CapturedDatagram } from './captures.js'
import { toHex } from './vectors.js'

/** What came of a replay. Datagrams are in words: where they go, and their octets. */
export interface Replayed<Event extends { readonly _tag: string }> {
  /** What ours sent, and when, in milliseconds. */
  readonly ours: readonly { readonly at: number; readonly said: string }[]
  /** What the recorded one sent. */
  readonly theirs: readonly { readonly at: number; readonly said: string }[]
  readonly told: <Tag extends Event['_tag']>(tag: Tag) => readonly Extract<Event, { _tag: Tag }>[]
}

/** What happens in a replay, as far as the annexes differ. */
export interface ReplayOptions<Address extends string, Outbound, Event> {
  readonly self: Address
  readonly datagrams: readonly CapturedDatagram<Address>[]
  /** Runs a network with nobody on it. */
  readonly network: (scheduler: VirtualTimeScheduler) => {
    readonly tap$: Observable<TappedDatagram<Address>>
    readonly inject: (datagram: VirtualDatagram<Address>) => void
    /** The port of ours in the place of the recorded station. */
    readonly port: Duplex<Outbound, Event>
  }
  /** When ours starts, in milliseconds; by default at once. Else when it sends the first of these, and anew with each. */
  readonly startsWith?: (datagram: CapturedDatagram<Address>) => boolean
  readonly startsAt?: number
  readonly isForAll: (to: Address) => boolean
  /** What an application must have given to its port for this datagram to be sent. */
  readonly givenFor: (datagram: CapturedDatagram<Address>) => Outbound | undefined
  /** Hears of each event; `giveLater` is for what an application does because of it. */
  readonly heard?: (event: Event, giveLater: (outbound: Outbound) => void) => void
  readonly print: (address: Address) => string
}

/** Times are of whole tenths of a millisecond. */
const msOf = ({ at }: { readonly at: number }): number => Math.round(at * 10_000) / 10

/**
 * Puts a port of ours in the place of a recorded station: it hears what the others sent, when they sent it, and is given
 * what the recorded application must have given.
 */
export const replay = <Address extends string, Outbound, Event extends { readonly _tag: string }>({
  self,
  datagrams,
  network: networkIn,
  startsWith,
  startsAt = 0,
  isForAll,
  givenFor,
  heard,
  print,
}: ReplayOptions<Address, Outbound, Event>): Replayed<Event> => {
  const scheduler = new VirtualTimeScheduler()
  const network = networkIn(scheduler)
  const said = ({ to, octets }: Pick<VirtualDatagram<Address>, 'to' | 'octets'>): string =>
    `${print(to)} ${toHex(octets)}`
  const ours: { at: number; said: string }[] = []
  const events: Event[] = []
  let outbound$ = new Subject<Outbound>()
  let port = Subscription.EMPTY

  // Applications do not answer within the call.
  const giveLater = (outbound: Outbound): void => {
    scheduler.schedule(() => outbound$.next(outbound))
  }
  const start = (): void => {
    port.unsubscribe()
    outbound$ = new Subject()
    port = network.port(outbound$).subscribe(event => {
      events.push(event)
      heard?.(event, giveLater)
    })
  }

  network.tap$.subscribe(datagram => {
    if (datagram.from === self) ours.push({ at: datagram.at, said: said(datagram) })
  })
  const starts = datagrams.some(datagram => datagram.from === self && startsWith?.(datagram))
  if (!starts) scheduler.schedule(start, startsAt)
  for (const datagram of datagrams) {
    scheduler.schedule(() => {
      if (datagram.from !== self) {
        if (datagram.to === self || isForAll(datagram.to)) network.inject(datagram)
        return
      }
      if (startsWith?.(datagram) === true) {
        start()
        return
      }
      // What is recorded in the same instant was heard first: the application answers it.
      scheduler.schedule(() => {
        const outbound = givenFor(datagram)
        if (outbound !== undefined) outbound$.next(outbound)
      })
    }, msOf(datagram))
  }
  scheduler.maxFrames = Math.max(...datagrams.map(msOf)) + 100
  scheduler.flush()
  port.unsubscribe()
  return {
    ours,
    theirs: datagrams
      .filter(({ from }) => from === self)
      .map(datagram => ({ at: msOf(datagram), said: said(datagram) })),
    told: tag => events.filter((event): event is Extract<Event, { _tag: typeof tag }> => event._tag === tag),
  }
}

/** A recording, by its name. */
export const named = <Capture extends { readonly name: string }>(
  captures: readonly Capture[],
  name: string,
): Capture => {
  const found = captures.find(capture => capture.name === name)
  if (found === undefined) throw new Error(`there is no recording ${name}`)
  return found
}

/** Datagrams in words, without their times. */
export const spoken = (datagrams: Replayed<{ readonly _tag: string }>['ours']): readonly string[] =>
  datagrams.map(({ said }) => said)
