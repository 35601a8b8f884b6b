import type { AnnexU } from '../../src/ip6/annex-u.js'
import type { Ip6LinkEvent } from '../../src/ip6/ip6-link.js'
import type { Ip6Datagram } from '../../src/ip6/ip6-udp.js'
import { ip6Link } from '../../src/ip6/port6.js'
import { broadcast, unicast } from '../../src/link/link.js'
import { fixedRandom } from '../../src/testing/index.js'
import { network6Of, type Bip6Address } from '../../src/values/bip6-address.js'
import type { Bip6Vmac } from '../../src/values/bip6-vmac.js'
import { seconds } from '../../src/values/duration.js'
import { soundDatagram6, VMACS } from './bvll.js'
import { judgementOn6 } from './bvll-oracle.js'
import type { Dice } from './dice.js'
import { hexOf, octetsOf } from './frames.js'
import { spending } from './live-ip6-budgets.js'
import { dueOf, type Due, type Known } from './live-ip6-oracle.js'
import {
  bip6,
  GROUP,
  INSTANCE,
  LIMITS,
  LOCAL,
  MOST_WAITING,
  OWN_BBMD,
  POLICY,
  PORTS,
  SELF,
  SOURCES,
  type Port,
} from './live-ip6-ports.js'
import { livePort, type Heard } from './live-port.js'
import { must } from './violation.js'

type Told<Tag extends Ip6LinkEvent['_tag']> = Extract<Ip6LinkEvent, { readonly _tag: Tag }>
type Bindings = readonly (readonly [vmac: string, address: string])[]

const written = ({ to, octets }: Ip6Datagram): string => `${to} ${hexOf(octets)}`

/** Who has said something first. */
const originOf = ({ datagram, source }: Heard<AnnexU>): string => {
  const hex = hexOf(datagram)
  return datagram[1] === 0x08 ? hex.slice(14, 50) : datagram[1] === 0x04 ? hex.slice(20, 56) : source
}

