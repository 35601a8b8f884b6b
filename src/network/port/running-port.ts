import { Observable, Subscription, type SchedulerLike, type Subscriber } from 'rxjs'
import type { Dropped, OutboundNpdu, ReceivedNpdu } from '../../link/link.js'
import type { Duration } from '../../values/duration.js'
import type { Mac } from '../../values/mac.js'
import type { LinkStanding, NetworkLink } from '../link/network-link.js'
import type { Port } from './port.js'
import { portCounters, type PortCounters } from './port-counters.js'

/** A port that runs: the only thing of a port that changes it is its link, and who learns its number. */
export interface RunningPort extends Port {
  network: number | undefined
  /** Whether its number is configured, and not learned. */
  readonly isConfigured: boolean
  readonly isSecure: boolean
  /** Why its link gives back what is too long for whom it goes to. */
  readonly tooLong: string | undefined
  readonly counters: PortCounters
  /** Hands an NPDU to the link, which tells what it could not send. */
  readonly send: (outbound: OutboundNpdu<Mac>) => void
  /** Opens the link. */
  readonly start: () => void
  /** Ends the link in good order. */
  readonly end: () => void
  /** Drops the link, and all timers. */
  readonly close: () => void
}

/** What a port tells the network layer. */
export interface PortSinks {
  readonly received: (npdu: ReceivedNpdu<Mac>) => void
  readonly unsent: (dropped: Dropped<OutboundNpdu<Mac>>) => void
  /** How it stands has changed. */
  readonly changed: () => void
  /** Its link has come up, if only after having been down for a moment, or reaches its network in another way. */
  readonly joined: () => void
  /** Its link has ended: as was asked, by itself, or with an error that its user must mend. */
  readonly ended: (failure: { readonly error: unknown } | undefined) => void
}

/** What a port needs. */
export interface RunPortOptions {
  readonly name: string
  readonly id: number
  readonly network: number | undefined
  readonly isSecure: boolean
  readonly link: NetworkLink
  /** How long its link may be down before its network counts as gone. */
  readonly outage: Duration
  readonly sinks: PortSinks
  readonly scheduler: SchedulerLike
}

/** A port; it begins with `start`. */
export const runningPort = ({
  name,
  id,
  network,
  isSecure,
  link,
  outage,
  sinks,
  scheduler,
}: RunPortOptions): RunningPort => {
  let toLink: Subscriber<OutboundNpdu<Mac>> | undefined
  /** Made before the link is opened, as whoever hears of what that tells may close the port. */
  const life = new Subscription()
  const isClosed = (): boolean => life.closed
  let down: Subscription | undefined
  /** It may be told to end before its link takes anything. */
  let isEnding = false
  let hasEnded = false
  let latest: LinkStanding | undefined
  /** What the link told before it could be given anything. */
  let opening: LinkStanding | undefined

  const counters = portCounters()
  const outbound$ = new Observable<OutboundNpdu<Mac>>(to => {
    toLink = to
    if (isEnding) to.complete()
  })

  const adopt = ({ mac, maxNpduLength }: LinkStanding): boolean => {
    const isOther = mac !== port.mac || maxNpduLength !== port.maxNpduLength
    port.mac = mac
    port.maxNpduLength = maxNpduLength
    return isOther
  }

  const stand = (standing: LinkStanding): void => {
    const before = latest
    latest = standing
    if (standing.isUp) {
      down?.unsubscribe()
      down = undefined
      if (before?.isUp !== true || before.attachment !== standing.attachment) sinks.joined()
      rise(adopt(standing))
      return
    }
    // An address that it gets in a momentary outage is news when others can be told of it.
    if (port.isUp) down ??= scheduler.schedule(fall, outage)
    else if (adopt(standing)) sinks.changed()
  }

  const rise = (isOther: boolean): void => {
    if (port.isUp && !isOther) return
    port.isUp = true
    sinks.changed()
  }

  const fall = (): void => {
    down = undefined
    port.isUp = false
    if (latest !== undefined) adopt(latest)
    sinks.changed()
  }

  const ended = (failure: { readonly error: unknown } | undefined): void => {
    if (isClosed()) return
    hasEnded = true
    down?.unsubscribe()
    port.isUp = false
    sinks.ended(failure)
  }

  const port: { -readonly [Key in keyof RunningPort]: RunningPort[Key] } = {
    name,
    id,
    macLength: link.macLength,
    network,
    isConfigured: network !== undefined,
    mac: undefined,
    maxNpduLength: 0,
    isUp: false,
    isSecure,
    tooLong: link.tooLong,
    counters,
    send: outbound => {
      if (isClosed()) return
      if (toLink === undefined || isEnding || hasEnded)
        sinks.unsent({ _tag: 'Dropped', reason: 'the link is not open', outbound })
      else toLink.next(outbound)
    },
    start: () => {
      if (isClosed()) return
      const opened = link.duplex(outbound$).subscribe({
        next: event => {
          if (isClosed()) return
          switch (event._tag) {
            case 'Npdu':
              sinks.received(event)
              return
            case 'Dropped':
              sinks.unsent(event)
              return
            case 'Standing':
              if (toLink === undefined) opening = event.standing
              else stand(event.standing)
              return
          }
        },
        error: (error: unknown) => ended({ error }),
        complete: () => ended(undefined),
      })
      life.add(opened)
      if (opening !== undefined && !hasEnded && !isClosed()) stand(opening)
    },
    end: () => {
      isEnding = true
      toLink?.complete()
    },
    close: () => {
      life.unsubscribe()
      down?.unsubscribe()
    },
  }
  return port
}
