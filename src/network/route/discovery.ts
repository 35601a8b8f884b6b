import type { SchedulerLike } from 'rxjs'
import { makesRoom } from '../../limits/crowd.js'
import { bucket } from '../../limits/pace.js'
import { alarm } from '../../machine/alarm.js'
import type { DiscoveryLimits } from './discovery-limits.js'
import { unreachableNetworks } from './unreachable-networks.js'

/** What the search for routers needs. */
export interface DiscoveryOptions<Item> {
  readonly limits: DiscoveryLimits
  /** Whom an item is counted to: when there is no room, whoever has most that waits loses his oldest. */
  readonly originOf: (item: Item) => string
  /** Asks, or asks again, who routes to a network; `first` has waited for it longest. */
  readonly ask: (network: number, first: Item) => void
  /** Nobody answered in time: all that waited for the network, in order. */
  readonly failed: (network: number, items: readonly Item[]) => void
  /** An item had to make room for another. */
  readonly dropped: (network: number, item: Item, reason: DiscoveryDropReason) => void
  readonly scheduler: SchedulerLike
}

/** Why something that waited for a router does not wait any more, although the search goes on. */
export type DiscoveryDropReason = 'too many wait for a router to its network' | 'too many wait for routers'

/** Why something cannot wait for a router. */
export type DiscoveryRefusal =
  /** Nobody answered a while ago. */
  'unreachable' | 'too many networks are asked for'

/**
 * What waits until somebody says that he routes to its network (clause 6.5.3, section 4.6 of the protocol notes). Each
 * network is asked for by one question at a time, however much waits for it. One timer runs for all.
 *
 * What is taken ends in exactly one way: given back by `found`, `drop` or `close`, or told by `failed` or `dropped`.
 * Whoever is told or asked may use it again.
 */
export interface Discovery<Item> {
  /** Has an item wait until its network is found, and asks for that unless somebody did; or says why not. */
  readonly hold: (network: number, item: Item) => DiscoveryRefusal | undefined
  /** Whether something waits for a network. */
  readonly isHeld: (network: number) => boolean
  /** Somebody routes there: gives what waited for it, in order. That it was unreachable is forgotten. */
  readonly found: (network: number) => readonly Item[]
  /** Takes out what is not wanted any more, in order. A network that nothing else waits for is not asked for any more. */
  readonly drop: (isGone: (item: Item) => boolean) => readonly Item[]
  /** How many items wait. */
  readonly waiting: () => number
  /** Ends it: gives back all that still waits, in order, and no timer runs. */
  readonly close: () => readonly Item[]
}

/** An item that waits. */
interface Waiting<Item> {
  readonly network: number
  readonly item: Item
  readonly origin: string
}

interface Search<Item> {
  /** Never empty: a search ends with the last that waits for it. */
  readonly queue: Set<Waiting<Item>>
  /** How often it was asked for. */
  asked: number
  /** When it is asked for again, or given up. */
  due: number
}

/** Nothing waits yet. */
export const discovery = <Item>({
  limits: { perNetwork, inTotal, tries, wait, pace, ...memory },
  originOf,
  ask,
  failed,
  dropped,
  scheduler,
}: DiscoveryOptions<Item>): Discovery<Item> => {
  const searches = new Map<number, Search<Item>>()
  /** All that wait, in order. */
  const all = new Set<Waiting<Item>>()
  const unreachable = unreachableNetworks(memory, scheduler)
  const mayAsk = bucket(pace, scheduler)

  /** What was given up and is not told yet: whoever hears of the first may end all. */
  const givenUp: (readonly Waiting<Item>[])[] = []

  const tellGivenUp = (): void => {
    for (let next = givenUp.shift(); next !== undefined; next = givenUp.shift()) {
      const [first] = next
      if (first !== undefined) failed(first.network, next.map(itemOf))
    }
  }

  const tryAgain = (network: number, search: Search<Item>): void => {
    if (search.asked >= tries) {
      unreachable.add(network)
      givenUp.push(endOf(network, search))
      return
    }
    search.asked++
    search.due = scheduler.now() + wait
    waking.by(search.due)
    const [first] = search.queue
    if (first !== undefined) ask(network, first.item)
  }

  const waking = alarm(scheduler, () => {
    const now = scheduler.now()
    for (const [network, search] of searches) if (search.due <= now) tryAgain(network, search)
    let earliest = Infinity
    for (const { due } of searches.values()) earliest = Math.min(earliest, due)
    waking.by(earliest)
    tellGivenUp()
  })

  /** Ends a search; gives what waited for it. */
  const endOf = (network: number, { queue }: Search<Item>): readonly Waiting<Item>[] => {
    searches.delete(network)
    if (searches.size === 0) waking.stop()
    for (const waiting of queue) all.delete(waiting)
    return [...queue]
  }

  const takeOut = (waiting: Waiting<Item>): void => {
    const search = searches.get(waiting.network)
    if (search === undefined) return
    all.delete(waiting)
    search.queue.delete(waiting)
    if (search.queue.size === 0) endOf(waiting.network, search)
  }

  return {
    hold: (network, item) => {
      if (unreachable.has(network)) return 'unreachable'
      const running = searches.get(network)
      if (running === undefined && !mayAsk.take()) return 'too many networks are asked for'
      const search = running ?? { queue: new Set(), asked: 0, due: 0 }
      const waiting = { network, item, origin: originOf(item) }
      const isFull = search.queue.size >= perNetwork
      const loser = isFull || all.size >= inTotal ? whoLoses(isFull ? search.queue : all, waiting.origin) : undefined
      // Its successor is there before it goes, or the search would end that is for both.
      search.queue.add(waiting)
      all.add(waiting)
      searches.set(network, search)
      if (loser !== undefined) takeOut(loser)
      if (running === undefined) tryAgain(network, search)
      if (loser !== undefined) {
        const reason = isFull ? 'too many wait for a router to its network' : 'too many wait for routers'
        dropped(loser.network, loser.item, reason)
      }
      return undefined
    },
    isHeld: network => searches.has(network),
    found: network => {
      unreachable.delete(network)
      const search = searches.get(network)
      return search === undefined ? [] : endOf(network, search).map(itemOf)
    },
    drop: isGone => {
      const isOut = ({ item }: Waiting<Item>): boolean => isGone(item)
      const gone = [...givenUp.flat(), ...all].filter(isOut)
      givenUp.forEach((queue, n) => (givenUp[n] = queue.filter(waiting => !gone.includes(waiting))))
      gone.forEach(takeOut)
      return gone.map(itemOf)
    },
    waiting: () => all.size,
    close: () => {
      const left = [...givenUp.splice(0).flat(), ...all]
      waking.stop()
      searches.clear()
      all.clear()
      unreachable.clear()
      return left.map(itemOf)
    },
  }
}

/** Whoever has most that waits makes room with his oldest; where nobody has more than the newcomer himself, he does. */
const whoLoses = <Item>(crowd: ReadonlySet<Waiting<Item>>, origin: string): Waiting<Item> | undefined => {
  const ofOthers = makesRoom(crowd, waiting => waiting.origin, origin)
  if (ofOthers !== undefined) return ofOthers
  for (const waiting of crowd) if (waiting.origin === origin) return waiting
  return undefined
}

const itemOf = <Item>({ item }: Waiting<Item>): Item => item
