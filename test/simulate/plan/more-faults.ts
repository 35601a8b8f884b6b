import type { Fault, Hosts, ScriptedFault } from '../../../src/testing/index.js'
import { ms, seconds, type Duration } from '../../../src/values/duration.js'
import type { Dice } from '../../fuzz/dice.js'
import { namedIn } from './named-in.js'
import type { Ip6Seat, IpSeat, ScSeat, Seat } from './plan.js'
import { isBox, placeOf, seatsOn } from './shapes.js'
import { ip6At, ipv4At, type Topology } from './topology.js'

/** Most last so long; one in six, much longer. */
const SHORT = seconds(120)
const LONG = seconds(1800)

/** A network with more is never named host by host. */
const MOST_NAMED = 20

/** Addresses that hosts move to are above all others of their subnet. */
const FIRST_SPARE = 1016
const MAX_MOVING = 3

/** Draws what else goes wrong: hubs that are full, many hosts at once, one fault within another, what is new at a restart. */
export const drawMoreFaults = (
  dice: Dice,
  topology: Topology,
  script: readonly ScriptedFault[],
  stormy: Duration,
  times: number = 2 + dice.below(6),
): readonly ScriptedFault[] => {
  const when = periods(dice, stormy)
  const sc = topology.networks.filter(network => network.kind === 'sc')
  const hubs = sc.flatMap(network => network.hubs)
  const pairs = sc.flatMap(({ number }) => namesakes(topology, number))
  const down = (hosts: Hosts): Fault => ({ _tag: dice.onceIn(2) ? 'Kill' : 'PowerOff', hosts })

  const building = (): readonly ScriptedFault[] => [{ ...when.brief(), fault: down('*') }]

  const network = (): readonly ScriptedFault[] => {
    const hosts = seatsOn(topology, dice.pick(topology.networks).number).map(({ host }) => host)
    return hosts.length > MOST_NAMED ? building() : [{ ...when.brief(), fault: down(hosts) }]
  }

  /** Begins while another lasts, and concerns one of its hosts where it names any. */
  const within = (): readonly ScriptedFault[] => {
    const outer = dice.pick(script)
    const host = dice.pick(namedIn(outer.fault) ?? ['*'])
    const fault: Fault = dice.onceIn(3) && host !== '*' ? { _tag: 'Partition', ones: host } : down(host)
    return [{ ...when.within(outer), fault }]
  }

  const rebind = (): readonly ScriptedFault[] => [
    { at: when.any().at, fault: { _tag: 'Rebind', nat: dice.pick(topology.nats).name } },
  ]

  const fill = (): readonly ScriptedFault[] => [{ ...when.any(), fault: { _tag: 'Fill', hubs: dice.pick(hubs) } }]

  const drawn: readonly (() => readonly ScriptedFault[])[] = [
    building,
    network,
    within,
    within,
    ...(hubs.length === 0
      ? []
      : [fill, fill, () => [{ ...when.any(), fault: down([...new Set(dice.pick(sc).hubs)]) }]]),
    ...(topology.nats.length === 0 ? [] : [rebind, rebind, rebind]),
    // Whoever of the two is back first has the VMAC.
    ...(pairs.length === 0
      ? []
      : [() => dice.pick(pairs).map(({ host }): ScriptedFault => ({ ...when.any(), fault: down(host) }))]),
  ]
  return [
    ...Array.from({ length: times }, () => dice.pick(drawn)()).flat(),
    ...drawMoves(dice, topology, when, down),
  ].sort((earlier, later) => earlier.at - later.at)
}

interface Period {
  readonly at: Duration
  readonly lasts: Duration
}

/** Whole seconds, which are over when nothing may go wrong any more. */
const periods = (dice: Dice, stormy: Duration) => {
  const lasting = (at: number, longest: number): Period => {
    const most = Math.min(longest, stormy - at)
    return { at: ms(at), lasts: seconds(1 + dice.below(Math.max(1, Math.floor(most / 1000) - 1))) }
  }
  const moment = (): number => seconds(Math.floor((dice.fraction() * stormy * 0.9) / 1000))
  const mostlyShort = (): number => (dice.onceIn(6) ? LONG : SHORT)
  return {
    any: (): Period => lasting(moment(), mostlyShort()),
    /** What stops everything is over soon. */
    brief: (): Period => lasting(moment(), SHORT),
    within: ({ at, lasts = ms(0) }: ScriptedFault): Period =>
      lasting(seconds(Math.floor((at + dice.below(lasts + 1)) / 1000)), mostlyShort()),
  }
}

/** Those on a network who have a duplicate VMAC. */
const namesakes = (topology: Topology, number: number): readonly (readonly ScSeat[])[] => {
  const seats = seatsOn(topology, number).filter(seat => seat.kind === 'sc')
  return seats.flatMap((one, index) =>
    seats.slice(index + 1).flatMap(other => (other.vmac === one.vmac ? [[one, other]] : [])),
  )
}

/** Some move to another address and back, most of them while they are down. */
const drawMoves = (
  dice: Dice,
  { networks }: Topology,
  when: ReturnType<typeof periods>,
  down: (host: string) => Fault,
): readonly ScriptedFault[] =>
  networks.flatMap(({ seats }) =>
    seats
      .filter(isMovable)
      .filter(() => dice.onceIn(3))
      .slice(0, MAX_MOVING)
      .flatMap((seat, index) => {
        const [home, spare] = [hostAt(seat, placeOf(seat).index), hostAt(seat, FIRST_SPARE + index)]
        const times = Array.from({ length: 1 + dice.below(4) }, when.any).sort((one, other) => one.at - other.at)
        return times.flatMap(({ at, lasts }, time): readonly ScriptedFault[] => {
          const fault: Fault = { _tag: 'Move', host: seat.host, to: time % 2 === 0 ? spare : home }
          if (seat.isWildcard && dice.onceIn(2)) return [{ at, fault }]
          return [
            { at, lasts, fault: down(seat.host) },
            { at: ms(at + Math.floor(lasts / 2)), fault },
          ]
        })
      }),
  )

/** Others are known by their addresses: BBMDs to each other, and what is behind a NAT to that. */
const isMovable = (seat: Seat): seat is IpSeat | Ip6Seat =>
  seat.kind !== 'sc' && seat.role !== 'bbmd' && !isBox(seat) && !(seat.kind === 'ip' && seat.nat !== undefined)

const hostAt = (seat: IpSeat | Ip6Seat, index: number): string =>
  (seat.kind === 'ip' ? ipv4At : ip6At)(seat.network, placeOf(seat).subnet, index)
