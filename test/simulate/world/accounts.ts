import type { Plan } from '../plan/plan.js'
import { isAboutNpdus } from './about-npdus.js'
import type { Fact, GivenBack, Submitted } from './fact.js'
import { bbmdsOf } from './bbmds.js'
import { namesakesOf } from './namesakes.js'
import { reachOf } from './reach.js'
import { toldDrops } from './told-drops.js'
import { waysOf, type Hop } from './ways.js'
import { NOBODY } from './wires.js'

/** What is told without saying which NPDU it was is told within this time; a search for a router takes as long at most. */
const TOLD_WITHIN_MS = 30_000

/**
 * Why an NPDU did not reach a receiver; each receiver of a broadcast has a reason of its own. In this order: who was to send
 * it on a network on the way said that he did not, and which it was; a wire lost the copy for that receiver, or for somebody
 * on the way; whoever has the VMAC of its receiver now got it; who sent it, or a box, went down while it may have waited
 * there; two hosts on the way were not on one network, which who was to send it there could not know; or one on the way told
 * that it dropped something then, or that messages may be lost with a direct connection, which counts for as many NPDUs as it
 * told of.
 *
 * Who knew that he had no connection, hub or BBMD must tell: of his own NPDUs which it was, of those of others how many. What
 * is wrong at the other side, at a hub or a BBMD, he cannot know. Where two were given one VMAC, who was on another hub when
 * one of them took a new one knows nothing of it.
 */
export type Excuse =
  'given back' | 'lost on a wire' | 'went to its namesake' | 'died with it' | 'not on one network' | 'told as dropped'

/** An NPDU, and what became of it. */
interface Account {
  readonly sent: Submitted
  readonly at: number
  /** When it was last put on a wire, or came from one. */
  latest: number
  /** Who has not heard it yet. */
  readonly waiting: Set<string>
  /** Who gave it back, and as what did not reach which network; none where it reached none. */
  readonly givenBack: Map<string, Set<number | undefined>>
  /** The networks on which somebody has sent it, be it after it had to wait. */
  readonly leftOn: Set<number>
  /** Those with the VMAC of another to whom it came. */
  readonly strayedTo: Set<string>
  /** Who heard it, and was not to. */
  readonly heardAstray: Set<string>
  /** Who did not get it, as a wire lost it. */
  readonly lostTo: Set<string>
  /** Who got it from a wire, be it to hand it on; but not hubs, beside which there may be a node that did not. */
  readonly cameTo: Set<string>
}

/** What did not arrive, and why. */
export interface Missing {
  readonly sent: Submitted
  readonly at: number
  readonly host: string
  /** Nothing where nobody says why. */
  readonly why: Excuse | undefined
}

/** The accounts of a run. */
export interface Accounts {
  readonly see: (fact: Fact) => void
  /** All that did not arrive, once all is over. */
  readonly missing: () => readonly Missing[]
}

