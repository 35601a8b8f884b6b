import * as E from 'fp-ts/lib/Either.js'
import { Subject, VirtualTimeScheduler } from 'rxjs'
import type { Arrival } from '../../src/bvll/udp.js'
import { registrationTimings } from '../../src/bvll/registration-timings.js'
import { bbmdPolicy } from '../../src/ip/bbmd-policy.js'
import type { PortCounts } from '../../src/bvll/port-counts.js'
import { ipLimits } from '../../src/ip/ip-limits.js'
import type { IpLinkEvent, IpOutbound } from '../../src/ip/ip-link.js'
import type { IpRole } from '../../src/ip/ip-role.js'
import type { IpDatagram, IpLocal, IpUdpEvent } from '../../src/ip/ip-udp.js'
import { ipLink } from '../../src/ip/port.js'
import { broadcast } from '../../src/link/link.js'
import { fixedRandom } from '../../src/testing/index.js'
import { hostOf, type BipAddress } from '../../src/values/bip-address.js'
import { TWO_HOP_MASK, type BroadcastMask } from '../../src/values/broadcast-mask.js'
import { seconds } from '../../src/values/duration.js'
import { decodeBvll } from '../../src/wire/bvll-decode.js'
import { framed, soundDatagram } from './bvll.js'
import { judgementOn } from './bvll-oracle.js'
import type { Dice } from './dice.js'
import { hexOf } from './frames.js'
import { mutated } from './mutate.js'
import { must } from './violation.js'

const bip = (hex: string): BipAddress => hex as BipAddress

/** The addresses are those that `soundDatagram` talks of, so that they meet themselves in what they hear. */
const SELF = bip('c0a8010abac0')
const SUBNET = bip('c0a801ffbac0')
const PEER = bip('c0a8020abac0')
const OWN_BBMD = bip('0a000001bac0')
const FOREIGN = ['1', '2', '3', '4', '5'].map(port => bip(`0a141e28bac${port}`))
const SOURCES = [SELF, PEER, OWN_BBMD, ...FOREIGN, ...['c0a80132bac0', 'c0a80133bac0', '7f000001c000'].map(bip)]
const ARRIVALS: readonly Arrival[] = ['unicast', 'unicast', 'broadcast', 'unknown']

const LOCAL: IpLocal = {
  address: SELF,
  own: new Set([SELF]),
  broadcast: SUBNET,
  mask: 0xffffff00 as BroadcastMask,
  isWildcard: false,
  receiveBuffer: 1 << 20,
}

/** Little of everything, so that all bounds are met. */
const POLICY = bbmdPolicy({
  maxForeignDevices: 6,
  maxPerAddress: 2,
  maxTtl: 40_000,
  mayWriteBdt: source => source === PEER,
  copiesPerAddress: { burst: 20, perSecond: 0.5 },
  copiesInTotal: { burst: 40, perSecond: 1 },
})
const LIMITS = ipLimits({
  answersPerAddress: { burst: 100, perSecond: 5 },
  answersInTotal: { burst: 200, perSecond: 10 },
  maxRequests: 4,
})

/** Timers: of each thing that may be discarded from each host, of the table, of requests, of a registration. */
const MOST_WAITING = 300

const ROLES: readonly IpRole[] = [
  { _tag: 'OrdinaryNode' },
  { _tag: 'ForeignDevice', bbmd: OWN_BBMD, ttl: 60, timings: registrationTimings(60) },
  { _tag: 'Bbmd', bdt: [{ address: PEER, mask: TWO_HOP_MASK }], global: undefined, policy: POLICY },
]

const REQUESTS: readonly number[] = [0x01, 0x02, 0x05, 0x06, 0x08, 0x09]
const CARRIERS: readonly number[] = [0x04, 0x09, 0x0a, 0x0b]

const SUCCESS = Uint8Array.of(0x81, 0, 0, 6, 0, 0)

interface Heard {
  readonly datagram: Uint8Array
  readonly source: BipAddress
  readonly arrival: Arrival
}

type Npdu = Extract<IpLinkEvent, { readonly _tag: 'Npdu' }>
type Tables = Extract<IpLinkEvent, { readonly _tag: 'Tables' }>

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

