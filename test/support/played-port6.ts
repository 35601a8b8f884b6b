import { Subject } from 'rxjs'
import type { Arrival } from '../../src/bvll/udp.js'
import { registrationTimings } from '../../src/bvll/registration-timings.js'
import { bbmd6Policy, type Bbmd6Policy } from '../../src/ip6/bbmd6-policy.js'
import { ip6Limits, type Ip6LimitOptions } from '../../src/ip6/ip6-limits.js'
import type { Ip6LinkEvent, Ip6Outbound } from '../../src/ip6/ip6-link.js'
import type { Bbmd6, ForeignDevice6, Ip6Role } from '../../src/ip6/ip6-role.js'
import type { Ip6Datagram, Ip6Local, Ip6UdpEvent } from '../../src/ip6/ip6-udp.js'
import { ip6Link } from '../../src/ip6/port6.js'
import { fixedRandom } from '../../src/testing/chance/fixed-random.js'
import { printBip6Address, type Bip6Address } from '../../src/values/bip6-address.js'
import type { Bip6Vmac } from '../../src/values/bip6-vmac.js'
import { decodeBvll6 } from '../../src/wire/bvll6-decode.js'
import { encodeBvll6 } from '../../src/wire/bvll6-encode.js'
import type { Bvll6Message } from '../../src/wire/bvll6.js'
import { clock, type Clock } from '../machine/clock.js'
import { bip6 } from './bvll6-vectors.js'
import { right } from './right.js'

/** The own VMAC of a played port, unless something else is said: device instance 5678. */
export const OWN = '00162e' as Bip6Vmac

/** The group of its multicast domain. */
export const GROUP = '[ff02::bac0]:47808'

/** A BBMD with these others. */
export const bbmd6Of = (bdt: readonly string[] = [], policy: Partial<Bbmd6Policy> = {}): Bbmd6 => ({
  _tag: 'Bbmd',
  bdt: bdt.map(bip6),
  policy: bbmd6Policy(policy),
})

/** A foreign device of the BBMD 2001:db8:1::1. */
export const foreign6Of = (ttl = 60, bbmd = '[2001:db8:1::1]:47808'): ForeignDevice6 => ({
  _tag: 'ForeignDevice',
  bbmd: bip6(bbmd),
  ttl,
  timings: registrationTimings(ttl),
})

/** A B/IPv6 port over a UDP port that the test plays. */
export interface PlayedPort6 {
  readonly clock: Clock
  readonly submit: (...outbound: readonly Ip6Outbound[]) => void
  readonly end: () => void
  readonly unsubscribe: () => void
  /** Has somebody act on each event as soon as it is told. */
  readonly onEvent: (act: (event: Ip6LinkEvent) => void) => void
  readonly bind: (local: Partial<Ip6Local>) => void
  readonly hear: (source: string, message: Bvll6Message | Uint8Array, arrival?: Arrival) => void
  /** Its UDP port has dropped something. */
  readonly stray: (reason: string) => void
  readonly refuse: (datagram: Ip6Datagram<Ip6Outbound>, reason: string, isUnreachable?: boolean) => void
  /** What was told since it was last looked at. */
  readonly toldOf: <Tag extends Ip6LinkEvent['_tag']>(tag: Tag) => readonly Extract<Ip6LinkEvent, { _tag: Tag }>[]
  readonly told: () => readonly Ip6LinkEvent[]
  /** What was sent since it was last looked at. */
  readonly sent: () => readonly Ip6Datagram<Ip6Outbound>[]
  readonly says: () => readonly (readonly [to: string, message: Bvll6Message])[]
}

/** Opens a port at [2001:db8::10]:47808, and binds it. */
export const playedPort6 = (
  role: Ip6Role = { _tag: 'OrdinaryNode' },
  {
    address = bip6('[2001:db8::10]:47808'),
    group = bip6(GROUP),
    vmac = OWN,
    limits = {},
  }: {
    readonly address?: Bip6Address
    readonly group?: Bip6Address
    readonly vmac?: Bip6Vmac | undefined
    readonly limits?: Ip6LimitOptions
  } = {},
): PlayedPort6 => {
  const time = clock()
  const event$ = new Subject<Ip6UdpEvent<Ip6Outbound>>()
  const outbound$ = new Subject<Ip6Outbound>()
  const events: Ip6LinkEvent[] = []
  const datagrams: Ip6Datagram<Ip6Outbound>[] = []
  const link = ip6Link({
    udp: toUdp$ => {
      toUdp$.subscribe({ next: datagram => datagrams.push(datagram), complete: () => event$.complete() })
      return event$
    },
    role,
    vmac,
    limits: ip6Limits(limits),
    scheduler: time.scheduler,
    random: fixedRandom(1),
  })
  let react: (event: Ip6LinkEvent) => void = () => undefined
  const subscription = link(outbound$).subscribe(event => {
    events.push(event)
    react(event)
  })
  const told = (): readonly Ip6LinkEvent[] => events.splice(0)
  const sent = (): readonly Ip6Datagram<Ip6Outbound>[] => datagrams.splice(0)
  const bind = (given: Partial<Ip6Local>): void => {
    const at = given.address ?? address
    const local = { address: at, own: new Set([at]), group, isWildcard: false, receiveBuffer: 1 << 20, ...given }
    event$.next({ _tag: 'Bound', local })
  }
  bind({})
  return {
    clock: time,
    submit: (...outbound) => outbound.forEach(one => outbound$.next(one)),
    end: () => outbound$.complete(),
    unsubscribe: () => subscription.unsubscribe(),
    onEvent: act => {
      react = act
    },
    bind,
    hear: (source, message, arrival = 'unicast') =>
      event$.next({
        _tag: 'Received',
        source: bip6(source),
        octets: message instanceof Uint8Array ? message : encodeBvll6(message),
        arrival,
      }),
    stray: reason => event$.next({ _tag: 'Strayed', reason }),
    refuse: (datagram, reason, isUnreachable = true) =>
      event$.next({ _tag: 'Unsent', datagram, reason, isUnreachable }),
    told,
    toldOf: tag => told().filter((event): event is Extract<Ip6LinkEvent, { _tag: typeof tag }> => event._tag === tag),
    sent,
    says: () => sent().map(({ to, octets }) => [printBip6Address(to), right(decodeBvll6(octets))] as const),
  }
}
