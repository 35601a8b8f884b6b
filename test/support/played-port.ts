import { Subject } from 'rxjs'
import { bbmdPolicy, type BbmdPolicy } from '../../src/ip/bbmd-policy.js'
import { parseBdtEntry } from '../../src/ip/bdt-text.js'
import { ipLimits, type IpLimits } from '../../src/ip/ip-limits.js'
import type { IpLinkEvent, IpOutbound } from '../../src/ip/ip-link.js'
import type { Bbmd, ForeignDevice, IpRole } from '../../src/ip/ip-role.js'
import type { IpLocal } from '../../src/ip/ip-udp.js'
import { ipLink } from '../../src/ip/port.js'
import { registrationTimings } from '../../src/bvll/registration-timings.js'
import { fixedRandom } from '../../src/testing/chance/fixed-random.js'
import { decodeBvll } from '../../src/wire/bvll-decode.js'
import type { BvllMessage } from '../../src/wire/bvll.js'
import { printBipAddress } from '../../src/values/bip-address.js'
import { clock, type Clock } from '../machine/clock.js'
import { bip } from './bvll-vectors.js'
import { localOf, playedUdp, type PlayedUdp } from './played-udp.js'
import { right } from './right.js'

/** A Who-Is for all networks. */
export const WHO_IS = Uint8Array.of(0x01, 0x20, 0xff, 0xff, 0x00, 0xff, 0x10, 0x08)

/** A ReadProperty, which nobody may broadcast. */
export const READ_PROPERTY = Uint8Array.of(0x01, 0x04, 0x00, 0x05, 0x01, 0x0c, 0x0c, 0x02, 0x00, 0x00, 0x01, 0x19, 0x4d)

/** A BBMD at 192.168.1.10 with these others. */
export const bbmdOf = (bdt: readonly string[] = [], policy: Partial<BbmdPolicy> = {}, global?: string): Bbmd => ({
  _tag: 'Bbmd',
  bdt: bdt.map(text => right(parseBdtEntry(text))),
  global: global === undefined ? undefined : bip(global),
  policy: bbmdPolicy(policy),
})

/** A foreign device of the BBMD 10.0.0.1. */
export const foreignOf = (ttl = 60, bbmd = '10.0.0.1:47808'): ForeignDevice => ({
  _tag: 'ForeignDevice',
  bbmd: bip(bbmd),
  ttl,
  timings: registrationTimings(ttl),
})

/** A B/IP port over a UDP port that the test plays. */
export interface PlayedPort extends Omit<PlayedUdp, 'udp' | 'sent'> {
  readonly clock: Clock
  readonly submit: (...outbound: readonly IpOutbound[]) => void
  /** Completes the outbound stream. */
  readonly end: () => void
  readonly unsubscribe: () => void
  readonly hasCompleted: () => boolean
  readonly error: () => unknown
  /** Calls back with each event, within the call that told it. */
  readonly onEvent: (hear: (event: IpLinkEvent) => void) => void
  /** What was told since it was last looked at. */
  readonly told: () => readonly IpLinkEvent[]
  readonly toldOf: <Tag extends IpLinkEvent['_tag']>(tag: Tag) => readonly Extract<IpLinkEvent, { _tag: Tag }>[]
  /** Datagrams sent since they were last looked at, decoded. */
  readonly says: () => readonly (readonly [to: string, message: BvllMessage])[]
  readonly sent: PlayedUdp['sent']
}

/** Opens a port at 192.168.1.10 in the subnet 192.168.1.0/24, and binds it unless `local` is null. */
export const playedPort = (
  role: IpRole = { _tag: 'OrdinaryNode' },
  { local = localOf(), limits = {} }: { readonly local?: IpLocal | null; readonly limits?: Partial<IpLimits> } = {},
): PlayedPort => {
  const played = playedUdp()
  const time = clock()
  const outbound$ = new Subject<IpOutbound>()
  const events: IpLinkEvent[] = []
  let completed = false
  const link = ipLink({
    udp: played.udp,
    role,
    limits: ipLimits(limits),
    scheduler: time.scheduler,
    random: fixedRandom(1),
  })
  let error: unknown
  let onEvent: (event: IpLinkEvent) => void = () => undefined
  const subscription = link(outbound$).subscribe({
    next: event => {
      events.push(event)
      onEvent(event)
    },
    error: (reason: unknown) => (error = reason),
    complete: () => (completed = true),
  })
  const told = (): readonly IpLinkEvent[] => events.splice(0)
  if (local !== null) played.bind(local)
  return {
    ...played,
    clock: time,
    submit: (...outbound) => outbound.forEach(one => outbound$.next(one)),
    end: () => outbound$.complete(),
    unsubscribe: () => subscription.unsubscribe(),
    hasCompleted: () => completed,
    error: () => error,
    onEvent: hear => (onEvent = hear),
    told,
    toldOf: tag => told().filter((event): event is Extract<IpLinkEvent, { _tag: typeof tag }> => event._tag === tag),
    says: () => played.sent().map(({ to, octets }) => [printBipAddress(to), right(decodeBvll(octets))] as const),
  }
}
