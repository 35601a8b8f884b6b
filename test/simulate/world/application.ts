import type { NetworkEvent, OutboundApdu } from '../../../src/network/event/network-event.js'
import type { Seat } from '../plan/plan.js'
import { idIn, unchangedIdOf } from '../traffic/payload.js'
import { linkOf } from './link-of-seat.js'
import type { Member } from './member.js'
import { runs, type Part } from './running.js'
import type { Surroundings } from './surroundings.js'

/** The application of a station or a box, on the network layer over its links. */
export interface RunningApplication extends Part {
  readonly send: (apdu: OutboundApdu) => void
  /** Has its links told again how they stand: others see them at other addresses. */
  readonly tellAgain: () => void
}

/** Starts the application of a member, with all that is seen of it and of its links told. */
export const applicationOf = (member: Member, surroundings: Surroundings): RunningApplication => {
  const { host, seats, isBox } = member
  const { network, clockOf, bounds, spoil } = surroundings
  const sat = seats.map(seat => ({ seat, ...linkOf(seat, surroundings) }))
  const options = {
    ports: sat.map(({ seat, link }) => ({
      name: nameOf(seat),
      link,
      ...(seat.knowsNumber ? { network: seat.network } : {}),
    })),
    limits: {
      routing: { maxRoutes: bounds.learnedRoutes },
      discovery: { ...spoil.discovery?.(host), inTotal: bounds.waiting },
    },
  }
  const plain = isBox ? network.router(host, options) : network.entity(host, options)
  const application = spoil.application?.(host, plain, clockOf(host)) ?? plain
  const { say, ...running } = runs(host, application, seenBy(member, surroundings))
  return {
    ...running,
    send: say,
    sample: () => {
      if (network.isDown(host)) return
      for (const { sample } of sat) sample()
      say({ _tag: 'ReadRoutes' })
      say({ _tag: 'ReadCounters' })
    },
    tellAgain: () => {
      for (const { tellAgain } of sat) tellAgain()
    },
  }
}

/** The name of a port. */
const nameOf = ({ network }: Seat): string => `net-${network}`

const seenBy =
  ({ host, seats }: Member, { stated, tell }: Surroundings) =>
  (event: NetworkEvent): void => {
    switch (event._tag) {
      case 'Apdu':
        tell({
          _tag: 'Delivered',
          host,
          id: unchangedIdOf(event.apdu),
          source: event.source,
          destination: event.destination,
          expectingReply: event.expectingReply,
          priority: event.priority,
        })
        return
      case 'Dropped':
        if (event.outbound._tag === 'Apdu') {
          const { reason, port } = event
          const network = seats.find(seat => nameOf(seat) === port)?.network
          tell({ _tag: 'GivenBack', host, isTold: true, id: idIn(event.outbound.apdu), network, reason })
        }
        return
      case 'Discarded':
        tell({ _tag: 'Noted', host, reason: event.reason, count: event.count })
        return
      case 'RejectSent':
        tell({ _tag: 'Noted', host, reason: `rejected with ${event.reason}`, count: 1 })
        return
      case 'Routes': {
        const learned = event.routes.filter(({ origin }) => origin === 'announced' || origin === 'seen').length
        tell({ _tag: 'Sampled', host, table: 'learned routes', size: learned, bound: stated.learnedRoutes })
        return
      }
      case 'Counters': {
        const { ports, waiting } = event.counters
        const sources = Object.keys(ports).length + 1
        tell({ _tag: 'Sampled', host, table: 'NPDUs without a route', size: waiting, bound: stated.waiting * sources })
        return
      }
      default:
    }
  }
