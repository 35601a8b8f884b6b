import { isRight } from 'fp-ts/lib/Either.js'
import { concatMap, delay, EMPTY, filter, map, merge, of, tap, type Observable } from 'rxjs'
import { ALL_NETWORKS, decodeNpci, type DecodedNpci } from '../../../src/wire/npci.js'
import type { OutboundNpdu } from '../../../src/link/link.js'
import type { NetworkLink } from '../../../src/network/link/network-link.js'
import type { Duration } from '../../../src/values/duration.js'
import type { Vmac } from '../../../src/values/vmac.js'
import type { Mac } from '../../../src/values/mac.js'
import type { Spoil } from '../world/spoil.js'

/** What takes the place of a link. */
export type SpoiltLink = NonNullable<Spoil['link']>

const saying =
  (change: (out$: Observable<OutboundNpdu<Mac>>) => Observable<OutboundNpdu<Mac>>) =>
  (link: NetworkLink): NetworkLink => ({ ...link, duplex: outbound$ => link.duplex(change(outbound$)) })

/** A link that does not say what it could not send, for reasons that are hidden. */
export const hidingDrops =
  (isHidden: (reason: string) => boolean, who = /^/): SpoiltLink =>
  ({ host }, link) =>
    who.test(host)
      ? {
          ...link,
          duplex: outbound$ =>
            link.duplex(outbound$).pipe(filter(event => event._tag !== 'Dropped' || !isHidden(event.reason))),
        }
      : link

/** A link that listens for ever to what it is to send. */
export const leavingEarAt =
  (where: string): SpoiltLink =>
  ({ host }, link) =>
    host === where
      ? {
          ...link,
          duplex: outbound$ => {
            outbound$.subscribe()
            return link.duplex(outbound$)
          },
        }
      : link

/** A link that keeps what it has heard for a while, and not its octets. */
export const keepingViewsAt =
  (where: string): SpoiltLink =>
  ({ host }, link, scheduler) =>
    host === where ? { ...link, duplex: outbound$ => link.duplex(outbound$).pipe(delay(1, scheduler)) } : link

/** A box that spoils what it carries on for others, in its octets. */
export const carrying =
  (box: string, spoil: (npdu: Uint8Array, npci: DecodedNpci) => void): SpoiltLink =>
  ({ host }, link) =>
    host === box
      ? saying(
          tap(({ npdu }) => {
            const npci = decodeNpci(npdu)
            if (isRight(npci) && npci.right.source !== undefined && !npci.right.isNetworkMessage)
              spoil(npdu, npci.right)
          }),
        )(link)
      : link

/** Adds to the hop count of what has one that is not full. */
export const addingHops =
  (hops: number) =>
  (npdu: Uint8Array, { destination, hopCount, end }: DecodedNpci): void => {
    if (destination?.network === ALL_NETWORKS && hopCount + hops <= 255) npdu[end - 1] = hopCount + hops
  }

/** A station that says something more. */
export const sayingMore =
  (host: string, network: number, more$: Observable<OutboundNpdu<Mac>>): SpoiltLink =>
  (seat, link) =>
    seat.host === host && seat.network === network ? saying(out$ => merge(out$, more$))(link) : link

/** A node that tells of what it lost with its hub in its own way; `undefined` tells nothing. */
export const tellingOfLosses =
  (change: (count: number) => number | undefined): NonNullable<Spoil['scLink']> =>
  (_, link) =>
  outbound$ =>
    link(outbound$).pipe(
      concatMap(event => {
        if (event._tag !== 'LostConnection') return of(event)
        const unconfirmed = change(event.unconfirmed)
        return unconfirmed === undefined ? EMPTY : of({ ...event, unconfirmed })
      }),
    )

/** A node that keeps what it lost with its direct connections to itself. */
export const silentOfDirectLosses: NonNullable<Spoil['scLink']> = (_, link) => outbound$ =>
  link(outbound$).pipe(map(event => (event._tag === 'DirectDisconnected' ? { ...event, unconfirmed: 0 } : event)))

/** A node that hears nothing for a while after it has come to a hub, or to another one. */
export const deafAtFirst =
  (lasts: Duration): NonNullable<Spoil['scLink']> =>
  (_, link, scheduler) =>
  outbound$ => {
    let hub: string | undefined
    let hears = 0
    return link(outbound$).pipe(
      filter(event => {
        if (event._tag === 'Status' && event.status.hubConnection !== hub) {
          hub = event.status.hubConnection
          hears = scheduler.now() + lasts
        }
        return event._tag !== 'Npdu' || scheduler.now() > hears
      }),
    )
  }

/** A hub that says it has lost nothing with its nodes. */
export const silentOfLosses: NonNullable<Spoil['hubFunction']> = (_, hub) => command$ =>
  hub(command$).pipe(map(event => (event._tag === 'NodeDisconnected' ? { ...event, unconfirmed: 0 } : event)))

/** A node that has another VMAC at first. */
export const startingWith =
  (vmac: Vmac): NonNullable<Spoil['scLink']> =>
  (_, link) =>
  outbound$ => {
    let isFirst = true
    return link(outbound$).pipe(
      concatMap(event => {
        if (event._tag !== 'Status' || !isFirst) return of(event)
        isFirst = false
        return of({ ...event, status: { ...event.status, vmac } }, event)
      }),
    )
  }
