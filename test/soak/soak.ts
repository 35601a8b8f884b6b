import { setTimeout as wait } from 'node:timers/promises'
import { dice } from '../fuzz/dice.js'
import { books, type Books } from './books.js'
import { certificates } from './certificates.js'
import { chaos, type Treatment } from './chaos.js'
import { now } from './clock.js'
import { layout, type Layout } from './layout.js'
import type { Patience } from './ledger.js'
import { memoryWatch, type MemoryWatch } from './memory-watch.js'
import type { Talk, Task } from './plan.js'
import { service, type Service } from './service.js'
import type { Host } from './stations/host.js'
import type { Counts } from './tally.js'

/** What is soaked, and how. */
export interface Soak {
  readonly nodes: number
  readonly seed: number
  /** How long things go wrong. */
  readonly ms: number
  readonly hosts: readonly Host[]
  readonly talk: Talk
  /** How badly a service of that name is treated; `undefined` leaves it alone. */
  readonly treatment: (service: string) => Treatment | undefined
  readonly patience: Patience
  /** How long nodes and foreign devices may take to be where they should be, once nothing goes wrong any more. */
  readonly recoveryMs: number
  readonly memoryEveryMs: number
  /** How long what was sent last may be on its way. */
  readonly lingerMs: number
  /** Hears how it stands now and then. */
  readonly progress: (state: SoakState) => void
  readonly progressEveryMs: number
}

/** A soak that runs, or has run. */
export interface SoakState {
  readonly books: Books
  readonly memory: MemoryWatch
  readonly faults: Counts
  readonly processes: readonly string[]
  readonly began: number
  /** How long it took until all were where they should be, once nothing went wrong any more. */
  recoveredMs: number | undefined
  ended: number
}

const DRAIN_MS = 100
/** NPDUs of each host are numbered apart. */
const IDS_PER_HOST = 2 ** 28

/** Runs a soak to its end. `abandon` gets what kills all its processes at once. */
export const soak = async (options: Soak, abandon: (kill: () => void) => void): Promise<SoakState> => {
  const { nodes, seed, hosts, patience } = options
  const random = dice(seed)
  const plan = await layout(nodes, random)
  const issued = await certificates(nodes, ['hub-a', 'hub-b'])
  const accounts = books(plan, patience)
  const services = servicesOf(plan, accounts, issued.flags)
  abandon(() => {
    for (const { abandon: kill } of services) kill()
    issued.remove()
  })
  const memory = memoryWatch()
  const hostName = (index: number): string => `nodes ${index + 1}`
  const state: SoakState = {
    books: accounts,
    memory,
    faults: {},
    processes: [...hosts.map((_, index) => hostName(index)), ...services.map(({ name }) => name)],
    began: now(),
    recoveredMs: undefined,
    ended: 0,
  }

  const drain = async (): Promise<void> => {
    for (const notes of await Promise.all(hosts.map(each => each.notes()))) notes.forEach(accounts.hear)
  }
  const measure = async (): Promise<void> => {
    const { primary, failover, none } = accounts.standing()
    // What is on its way to a connection takes memory that comes and goes.
    if (none > 0) return
    for (const [index, each] of hosts.entries()) {
      memory.note(hostName(index), hostName(index), await each.memory(), primary + failover, primary + failover)
    }
    for (const { name, memory: ask } of services) {
      const answer = await ask()
      if (answer === undefined) continue
      const nodes = accounts.nodesOf(answer.life)
      memory.note(name, answer.life, answer.memory, nodes.now, nodes.most)
    }
  }

  try {
    await Promise.all(services.map(({ start }) => start()))
    await Promise.all(hosts.map((each, index) => each.start(taskOf(options, plan, issued.nodes, index))))
    const over = new AbortController()
    const failed: unknown[] = []
    const endless = async (everyMs: number, work: () => unknown): Promise<void> => {
      while (!over.signal.aborted) {
        await wait(everyMs)
        await work()
      }
    }
    const noting = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => failed.push(error))
    const background = Promise.all([
      noting(endless(DRAIN_MS, drain)),
      noting(endless(1000, () => accounts.settle(now()))),
      noting(endless(options.memoryEveryMs, measure)),
    ])
    const telling = setInterval(() => options.progress(state), options.progressEveryMs)

    await recovered(accounts, options.recoveryMs)
    await Promise.all(hosts.map(each => each.talk()))
    const calm = new AbortController()
    const treated = services.flatMap((each, index) => {
      const treatment = options.treatment(each.name)
      return treatment === undefined ? [] : [chaos(each, dice(seed + index + 1), treatment, calm.signal, state.faults)]
    })
    const end = now() + options.ms
    while (now() < end && failed.length === 0) await wait(50)
    calm.abort()
    await Promise.all(treated)
    const calmAt = now()
    if (await recovered(accounts, options.recoveryMs)) state.recoveredMs = now() - calmAt
    for (const each of accounts.astray()) accounts.ledger.violate('not recovered', each)
    state.ended = now()
    await Promise.all(hosts.map(each => each.quiet()))
    await wait(options.lingerMs)
    over.abort()
    clearInterval(telling)
    await background
    await drain()
    accounts.settle(now(), 'all')
    if (failed.length > 0) throw failed[0]
    await leave(hosts, services, accounts)
    return state
  } finally {
    for (const { abandon: kill } of services) kill()
    issued.remove()
  }
}

/** Everything ends in good order. */
const leave = async (hosts: readonly Host[], services: readonly Service[], accounts: Books): Promise<void> => {
  for (const { failures } of await Promise.all(hosts.map(each => each.close()))) {
    for (const failure of failures) accounts.ledger.violate('left behind', failure)
  }
  await Promise.all(services.map(({ stop }) => stop()))
}

const recovered = async (accounts: Books, withinMs: number): Promise<boolean> => {
  const until = now() + withinMs
  while (accounts.astray().length > 0) {
    if (now() > until) return false
    await wait(50)
  }
  return true
}

const servicesOf = (
  { hubs, bbmds }: Layout,
  accounts: Books,
  flags: (hub: string) => readonly string[],
): readonly Service[] => {
  const hub = (name: string, file: string, uri: string): Service =>
    service(
      name,
      ['hub', '--listen', uri, '--disconnect-wait', '3', ...flags(file)],
      listening => String(listening['uuid']).replaceAll('-', ''),
      accounts.ofHub,
    )
  return [
    hub('hub A', 'hub-a', hubs.primary),
    hub('hub B', 'hub-b', hubs.failover),
    ...bbmds.map(({ name, args }) => service(name, args, (_, count) => `${name} #${count}`, accounts.ofBbmd(name))),
  ]
}

/** Stations are dealt out to the hosts in turn. */
const taskOf = (
  { hosts, talk, seed }: Soak,
  { stations, hubs }: Layout,
  tls: Awaited<ReturnType<typeof certificates>>['nodes'],
  index: number,
): Task => ({
  plan: stations,
  own: stations
    .filter(({ id }) => id % hosts.length === index)
    .map(({ id, _tag }) => ({ id, tls: _tag === 'sc' ? tls[id] : undefined })),
  hubs,
  talk,
  seed: seed + 100 + index,
  firstId: (index + 1) * IDS_PER_HOST,
})