/** A port of that role in virtual time, and one datagram after another from anybody. */
const boundPort = (dice: Dice, role: IpRole): (() => void) => {
  const scheduler = new VirtualTimeScheduler()
  const outbound$ = new Subject<IpOutbound>()
  const udp$ = new Subject<IpUdpEvent<IpOutbound>>()
  const events: IpLinkEvent[] = []
  const sent: IpDatagram[] = []
  let end: string | undefined
  /** It waits for its BBMD to answer. */
  let isRegistering = false
  /** What it has asked for and was not told yet. */
  const asked = new Set<string>()
  let last: Uint8Array = Uint8Array.of(0x81, 6, 0, 4)
  /** Of all time: datagrams given and taken, octets of answers, copies. */
  const sums = { received: 0, delivered: 0, sent: 0, answered: 0, copied: 0 }

  ipLink({
    udp: toUdp$ => {
      toUdp$.subscribe(datagram => sent.push(datagram))
      return udp$
    },
    role,
    limits: LIMITS,
    scheduler,
    random: fixedRandom(1),
  })(outbound$).subscribe({
    next: event => events.push(event),
    error: () => (end = 'errored'),
    complete: () => (end = 'completed'),
  })
  udp$.next({ _tag: 'Bound', local: LOCAL })

  const pass = (duration: number): void => {
    scheduler.maxFrames = scheduler.frame + duration
    scheduler.flush()
    scheduler.frame = scheduler.maxFrames
  }

  /** Takes what was told and sent since, which is no answer to anything. */
  const settle = (): void => {
    sums.sent += sent.length
    for (const { to, octets } of sent.splice(0)) {
      isRegistering ||= octets[1] === 5
      must(to !== SELF && E.isRight(decodeBvll(octets)), `sent ${hexOf(octets)} to ${to}`, last)
    }
    events.length = 0
  }

  const told = <Event extends IpLinkEvent>(request: IpOutbound, tag: Event['_tag']): Event => {
    outbound$.next(request)
    const found = events.findLast((event): event is Event => event._tag === tag)
    if (found === undefined) throw new Error(`it does not tell its ${tag}`)
    return found
  }
  const tables = (): Tables => told<Tables>({ _tag: 'ReadTables' }, 'Tables')
  const counters = (): PortCounts =>
    told<Extract<IpLinkEvent, { readonly _tag: 'Counters' }>>({ _tag: 'ReadCounters' }, 'Counters').counters

  /** What it delivered comes from the datagram, and is for it. */
  const expectDelivered = (
    { datagram, source, arrival }: Heard,
    npdus: readonly Npdu[],
    { bdt, fdt }: Tables,
  ): void => {
    must(npdus.length <= 1, 'delivered twice', datagram)
    const fn = datagram[1] ?? 0
    for (const npdu of npdus) {
      must(
        CARRIERS.includes(fn) && judgementOn(datagram).fault === undefined,
        'delivered, and is not in order',
        datagram,
      )
      must(hexOf(datagram).slice(fn === 4 ? 20 : 8) === hexOf(npdu.npdu), 'delivered other octets', datagram)
      const origin = fn === 4 ? hexOf(datagram.subarray(4, 10)) : source
      must(npdu.source === origin && npdu.source !== SELF, `delivered as from ${npdu.source}`, datagram)
      must(/^(?!00|[ef]).{8}(?!0000)/.test(npdu.source), `delivered as from ${npdu.source}`, datagram)
      must((npdu.destination === 'unicast') === (fn === 10), `delivered as ${npdu.destination}`, datagram)
      must(fn !== 10 || arrival !== 'broadcast', 'delivered a unicast that was broadcast', datagram)
      must(fn !== 9 || fdt.some(({ address }) => address === source), 'delivered for a stranger', datagram)
      must(fn !== 4 || role._tag !== 'Bbmd' || bdt.some(({ address }) => address === source), 'no peer', datagram)
      must(role._tag !== 'ForeignDevice' || fn === 10 || (fn === 4 && source === OWN_BBMD), 'not for it', datagram)
    }
  }

  /** What it sent is one answer to who asked, or copies of what it delivered. */
  const expectSent = ({ datagram, source, arrival }: Heard, npdus: readonly Npdu[]): void => {
    const [fn = 0] = datagram.subarray(1)
    const receivers = new Set<BipAddress>()
    let answers = 0
    for (const { to, octets } of sent) {
      const isOwn = role._tag === 'ForeignDevice' && to === OWN_BBMD && [0x05, 0x09].includes(octets[1] ?? 0)
      if (isOwn) {
        must(source === OWN_BBMD && fn === 0, 'it registers because of that', datagram)
      } else if (octets[1] === 4) {
        must(role._tag === 'Bbmd' && fn !== 10 && npdus.length === 1, `sent ${hexOf(octets)}`, datagram)
        must(hexOf(octets.subarray(10)) === hexOf(npdus[0]?.npdu ?? octets), 'sent another NPDU', datagram)
        must(hexOf(octets.subarray(4, 10)) === npdus[0]?.source, 'sent in another name', datagram)
        must(to !== source && to !== npdus[0]?.source && !receivers.has(to), `sent to ${to} once more`, datagram)
        receivers.add(to)
        sums.copied++
      } else {
        must(to === source && arrival !== 'broadcast' && REQUESTS.includes(fn), `answered ${hexOf(octets)}`, datagram)
        must([0x00, 0x03, 0x07].includes(octets[1] ?? 0), `answered ${hexOf(octets)}`, datagram)
        answers++
        if (fn !== 5) sums.answered += octets.length
      }
    }
    must(answers <= 1, 'answered twice', datagram)
  }

  const expectBounds = ({ fdt, bdt }: Tables): void => {
    const time = scheduler.now() / 1000
    const { answersInTotal: answers } = LIMITS
    const { copiesInTotal: copies } = POLICY
    must(sums.answered <= answers.burst + answers.perSecond * time, `answered ${sums.answered} octets`, last)
    must(sums.copied <= copies.burst + copies.perSecond * time, `made ${sums.copied} copies`, last)
    must(fdt.length <= POLICY.maxForeignDevices && bdt.length <= 128, 'a table is too long', last)
    const hosts = fdt.map(({ address }) => hostOf(address))
    must(
      hosts.every(host => hosts.filter(other => other === host).length <= POLICY.maxPerAddress),
      'too many foreign devices of one host',
      last,
    )
    must(scheduler.actions.length < MOST_WAITING, `${scheduler.actions.length} things wait for their time`, last)
  }

  /** It does something by itself, so that answers may be waited for. */
  const live = (): void => {
    if (dice.onceIn(20)) outbound$.next(broadcast(Uint8Array.of(1, 0, 0x10, 8)))
    if (dice.onceIn(20)) {
      const [tag, bbmd] = [dice.pick(['ReadBdt', 'ReadFdt'] as const), dice.pick([PEER, OWN_BBMD])]
      asked.add(`${tag} ${bbmd}`)
      outbound$.next({ _tag: tag, bbmd })
    }
    if (dice.onceIn(20)) outbound$.next({ _tag: 'DeleteFdtEntry', bbmd: dice.pick([PEER, OWN_BBMD]), address: PEER })
    if (isRegistering && dice.onceIn(2)) {
      isRegistering = false
      sums.received++
      udp$.next({ _tag: 'Received', source: OWN_BBMD, octets: SUCCESS, arrival: 'unicast' })
    }
    pass(dice.onceIn(2000) ? seconds(100) : dice.below(20))
    settle()
  }

  return () => {
    live()
    const known = tables()
    const before = counters()
    expectBounds(known)
    events.length = 0
    const injured = mutated(dice, soundDatagram(dice), last)
    const datagram = dice.onceIn(3) ? injured : framed(injured)
    const heard: Heard = { datagram, source: dice.pick(SOURCES), arrival: dice.pick(ARRIVALS) }
    last = datagram
    const octets = hexOf(datagram)
    udp$.next({ _tag: 'Received', ...heard, octets: datagram })
    must(end === undefined, `the stream has ${end}`, datagram)
    must(hexOf(datagram) === octets, 'the datagram was changed', datagram)
    const npdus = events.filter(event => event._tag === 'Npdu')
    sums.received++
    sums.delivered += npdus.length
    if (heard.source === SELF) must(events.length + sent.length === 0, 'it heard itself', datagram)
    expectDelivered(heard, npdus, known)
    expectSent(heard, npdus)
    for (const event of events) {
      if (event._tag === 'Bdt' || event._tag === 'Fdt')
        must(asked.delete(`Read${event._tag} ${event.bbmd}`), 'told a table that it did not ask for', datagram)
    }
    const toldAny = events.length + sent.length
    settle()
    const after = counters()
    must(
      after.received === sums.received && after.delivered === sums.delivered && after.sent === sums.sent,
      'count',
      last,
    )
    const discarded = total(after.discarded) - total(before.discarded)
    // A result of its BBMD that is about a registration may change nothing.
    const isResult = heard.source === OWN_BBMD && datagram[1] === 0
    must(discarded + npdus.length + toldAny > 0 || isResult, 'nothing became of it', datagram)
    must(judgementOn(datagram).fault === undefined || discarded > 0, 'not counted as discarded', datagram)
    events.length = 0
  }
}

/** A port in each of the three roles, in turn. */
export const liveIp = (dice: Dice): (() => void) => {
  const ports = ROLES.map(role => boundPort(dice, role))
  let cases = 0
  return () => ports[cases++ % ports.length]?.()
}
