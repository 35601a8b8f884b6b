import type { Lives } from './lives.js'
import type { StationId } from './note.js'
import { ON_ITS_WAY_MS, type Rule, type Sent } from './rule.js'

/** Where a station of BACnet/IP or BACnet/IPv6 is. */
export interface UdpPlace {
  readonly station: StationId
  /** Its subnet is named after the BBMD there; a foreign device has none, but is registered with that BBMD. */
  readonly bbmd: string
  readonly isForeign: boolean
}

/** What is known of the networks with BBMDs. */
export interface UdpRule extends Rule {
  /** A BBMD was started, as this life of its. */
  readonly started: (bbmd: string, life: string, at: number) => void
  /** That life has a foreign device in its table from now on. */
  readonly registered: (life: string, station: StationId, at: number) => void
}

/**
 * BACnet/IP and BACnet/IPv6. A unicast must be delivered, a broadcast to all stations that BBMDs join. It is excused, and
 * nothing else, when
 *
 * 1. a BBMD on the way was not there, or ended before that and the others had run for `ON_ITS_WAY_MS` since: what comes while
 *    one hangs waits in its receive buffer, or
 * 2. the receiver is a foreign device that its BBMD, as it runs now, had not registered yet.
 *
 * There are no losses of UDP itself on loopback: if there is one, it is seen here.
 */
export const udpRule = (places: readonly UdpPlace[], lives: Lives): UdpRule => {
  const placeOf = new Map(places.map(place => [place.station, place]))
  const lifeOf = new Map<string, { readonly life: string; readonly from: number }[]>()
  const registrations = new Map<string, Map<StationId, number>>()

  const onTheWay = (from: UdpPlace, to: UdpPlace): readonly string[] => {
    if (from.bbmd === to.bbmd) return from.isForeign || to.isForeign ? [from.bbmd] : []
    return [from.bbmd, to.bbmd]
  }
  const lifeAt = (bbmd: string, time: number): string | undefined =>
    lifeOf.get(bbmd)?.findLast(({ from }) => from <= time)?.life

  /** All that it has to go through were there until it can have been through each of them. */
  const areThere = (bbmds: readonly string[], time: number): boolean => {
    const ways = bbmds.map(bbmd => lifeAt(bbmd, time))
    return ways.every(life => {
      const end = lives.ended(life ?? '')
      const isThrough = (other = ''): boolean => end === undefined || lives.running(other, time, end.at) > ON_ITS_WAY_MS
      return life !== undefined && ways.every(isThrough)
    })
  }

  const excuse = (sent: Sent, receiver: StationId): string | undefined => {
    const [from, to] = [placeOf.get(sent.by), placeOf.get(receiver)]
    if (from === undefined || to === undefined || sent.to !== 'all') return undefined
    if (!areThere(onTheWay(from, to), sent.at)) return 'BBMD not there'
    if (!to.isForeign) return undefined
    const registered = registrations.get(lifeAt(to.bbmd, sent.at) ?? '')?.get(receiver)
    return registered === undefined || registered > sent.at ? 'not registered with the BBMD again' : undefined
  }

  return {
    started: (bbmd, life, at) => {
      const known = lifeOf.get(bbmd) ?? []
      lifeOf.set(bbmd, known)
      known.push({ life, from: at })
      registrations.set(life, new Map())
    },
    registered: (life, station, at) => void registrations.get(life)?.set(station, at),
    audience: ({ by }) => places.map(({ station }) => station).filter(station => station !== by),
    excuse,
    context: ({ by, at }, receiver) =>
      [by, receiver]
        .map(station => placeOf.get(station)?.bbmd ?? '')
        .map(bbmd => lives.story(lifeAt(bbmd, at) ?? ''))
        .join('; '),
    forget: before => {
      for (const known of lifeOf.values()) {
        while ((known[1]?.from ?? Infinity) < before) registrations.delete(known.shift()?.life ?? '')
      }
    },
  }
}
