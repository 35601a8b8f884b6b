import { registrationTimings } from '../../src/bvll/registration-timings.js'
import type { AnnexJ } from '../../src/ip/annex-j.js'
import { bbmdPolicy } from '../../src/ip/bbmd-policy.js'
import { ipLimits } from '../../src/ip/ip-limits.js'
import type { IpLinkEvent } from '../../src/ip/ip-link.js'
import type { IpRole } from '../../src/ip/ip-role.js'
import type { IpLocal } from '../../src/ip/ip-udp.js'
import { ipLink } from '../../src/ip/port.js'
import { broadcast } from '../../src/link/link.js'
import { fixedRandom } from '../../src/testing/index.js'
import { hostOf, type BipAddress } from '../../src/values/bip-address.js'
import { TWO_HOP_MASK, type BroadcastMask } from '../../src/values/broadcast-mask.js'
import { soundDatagram } from './bvll.js'
import { judgementOn } from './bvll-oracle.js'
import type { Dice } from './dice.js'
import { hexOf } from './frames.js'
import { livePort, type Heard } from './live-port.js'
import { must } from './violation.js'

const bip = (hex: string): BipAddress => hex as BipAddress

/** The addresses are those that `soundDatagram` talks of, so that they meet themselves in what they hear. */
const SELF = bip('c0a8010abac0')
const SUBNET = bip('c0a801ffbac0')
const PEER = bip('c0a8020abac0')
const OWN_BBMD = bip('0a000001bac0')
const FOREIGN = ['1', '2', '3', '4', '5'].map(port => bip(`0a141e28bac${port}`))
const SOURCES = [SELF, PEER, OWN_BBMD, ...FOREIGN, ...['c0a80132bac0', 'c0a80133bac0', '7f000001c000'].map(bip)]

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

type Npdu = Extract<IpLinkEvent, { readonly _tag: 'Npdu' }>
type Tables = Extract<IpLinkEvent, { readonly _tag: 'Tables' }>

/** A port of that role in virtual time, and one datagram after another from anybody. */
const boundPort = (dice: Dice, role: IpRole): (() => void) => {
  /** It waits for its BBMD to answer. */
  let isRegistering = false
  /** What it has asked for and was not told yet. */
  const asked = new Set<string>()
  /** Of all time: octets of answers, copies. */
  const sums = { answered: 0, copied: 0 }

  const port = livePort<AnnexJ>({
    dice,
    open: (udp, scheduler) => ipLink({ udp, role, limits: LIMITS, scheduler, random: fixedRandom(1) }),
    local: LOCAL,
    sources: SOURCES,
    sound: soundDatagram,
    judge: judgementOn,
    isItsOwn: ({ octets }) => {
      isRegistering ||= octets[1] === 5
      return true
    },
  })
  const { scheduler, sent } = port

  const tables = (): Tables => port.ask<Tables>({ _tag: 'ReadTables' }, 'Tables')

  /** What it delivered comes from the datagram, and is for it. */
  const expectDelivered = (
    { datagram, source, arrival }: Heard<AnnexJ>,
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
  const expectSent = ({ datagram, source, arrival }: Heard<AnnexJ>, npdus: readonly Npdu[]): void => {
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
    const last = port.last()
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
    if (dice.onceIn(20)) port.submit(broadcast(Uint8Array.of(1, 0, 0x10, 8)))
    if (dice.onceIn(20)) {
      const [tag, bbmd] = [dice.pick(['ReadBdt', 'ReadFdt'] as const), dice.pick([PEER, OWN_BBMD])]
      asked.add(`${tag} ${bbmd}`)
      port.submit({ _tag: tag, bbmd })
    }
    if (dice.onceIn(20)) port.submit({ _tag: 'DeleteFdtEntry', bbmd: dice.pick([PEER, OWN_BBMD]), address: PEER })
    if (isRegistering && dice.onceIn(2)) {
      isRegistering = false
      port.hear({ source: OWN_BBMD, datagram: SUCCESS, arrival: 'unicast' })
    }
    port.live()
  }

  return () => {
    live()
    const known = tables()
    const before = port.counters()
    expectBounds(known)
    const heard = port.hearAnything()
    const { datagram, source } = heard
    const npdus = port.events.filter(event => event._tag === 'Npdu')
    expectDelivered(heard, npdus, known)
    expectSent(heard, npdus)
    for (const event of port.events) {
      if (event._tag === 'Bdt' || event._tag === 'Fdt')
        must(asked.delete(`Read${event._tag} ${event.bbmd}`), 'told a table that it did not ask for', datagram)
    }
    const toldAny = port.events.length + sent.length
    isRegistering ||= sent.some(({ octets }) => octets[1] === 5)
    const discarded = port.expectCounted(heard, before)
    // A result of its BBMD that is about a registration may change nothing.
    const isResult = source === OWN_BBMD && datagram[1] === 0
    must(discarded + toldAny > 0 || isResult, 'nothing became of it', datagram)
  }
}

/** A port in each of the three roles, in turn. */
export const liveIp = (dice: Dice): (() => void) => {
  const ports = ROLES.map(role => boundPort(dice, role))
  let cases = 0
  return () => ports[cases++ % ports.length]?.()
}
