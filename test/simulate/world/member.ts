import type { NetworkDestination } from '../../../src/network/event/destination.js'
import type { Mac } from '../../../src/values/mac.js'
import type { Plan, Seat } from '../plan/plan.js'
import type { Addressing } from './fact.js'

/** A station or a box, as everybody knows it. */
export interface Member {
  readonly host: string
  readonly seats: readonly [home: Seat, ...others: Seat[]]
  readonly isBox: boolean
}

/** Everybody of a plan: stations first. */
export const membersOf = ({ networks, boxes }: Plan): readonly Member[] => [
  ...networks.flatMap(({ seats }) => seats.map((seat): Member => ({ host: seat.host, seats: [seat], isBox: false }))),
  ...boxes.map(({ host, seats }): Member => ({ host, seats, isBox: true })),
]

/** All hosts of a plan. */
export const hostsOf = (plan: Plan): ReadonlySet<string> =>
  new Set([
    ...membersOf(plan).map(({ host }) => host),
    ...plan.networks.flatMap(network => (network.kind === 'sc' ? network.hubs : [])),
  ])

/** The seats of boxes on a network. */
export const seatsOfBoxes = ({ boxes }: Plan, network: number): readonly Seat[] =>
  boxes.flatMap(({ seats }) => seats.filter(seat => seat.network === network))

/** Whom something reaches that is sent to an address. */
export interface Audience {
  readonly destination: NetworkDestination
  /** The station that it is, if it is one. */
  readonly to?: { readonly network: number; readonly mac: Mac }
  readonly due: ReadonlySet<string>
  readonly may: ReadonlySet<string>
}

/** To one, or to all of a network or of all networks. */
export const audience = (
  members: readonly Member[],
  by: Member,
  addressing: Addressing,
  whom: Member,
  network: number,
  macOf: (host: string) => Mac | undefined,
): Audience => {
  const others = (): readonly Member[] => members.filter(({ host }) => host !== by.host)
  const atHome = (number: number): ReadonlySet<string> =>
    namesOf(others().filter(({ seats: [home] }) => home.network === number))
  const guests = (number: number): ReadonlySet<string> =>
    namesOf(
      others().filter(
        ({ seats: [home, ...away] }) => home.network !== number && away.some(seat => seat.network === number),
      ),
    )
  switch (addressing) {
    case 'unicast': {
      const [home] = whom.seats
      const mac = macOf(whom.host)
      // On the own network, whose number may not be known yet, it is not named.
      const number = home.network === by.seats[0].network ? undefined : home.network
      return {
        destination: { _tag: 'Station', network: number, mac: mac ?? NO_MAC },
        to: { network: home.network, mac: mac ?? NO_MAC },
        due: new Set(whom.host === by.host || mac === undefined ? [] : [whom.host]),
        may: NOBODY,
      }
    }
    case 'local': {
      const { network: own } = by.seats[0]
      return { destination: { _tag: 'LocalBroadcast' }, due: atHome(own), may: guests(own) }
    }
    case 'remote':
      if (network === by.seats[0].network) return audience(members, by, 'local', whom, network, macOf)
      return { destination: { _tag: 'RemoteBroadcast', network }, due: atHome(network), may: guests(network) }
    case 'global':
      return { destination: { _tag: 'GlobalBroadcast' }, due: namesOf(others()), may: NOBODY }
  }
}

const NO_MAC = '' as Mac

const NOBODY: ReadonlySet<string> = new Set()

const namesOf = (members: readonly Member[]): ReadonlySet<string> => new Set(members.map(({ host }) => host))
