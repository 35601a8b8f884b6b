import { Subject, VirtualTimeScheduler } from 'rxjs'
import type { Annex, PortEvent } from '../../src/bvll/annex.js'
import type { PortCounts } from '../../src/bvll/port-counts.js'
import type { Arrival, Datagram, UdpEvent, UdpPort } from '../../src/bvll/udp.js'
import type { Duplex } from '../../src/link/duplex.js'
import { seconds } from '../../src/values/duration.js'
import { framed } from './bvll.js'
import type { Judgement } from './bvll-oracle.js'
import type { Dice } from './dice.js'
import { hexOf } from './frames.js'
import { mutated } from './mutate.js'
import { must } from './violation.js'

/** A datagram that a port has heard. */
export interface Heard<A extends Annex> {
  readonly datagram: Uint8Array
  readonly source: A['address']
  readonly arrival: Arrival
}

type Sent<A extends Annex> = Datagram<A['address'], A['outbound']>

/** A port under fire, and where its datagrams come from. */
export interface LivePortOptions<A extends Annex> {
  readonly dice: Dice
  readonly open: (
    udp: UdpPort<A['address'], A['local'], A['outbound']>,
    scheduler: VirtualTimeScheduler,
  ) => Duplex<A['outbound'], PortEvent<A>>
  readonly local: A['local']
  readonly sources: readonly A['address'][]
  /** A datagram in which nothing is wrong. */
  readonly sound: (dice: Dice) => Uint8Array
  readonly judge: (datagram: Uint8Array) => Judgement
  /** Whether it may send that by itself, when it is not answering. */
  readonly isItsOwn: (sent: Sent<A>) => boolean
  /** Makes a datagram worse, by what is known of the port now. Default: as it is. */
  readonly aimed?: (datagram: Uint8Array) => Uint8Array
  /** Hears each event as soon as it is told. */
  readonly told?: (event: PortEvent<A>) => void
}

/** A port in virtual time, in the hands of somebody hostile. */
export interface LivePort<A extends Annex> {
  readonly scheduler: VirtualTimeScheduler
  /** What it has told and sent since this was last settled. */
  readonly events: readonly PortEvent<A>[]
  readonly sent: readonly Sent<A>[]
  /** The datagram that it heard last. */
  readonly last: () => Uint8Array
  readonly submit: (outbound: A['outbound']) => void
  /** What it tells when it is asked; that is no event then. */
  readonly ask: <Answer extends A['event']>(request: A['outbound'], tag: Answer['_tag']) => Answer
  readonly counters: () => PortCounts
  /** Hears something that somebody has sent on purpose. */
  readonly hear: (heard: Heard<A>) => void
  /** Lets time go by, and settles what came of that. */
  readonly pass: (duration: number) => void
  /** Lets a little time go by, now and then a lot. */
  readonly live: () => void
  /** Takes what was told and sent since, which is no answer to anything. */
  readonly settle: () => void
  /** Hears a wrong datagram, or now and then a right one, from anybody. */
  readonly hearAnything: () => Heard<A>
  /** Settles it, and checks what was counted since `before` in which that was heard. Tells how many were discarded. */
  readonly expectCounted: (heard: Heard<A>, before: PortCounts) => number
}

const ARRIVALS: readonly Arrival[] = ['unicast', 'unicast', 'broadcast', 'unknown']

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

/** Opens a port and binds it. */
export const livePort = <A extends Annex>(options: LivePortOptions<A>): LivePort<A> => {
  const { dice, open, local, sources, sound, judge, isItsOwn, told = () => undefined } = options
  const { aimed = (datagram: Uint8Array) => datagram } = options
  const scheduler = new VirtualTimeScheduler()
  const outbound$ = new Subject<A['outbound']>()
  const udp$ = new Subject<UdpEvent<A['address'], A['local'], A['outbound']>>()
  const events: PortEvent<A>[] = []
  const sent: Sent<A>[] = []
  let end: string | undefined
  let last: Uint8Array = new Uint8Array(0)
  const sums = { received: 0, delivered: 0, sent: 0 }

  const udp: UdpPort<A['address'], A['local'], A['outbound']> = toUdp$ => {
    toUdp$.subscribe(datagram => sent.push(datagram))
    return udp$
  }
  open(
    udp,
    scheduler,
  )(outbound$).subscribe({
    next: event => {
      events.push(event)
      told(event)
    },
    error: () => (end = 'errored'),
    complete: () => (end = 'completed'),
  })
  udp$.next({ _tag: 'Bound', local })

  const pass = (duration: number): void => {
    scheduler.maxFrames = scheduler.frame + duration
    scheduler.flush()
    scheduler.frame = scheduler.maxFrames
    settle()
  }

  const settle = (): void => {
    sums.sent += sent.length
    for (const one of sent.splice(0)) {
      const isInOrder = one.to !== local.address && judge(one.octets).fault === undefined && isItsOwn(one)
      must(isInOrder, `sent ${hexOf(one.octets)} to ${one.to}`, last)
    }
    events.length = 0
  }

  const ask = <Answer extends A['event']>(request: A['outbound'], tag: Answer['_tag']): Answer => {
    const first = events.length
    outbound$.next(request)
    const found = events.splice(first).find((event): event is Answer => event._tag === tag)
    if (found === undefined) throw new Error(`it does not tell its ${tag}`)
    return found
  }

  const counters = (): PortCounts =>
    ask<A['event'] & { readonly counters: PortCounts }>({ _tag: 'ReadCounters' }, 'Counters').counters

  const hear = (heard: Heard<A>): void => {
    const { datagram, source, arrival } = heard
    last = datagram
    sums.received++
    const before = hexOf(datagram)
    udp$.next({ _tag: 'Received', source, arrival, octets: datagram })
    must(end === undefined, `the stream has ${end}`, datagram)
    must(hexOf(datagram) === before, 'the datagram was changed', datagram)
    if (source === local.address) must(events.length + sent.length === 0, 'it heard itself', datagram)
  }

  return {
    scheduler,
    events,
    sent,
    last: () => last,
    submit: outbound => outbound$.next(outbound),
    ask,
    counters,
    hear,
    pass,
    live: () => pass(dice.onceIn(2000) ? seconds(100) : dice.below(20)),
    settle,
    hearAnything: () => {
      const injured = mutated(dice, sound(dice), last.length === 0 ? sound(dice) : last)
      const datagram = dice.onceIn(3) ? injured : framed(injured)
      const heard = { datagram: aimed(datagram), source: dice.pick(sources), arrival: dice.pick(ARRIVALS) }
      hear(heard)
      return heard
    },
    expectCounted: ({ datagram }, before) => {
      const delivered = events.filter(({ _tag }) => _tag === 'Npdu').length
      sums.delivered += delivered
      sums.sent += sent.length
      sent.length = 0
      events.length = 0
      const after = counters()
      const isRight = after.received === sums.received && after.delivered === sums.delivered && after.sent === sums.sent
      must(isRight, 'not counted', datagram)
      const discarded = total(after.discarded) - total(before.discarded)
      must(judge(datagram).fault === undefined || discarded > 0, 'not counted as discarded', datagram)
      return discarded
    },
  }
}