/** A port of that role in virtual time, and one datagram after another from anybody. */
const boundPort = (dice: Dice, { role, vmac: first, says }: Port): (() => void) => {
  let vmac: string = first
  let candidate: string | undefined = first
  let isRegistered = false
  let isRegistering = false
  let serial = 0
  /** What waits for each VMAC, in its order. */
  const queues = new Map<string, string[]>()
  /** The addresses whose VMACs it asks for. */
  const asked = new Set<string>()
  /** When it drew a VMAC, in the last minute. */
  let draws: readonly number[] = []
  const answered = spending('octets of answers', LIMITS.answersPerAddress, LIMITS.answersInTotal)
  const copied = spending('copies', POLICY.copiesPerAddress, POLICY.copiesInTotal)

  const note = ({ octets }: Ip6Datagram): void => {
    const hex = hexOf(octets)
    if (octets[1] === 0x03 && hex.slice(8, 14) === hex.slice(14, 20)) {
      candidate = hex.slice(8, 14)
      draws = [...draws, scheduler.now()].filter(at => at > scheduler.now() - seconds(60))
    }
    isRegistering ||= octets[1] === 0x09
  }

  const dropped = (npdu: string): void => {
    for (const [to, queue] of queues) {
      if (queue.includes(npdu)) must(queue.shift() === npdu, 'dropped another than the oldest', port.last())
      if (queue.length === 0) queues.delete(to)
    }
  }

  const port = livePort<AnnexU>({
    dice,
    open: (udp, scheduler) =>
      ip6Link({ udp, role, vmac: first, limits: LIMITS, scheduler, random: fixedRandom(dice.below(1000)) }),
    local: LOCAL,
    sources: SOURCES,
    sound: soundDatagram6,
    judge: judgementOn6,
    isItsOwn: sent => {
      note(sent)
      return says.includes(sent.octets[1] ?? 0)
    },
    aimed: datagram => {
      if (datagram.length < 10 || !dice.onceIn(10)) return datagram
      const aim = datagram.slice()
      const wanted = octetsOf(candidate !== undefined && dice.onceIn(2) ? candidate : vmac)
      for (const at of dice.pick([[4], [7], [4, 7]])) aim.set(wanted, at)
      return aim
    },
    told: event => {
      if (event._tag === 'Dropped' && event.outbound._tag === 'Npdu') dropped(hexOf(event.outbound.npdu))
      if (event._tag === 'Dropped' && event.outbound._tag === 'ResolveVirtual') asked.delete(event.outbound.address)
      if (event._tag === 'Resolved') asked.delete(event.address)
      if (event._tag === 'VmacsTaken') candidate = undefined
      if (event._tag !== 'Status') return
      if (event.status.vmac !== vmac) candidate = undefined
      vmac = event.status.vmac ?? vmac
      isRegistered = event.status.registration?.state === 'registered'
    },
  })
  const { scheduler, sent, events } = port
  // Nobody else has its VMAC so far.
  port.pass(seconds(2))

  const tables = (): Told<'Tables'> => port.ask<Told<'Tables'>>({ _tag: 'ReadTables' }, 'Tables')
  const cache = (): Bindings =>
    port
      .ask<Told<'VmacCache'>>({ _tag: 'ReadVmacCache' }, 'VmacCache')
      .entries.map(entry => [entry.vmac, entry.address])

  const takes =
    (fdt: readonly Bip6Address[]): Known['takes'] =>
    (source, ttl) => {
      const ofNetwork = fdt.filter(other => network6Of(other) === network6Of(bip6(source))).length
      const hasRoom = fdt.length < POLICY.maxForeignDevices && ofNetwork < POLICY.maxPerAddress
      return ttl > 0 && ttl <= POLICY.maxTtl && (hasRoom || fdt.includes(bip6(source)))
    }

  /** The cache once a pair was learned: one address for a VMAC, one VMAC for an address, the youngest last. */
  const after = (before: Bindings, pair: Bindings[number] | undefined): Bindings => {
    if (pair === undefined) return before
    const others = before.filter(([of, address]) => of !== pair[0] && address !== pair[1])
    const isFull = others.length === before.length && before.length === LIMITS.maxVmacs
    return [...(isFull ? others.slice(1) : others), pair]
  }

  const expectCache = (
    { datagram }: Heard<AnnexU>,
    before: Bindings,
    { learned, perhaps }: Due,
    sought?: string,
  ): void => {
    const speaker = hexOf(datagram).slice(8, 14)
    const known = (address: string | undefined): Bindings =>
      after(before, address === undefined ? undefined : [speaker, address])
    const due = known(learned)
    const now = cache()
    const mayBe = speaker === sought ? [due, known(perhaps)] : [due]
    must(
      mayBe.some(bindings => bindings.join() === now.join()),
      `knows ${now.join(' ')} and not ${due.join(' ')}`,
      datagram,
    )
    for (const [of, address] of now)
      must(of !== vmac && address !== SELF && !/^(ff|0{31}[01])/.test(address), 'knows that', datagram)
  }

  /** Of what it sent: what waited for the VMAC, if it has learned where that is now. */
  const expectFlushed = (datagram: Uint8Array, { learned }: Due, flushed: readonly string[]): void => {
    const speaker = hexOf(datagram).slice(8, 14)
    const waited = learned === undefined ? [] : (queues.get(speaker) ?? [])
    const due = waited.map(npdu => {
      const length = (10 + npdu.length / 2).toString(16).padStart(4, '0')
      return `${learned} 8201${length}${vmac}${speaker}${npdu}`
    })
    must(flushed.join() === due.join(), `sent ${flushed.join()} and not ${due.join()}`, datagram)
    if (learned !== undefined) queues.delete(speaker)
  }

  /** What it sent is what is due, or nothing of that where it was too much; and what it says by itself because of it. */
  const expectSent = (heard: Heard<AnnexU>, due: Due): void => {
    const { datagram, source } = heard
    const hex = hexOf(datagram)
    // Who asks for a VMAC that he would like to have does not make its owner leave it.
    const isQuestion = /^820[34]/.test(hex) && hex.slice(8, 14) === vmac && hex.slice(14, 20) === vmac
    const mayDraw = due.isClaim === true && vmac !== INSTANCE && !isQuestion
    const rest = sent.filter(one => {
      const fn = one.octets[1]
      const isOfResult =
        role._tag === 'ForeignDevice' && source === OWN_BBMD && datagram[1] === 0 && one.to === OWN_BBMD
      if (isOfResult && (fn === 0x09 || fn === 0x0c)) return false
      const said = hexOf(one.octets)
      const isProbe = fn === 0x03 && said.slice(8, 14) === said.slice(14, 20) && /^[4-7]/.test(said.slice(8))
      return !(isProbe && mayDraw && one.to === GROUP)
    })
    must(sent.length - rest.length <= (datagram[1] === 0 ? 17 : 1), 'says too much by itself', datagram)
    expectFlushed(datagram, due, rest.filter(({ octets }) => octets[1] === 0x01).map(written))

    const others = rest.filter(({ octets }) => octets[1] !== 0x01).map(written)
    const answers = due.answer === undefined ? [] : [due.answer.join(' ')]
    const copies = [...(due.copies?.[0] ?? [])].map(to => `${to} ${due.copies?.[1]}`)
    const expected = [...answers, ...copies].sort().join()
    const isTooMuch = others.length === 0 && (answers.length === 0 || copies.length === 0)
    must(others.sort().join() === expected || isTooMuch, `sent ${others.join()} and not ${expected}`, datagram)
    const now = scheduler.now()
    if (others.join() !== expected) {
      const [to, answer] = due.answer ?? []
      if (to === undefined) copied.expectRefusal(originOf(heard), copies.length, now, datagram)
      else answered.expectRefusal(to, (answer ?? '').length / 2, now, datagram)
    }
    const made = rest.filter(({ octets }) => octets[1] === 0x04 || octets[1] === 0x08)
    if (made.length > 0) copied.spend(originOf(heard), made.length, now)
    for (const { to, octets } of rest) {
      const [fn = 0] = octets.subarray(1)
      // Who renews a registration is answered whatever is left.
      if (fn !== 0x01 && fn !== 0x04 && fn !== 0x08) answered.spend(to, octets.length, now, datagram[1] === 0x09)
    }
  }

  const expectDelivered = ({ datagram }: Heard<AnnexU>, { delivered }: Due): void => {
    const told = events
      .filter(event => event._tag === 'Npdu')
      .map(({ npdu, source, destination, via }) => `${hexOf(npdu)} ${source} ${destination} ${via}`)
    const speaker = hexOf(datagram).slice(8, 14)
    const expected = delivered && `${delivered.npdu} ${speaker} ${delivered.to} ${delivered.via}`
    must(told.join() === (expected ?? ''), `delivered ${told.join()} and not ${expected}`, datagram)
  }

  const expectBounds = (): void => {
    const last = port.last()
    for (const { expectBounds: expect } of [answered, copied]) expect(scheduler.now(), last)
    must(draws.length <= 8, `drew ${draws.length} VMACs in a minute`, last)
    must(scheduler.actions.length < MOST_WAITING, `${scheduler.actions.length} things wait for their time`, last)
    const most = Math.max(0, ...[...queues.values()].map(queue => queue.length))
    must(
      queues.size <= LIMITS.maxResolutions && asked.size <= LIMITS.maxResolutions && most <= LIMITS.maxPerVmac,
      'too much waits',
      last,
    )
  }

  /** It does something by itself, so that answers may be waited for. */
  const live = (): void => {
    const npdu = `01001008${(serial++).toString(16).padStart(8, '0')}`
    if (dice.onceIn(20)) port.submit(broadcast(octetsOf(npdu)))
    if (dice.onceIn(10)) {
      const to = dice.pick(VMACS)
      const queue = queues.get(to) ?? []
      queues.set(to, [...queue, npdu])
      port.submit(unicast(octetsOf(npdu), to as Bip6Vmac))
      if (sent.some(({ octets }) => octets[1] === 0x01)) queues.delete(to)
    }
    const somebody = dice.pick(SOURCES)
    if (dice.onceIn(10) && !asked.has(somebody)) {
      asked.add(somebody)
      port.submit({ _tag: 'ResolveVirtual', address: somebody })
    }
    if (isRegistering && dice.onceIn(2)) {
      isRegistering = false
      port.settle()
      port.hear({ source: OWN_BBMD, datagram: octetsOf('82000009000001' + '0000'), arrival: 'unicast' })
    }
    port.live()
  }

  return () => {
    live()
    expectBounds()
    const { bdt, fdt } = tables()
    const foreign = fdt.map(({ address }) => address)
    const before = cache()
    const counted = port.counters()
    const known: Known = {
      role: role._tag,
      self: SELF,
      group: GROUP,
      vmac,
      candidate,
      cached: new Set(before.map(([of]) => of)),
      awaited: new Set(queues.keys()),
      asked: new Set(asked),
      bdt,
      fdt: foreign,
      takes: takes(foreign),
      bbmd: isRegistered ? OWN_BBMD : undefined,
    }
    const heard = port.hearAnything()
    const due = dueOf(heard, known)
    expectDelivered(heard, due)
    expectSent(heard, due)
    expectCache(heard, before, due, known.candidate)
    sent.forEach(note)
    const table = new Set([...foreign, ...(due.registered === undefined ? [] : [bip6(due.registered)])])
    if (due.deleted !== undefined) table.delete(bip6(due.deleted))
    must(
      [...table].sort().join() ===
        tables()
          .fdt.map(({ address }) => address)
          .sort()
          .join(),
      'the table',
      port.last(),
    )
    const isConflict = events.some(({ _tag }) => _tag === 'VmacConflict')
    must(!isConflict || due.isClaim === true, 'told of a conflict that is none', heard.datagram)
    const wasAnswered = sent.length > 0
    const toldAny = events.length
    const discarded = port.expectCounted(heard, counted)
    const isNothing = !wasAnswered && toldAny === 0 && due.learned === undefined && due.isClaim !== true
    must(!isNothing || discarded > 0, 'nothing became of it', heard.datagram)
    const isTooMuch = !wasAnswered && (due.answer !== undefined || (due.copies?.[0].size ?? 0) > 0)
    must(!isTooMuch || discarded > 0, 'not answered, and not counted', heard.datagram)
  }
}

/** A port in each of the three roles, in turn. */
export const liveIp6 = (dice: Dice): (() => void) => {
  const ports = PORTS.map(port => boundPort(dice, port))
  let cases = 0
  return () => ports[cases++ % ports.length]?.()
}
