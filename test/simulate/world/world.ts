import type { SchedulerLike } from 'rxjs'
import {
  fixedRandom,
  virtualInternetwork,
  type VirtualClock,
  type VirtualInternetwork,
} from '../../../src/testing/index.js'
import type { OutboundApdu } from '../../../src/network/event/network-event.js'
import type { Plan } from '../plan/plan.js'
import { applicationOf } from './application.js'
import { boundsOf } from './bounds.js'
import { census } from './census.js'
import { watchDepartures } from './departures.js'
import type { Happening } from './fact.js'
import { hostClock, type HostClock } from './host-clock.js'
import { hubServices } from './hub-services.js'
import { hubsOf } from './hub.js'
import { identities } from './identities.js'
import { hostsOf, membersOf, type Member } from './member.js'
import { watchOutages } from './outages.js'
import { watchQuestions } from './questions.js'
import { watchRebinds } from './rebinds.js'
import { watchRegistrations } from './registrations.js'
import type { Part } from './running.js'
import type { Spoil } from './spoil.js'
import { MASK, type Surroundings } from './surroundings.js'
import { watchWires } from './wires.js'

/** A plan that runs. */
export interface World {
  readonly network: VirtualInternetwork
  readonly members: readonly Member[]
  readonly send: (host: string, apdu: OutboundApdu) => void
  /** Has the sizes of all tables told. */
  readonly sample: () => void
  /** Ends everything: in good order, or at once. */
  readonly end: (isGraceful: (host: string) => boolean) => void
  /** Has told what is left of everything, once it has had time to end in good order. */
  readonly look: () => void
  /** What still runs. */
  readonly open: () => readonly string[]
}

/** Builds and starts all of a plan; `tell` hears what happens there. */
export const buildWorld = (
  plan: Plan,
  clock: VirtualClock,
  tell: (happening: Happening) => void,
  spoil: Spoil,
): World => {
  const random = fixedRandom(plan.seed)
  const clocks = new Map<string, HostClock>()
  const clockOf = (host: string): SchedulerLike => {
    const known = clocks.get(host) ?? hostClock(clock)
    clocks.set(host, known)
    return spoil.clock?.(host, known) ?? known
  }
  const network = virtualInternetwork(clock, { everywhere: { latency: plan.latency }, clockOf, random })
  const members = membersOf(plan)
  const who = identities(random)
  const services = hubServices(who.hostOf, tell)
  const { counted, ears } = census()
  const tellGone = (host: string): void => {
    const timers = clocks.get(host)?.pending() ?? 0
    tell({ _tag: 'Gone', host, timers, open: network.open(host), ears: ears(host) })
  }
  watchWires(network, hostsOf(plan), tell)
  watchDepartures(network, plan, tell)
  watchQuestions(network, plan, tell)
  watchRegistrations(network, plan, tell)
  watchOutages(network, members, services, tellGone, tell)

  const nats = new Map(
    plan.nats.map(({ name, inside, outside }) => [name, network.nat(name, { inside, outside, mask: MASK })]),
  )
  const stated = boundsOf(plan)
  const surroundings: Surroundings = {
    network,
    plan,
    clock,
    clockOf,
    bounds: spoil.bounds?.(stated) ?? stated,
    stated,
    spoil,
    counted,
    outside: (nat, address) => nats.get(nat)?.outside(address),
    identities: who,
    tell,
  }
  const hubs = hubsOf(services, surroundings)
  const applications = new Map(members.map(member => [member.host, applicationOf(member, surroundings)]))
  watchRebinds(network, members, host => applications.get(host)?.tellAgain(), tell)
  const beside = spoil.beside?.(network, clock)
  const parts: readonly Part[] = [...hubs, ...applications.values()]
  const hosts = new Set(parts.map(({ host }) => host))

  return {
    network,
    members,
    send: (host, apdu) => applications.get(host)?.send(apdu),
    sample: () => {
      for (const { sample } of parts) sample()
    },
    end: isGraceful => {
      beside?.unsubscribe()
      // Nodes first: they have somebody to say goodbye to.
      for (const { host, complete, life } of [...parts].reverse()) {
        if (isGraceful(host)) complete()
        else life.unsubscribe()
      }
      for (const host of hosts) if (!isGraceful(host)) tellGone(host)
    },
    look: () => {
      for (const host of hosts) tellGone(host)
    },
    open: () => [
      ...parts.filter(({ life }) => !life.closed).map(({ host }) => host),
      ...parts.filter(({ listens }) => listens()).map(({ host }) => `ears of ${host}`),
      ...(network.open() > 0 ? [`${network.open()} sockets`] : []),
    ],
  }
}
