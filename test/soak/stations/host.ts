import { setTimeout as wait } from 'node:timers/promises'
import { dice } from '../../fuzz/dice.js'
import { memoryHere, openHere, socketsOf, type Memory } from '../memory.js'
import type { Note } from '../note.js'
import type { Ip6Plan, IpPlan, ScPlan, Task } from '../plan.js'
import { startNode } from './sc-node.js'
import type { Notes, Station } from './station.js'
import { talking } from './talking.js'
import { startIp, startIp6 } from './udp-port.js'

/** How the stations of a process ended. */
export interface Farewell {
  readonly ms: number
  /** What went wrong; empty when all ended in good order and left nothing open. */
  readonly failures: readonly string[]
}

/** Stations of one process, this one or another, and what they can be asked. */
export interface Host {
  readonly start: (task: Task) => Promise<void>
  readonly talk: () => Promise<void>
  readonly quiet: () => Promise<void>
  /** What was noted since this was asked last. */
  readonly notes: () => Promise<readonly Note[]>
  readonly memory: () => Promise<Memory>
  /** Ends all in good order. */
  readonly close: () => Promise<Farewell>
}

const CLOSE_LIMIT_MS = 10_000
const LEAVING_LIMIT_MS = 3_000

/** No stations yet. */
export const host = (): Host => {
  let noted: Note[] = []
  let stations: readonly Station[] = []
  let task: Task | undefined
  let hush = (): void => undefined
  let socketsBefore = 0
  const note: Notes = each => void noted.push(each)

  const start = (given: Task): Promise<void> => {
    task = given
    socketsBefore = socketsOf(openHere())
    const { plan, own, hubs } = given
    const sc = plan.filter((each): each is ScPlan => each._tag === 'sc')
    const ip = plan.filter((each): each is IpPlan => each._tag === 'ip')
    const ip6 = plan.filter((each): each is Ip6Plan => each._tag === 'ip6')
    stations = own.map(({ id, tls }) => {
      const mine = plan[id]
      if (mine === undefined) throw new Error(`there is no station ${id}`)
      switch (mine._tag) {
        case 'sc':
          if (tls === undefined) throw new Error(`node ${id} has no certificate`)
          return startNode(mine, tls, hubs, sc, note)
        case 'ip':
          return startIp(mine, ip, note)
        case 'ip6':
          return startIp6(mine, ip6, note)
      }
    })
    return Promise.resolve()
  }

  const close = async (): Promise<Farewell> => {
    const began = performance.now()
    const failures: string[] = []
    const within = async (station: Station): Promise<void> => {
      const limit = new AbortController()
      const late = wait(CLOSE_LIMIT_MS, 'late' as const, { signal: limit.signal }).catch(() => undefined)
      const how = await Promise.race([station.close().catch((error: unknown) => String(error)), late])
      limit.abort()
      if (how !== undefined) failures.push(`${station.network} ${station.id} did not end in good order: ${how}`)
    }
    await Promise.all(stations.map(within))
    const ms = performance.now() - began
    stations = []
    const until = performance.now() + LEAVING_LIMIT_MS
    const left = (): number => socketsOf(openHere()) - socketsBefore
    while (left() > 0 && performance.now() < until) await wait(50)
    if (left() > 0) failures.push(`${left()} sockets are left open: ${JSON.stringify(openHere())}`)
    return { ms, failures }
  }

  return {
    start,
    talk: () => {
      if (task === undefined) return Promise.reject(new Error('there is nobody to talk'))
      const { plan, talk, seed, firstId } = task
      const network = (name: string): readonly number[] => plan.filter(({ _tag }) => _tag === name).map(({ id }) => id)
      const peers = { sc: network('sc'), ip: network('ip'), ip6: network('ip6') }
      hush = talking(stations, station => peers[station.network], talk, dice(seed), firstId, note)
      return Promise.resolve()
    },
    quiet: () => {
      hush()
      return Promise.resolve()
    },
    notes: () => {
      const given = noted
      noted = []
      return Promise.resolve(given)
    },
    memory: memoryHere,
    close,
  }
}