/** Keeps an account of each NPDU. */
export const accounts = (plan: Plan): Accounts => {
  const all = new Map<number, Account>()
  const drops = toldDrops()
  const reach = reachOf(plan)
  const wayFrom = waysOf(plan)
  const bbmds = bbmdsOf(plan)
  const hubs = new Map(plan.networks.map(network => [network.number, network.kind === 'sc' ? network.hubs : []]))
  const namesakes = namesakesOf(plan)
  const isHub = new Set([...hubs.values()].flat())

  /** The application must be told, of its own NPDUs and of those that its router carries; a link that knows is not enough. */
  const giveBack = ({ id, host, isTold, network }: GivenBack): void => {
    const givenBack = isTold && id !== undefined ? all.get(id)?.givenBack : undefined
    givenBack?.set(host, (givenBack.get(host) ?? new Set()).add(network))
  }

  const see = (fact: Fact): void => {
    switch (fact._tag) {
      case 'Submitted':
        all.set(fact.id, {
          sent: fact,
          at: fact.at,
          latest: fact.at,
          waiting: new Set(fact.due),
          givenBack: new Map(),
          lostTo: new Set(),
          cameTo: new Set(),
          leftOn: new Set(),
          strayedTo: new Set(),
          heardAstray: new Set(),
        })
        return
      case 'Delivered': {
        const account = fact.id === undefined ? undefined : all.get(fact.id)
        account?.waiting.delete(fact.host)
        if (account?.sent.due.has(fact.host) === false) account.heardAstray.add(fact.host)
        // What is settled is forgotten: runs are long.
        if (account?.waiting.size === 0) all.delete(account.sent.id)
        return
      }
      case 'Arrived':
      case 'Doubled': {
        const account = all.get(fact.id)
        if (account === undefined) return
        account.latest = fact.at
        if (!isHub.has(fact.to)) account.cameTo.add(fact.to)
        // What a hub hears as a hub is nothing to the node beside it.
        if (fact.connection === undefined || (isHub.has(fact.to) && !isHub.has(fact.from))) return
        if (namesakes.has(fact.to)) account.strayedTo.add(fact.to)
        return
      }
      case 'Left': {
        const account = all.get(fact.id)
        account?.leftOn.add(fact.network)
        // Who is not there when it leaves has no part in what becomes of it.
        if (account !== undefined) account.latest = fact.at
        return
      }
      case 'GivenBack':
        giveBack(fact)
        return
      case 'Lost':
        all.get(fact.id)?.lostTo.add(fact.to)
        return
      case 'Noted': {
        if (!isAboutNpdus(fact.reason)) return
        drops.note(fact.host, fact.at, fact.count)
        return
      }
      case 'Unconfirmed':
        // What comes when the other side has ended its connection is not lost on the wire, nor heard.
        if (fact.as === 'direct peer') drops.note(pairOf(fact.host, fact.peer), fact.at, fact.count)
        return
      default:
        reach.see(fact)
    }
  }

  /** Who may drop what goes from one to another on a network. */
  const handsOn = ({ network, from, to }: Hop): readonly string[] => [
    from,
    to,
    ...(hubs.get(network) ?? []),
    ...bbmds.of(network),
  ]

  const excuseOf = (
    { sent, at, latest, givenBack, lostTo, cameTo, leftOn, strayedTo, heardAstray }: Account,
    host: string,
  ): Excuse | undefined => {
    const way = wayFrom(sent.by, host)
    // To a box under an address that it had on another network, it may go there, where nobody has that by now.
    const beyond = sent.to === undefined ? [] : (hubs.get(sent.to.network) ?? [])
    const onTheWay = [...way.flatMap(handsOn), ...beyond]
    const end = latest + TOLD_WITHIN_MS
    const isGivenBack = ({ from, network }: Hop): boolean => {
      const networks = givenBack.get(from)
      return networks?.has(network) === true || networks?.has(undefined) === true
    }
    if (way.some(isGivenBack)) return 'given back'
    if (onTheWay.some(one => lostTo.has(one) && !cameTo.has(one))) return 'lost on a wire'
    if (lostTo.has(NOBODY) && sent.addressing === 'unicast') return 'lost on a wire'
    const isStray = (other: string): boolean =>
      strayedTo.has(other) && !sent.due.has(other) && !way.some(({ from, to }) => from === other || to === other)
    if (namesakes.get(host)?.some(other => heardAstray.has(other))) return 'went to its namesake'
    if (onTheWay.some(one => namesakes.get(one)?.some(isStray))) return 'went to its namesake'
    if (way.some(({ from }) => reach.wentDown(from, at, end))) return 'died with it'
    const gap = reach.gapIn(way, leftOn, sent.addressing === 'unicast', at, latest)
    if (gap?.isKnown === false) return 'not on one network'
    // Its application is told which of its own it was.
    if (gap?.index === 0) return undefined
    const passed = gap === undefined ? way : way.slice(0, gap.index)
    const tellers = [
      ...(gap === undefined ? onTheWay : passed.flatMap(handsOn)),
      ...passed.map(({ from, to }) => pairOf(from, to)),
    ]
    return drops.take(sent.id, tellers, at, end) ? 'told as dropped' : undefined
  }

  const find = (): readonly Missing[] =>
    [...all.values()].flatMap(account =>
      [...account.waiting].map(host => ({ sent: account.sent, at: account.at, host, why: excuseOf(account, host) })),
    )

  let found: readonly Missing[] | undefined
  return { see, missing: () => (found ??= find()) }
}

/** Two that have a direct connection, as the one of them that tells of its end. */
const pairOf = (host: string, peer: string): string => `${host} to ${peer}`
