import { seconds } from '../../../src/values/duration.js'
import type { Plan } from '../plan/plan.js'
import { membersOf } from '../world/member.js'
import { namesakesOf } from '../world/namesakes.js'
import { waysOf, type Hop } from '../world/ways.js'
import { complaints, sees, type Invariant } from './invariant.js'

/** The receiver is asked where it accepts connections, and then dialled. */
const MADE_WITHIN = seconds(10)

/** A node takes so many direct connections, and makes so many, where nothing else is said. */
const MOST = 100

/** What goes through the hub arrives as well, so that nobody would miss them. */
export const directMade: Invariant = {
  name: 'direct connections',
  states:
    'In the calm, 10 s after a unicast was to go to a node that accepts direct connections, from one that makes them, these ' +
    'have one, or have had one since.',
  watch: plan => {
    const wayFrom = waysOf(plan)
    const mayConnect = mayConnectIn(plan)
    /** Direct connections that a host has with each other one. */
    const connections = new Map<string, Map<string, number>>()
    const wanted = new Map<string, number>()
    const { add, all } = complaints()
    let isCalm = false

    const change = (host: string, peer: string, by: number): void => {
      const peers = connections.get(host) ?? new Map<string, number>()
      connections.set(host, peers.set(peer, Math.max(0, (peers.get(peer) ?? 0) + by)))
    }

    /** It has its connection by now, or never had it. */
    const settle = (pair: string, at: number): void => {
      const since = wanted.get(pair)
      if (since !== undefined && at - since > MADE_WITHIN) add(`${pair}: none ${at - since} ms after ${since} ms`)
      wanted.delete(pair)
    }

    return {
      ...sees(['Submitted', 'Direct', 'Gone', 'Phase'], fact => {
        switch (fact._tag) {
          case 'Submitted': {
            if (!isCalm || fact.to === undefined) return
            const hops = [...fact.due].flatMap(host => wayFrom(fact.by, host))
            for (const hop of hops.filter(mayConnect)) {
              const isConnected = (connections.get(hop.from)?.get(hop.to) ?? 0) > 0
              const pair = `${hop.from} to ${hop.to}`
              if (!isConnected && !wanted.has(pair)) wanted.set(pair, fact.at)
            }
            return
          }
          case 'Direct':
            change(fact.host, fact.peer, fact.isConnected ? 1 : -1)
            if (fact.isConnected) settle(`${fact.host} to ${fact.peer}`, fact.at)
            return
          case 'Gone':
            connections.delete(fact.host)
            return
          case 'Phase':
            isCalm = fact.phase === 'calm'
            if (fact.phase === 'farewell') for (const key of wanted.keys()) settle(key, fact.at)
            return
          default:
        }
      }),
      broken: all,
    }
  },
}

/**
 * Whether one makes direct connections on a network, and the other accepts them there. Who had the VMAC of another may be
 * remembered for that other's answer, and large networks have more nodes than one of them takes.
 */
const mayConnectIn = (plan: Plan): ((hop: Hop) => boolean) => {
  const namesakes = namesakesOf(plan)
  const [initiating, listening] = [new Set<string>(), new Set<string>()]
  const nodes = new Map<number, number>()
  for (const { host, seats } of membersOf(plan)) {
    for (const seat of seats) {
      if (seat.kind !== 'sc') continue
      nodes.set(seat.network, (nodes.get(seat.network) ?? 0) + 1)
      if (namesakes.has(host)) continue
      if (seat.initiates) initiating.add(`${host} ${seat.network}`)
      if (seat.listens) listening.add(`${host} ${seat.network}`)
    }
  }
  return ({ from, to, network }) =>
    initiating.has(`${from} ${network}`) && listening.has(`${to} ${network}`) && (nodes.get(network) ?? 0) <= MOST
}
