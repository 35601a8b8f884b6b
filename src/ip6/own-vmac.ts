import type { SchedulerLike } from 'rxjs'
import { runner, running, type Running } from '../machine/runner.js'
import type { TimerEffect } from '../machine/timers.js'
import { isRandomBip6Vmac, randomBip6Vmac, type Bip6Vmac } from '../values/bip6-vmac.js'
import type { Random } from '../values/random.js'
import {
  ownVmacMachine,
  type OwnVmacEffect,
  type OwnVmacEvent,
  type OwnVmacMachineState,
  type OwnVmacNews,
  type OwnVmacTimer,
  type OwnVmacTimings,
} from './own-vmac-machine.js'
import type { VmacClaim } from './vmac-binding.js'

/** What a node needs to have a VMAC. */
export interface OwnVmacOptions {
  /**
   * The VMAC that is wanted. That of a configured device instance is used at once. A random one, such as that of the
   * last time, is the first candidate. Without any, chance gives the first.
   */
  readonly wanted?: Bip6Vmac | undefined
  readonly timings: OwnVmacTimings
  readonly scheduler: SchedulerLike
  readonly random: Random
  /** Sends an Address-Resolution for the candidate from the candidate: in the multicast domain, or to the BBMD. */
  readonly ask: (candidate: Bip6Vmac) => void
  readonly tell: (news: OwnVmacNews) => void
}

/** The VMAC of a node, and how it comes to have one. What it is given while it calls out waits for its turn. */
export interface OwnVmac {
  /** Begins; with a device instance it has its VMAC within the call. Once there is an address to ask from. */
  readonly start: () => void
  /** The VMAC in use; `undefined` while there is none, and nothing can be sent. */
  readonly vmac: () => Bip6Vmac | undefined
  /** Whether a VMAC is the one in use or the candidate: a claim of somebody else to it matters. */
  readonly claims: (vmac: Bip6Vmac) => boolean
  /**
   * Somebody else claims a VMAC. A candidate gives way to another one in any case, a random VMAC to somebody who has
   * it; a device instance does not.
   */
  readonly hear: (vmac: Bip6Vmac, claim: VmacClaim) => void
  /** Asks twice more who has a random VMAC that is in use: there are others to ask now than when it was chosen. */
  readonly verify: () => void
  /** The device instance was configured: this is the VMAC from now on. */
  readonly configure: (vmac: Bip6Vmac) => void
  /** Ends it: silent, no VMAC, and no timer runs. */
  readonly end: () => void
}

type Machine = Running<OwnVmacMachineState, OwnVmacEvent, OwnVmacTimer>

type Outward = Exclude<OwnVmacEffect, TimerEffect<OwnVmacTimer>>

/** A node without VMAC, that has not begun yet. */
export const ownVmac = ({ wanted, timings, scheduler, random, ask, tell }: OwnVmacOptions): OwnVmac => {
  let candidate = wanted

  const draw = (): Bip6Vmac => {
    const drawn = candidate ?? randomBip6Vmac(random)
    candidate = undefined
    return drawn
  }

  const perform = (machine: Machine, effect: Outward): void => {
    switch (effect._tag) {
      case 'Draw':
        feed(machine, { _tag: 'Drawn', candidate: draw() })
        return
      case 'Ask':
        ask(effect.candidate)
        return
      case 'Tell':
        tell(effect.news)
        return
    }
  }

  const { feed, end } = runner<OwnVmacMachineState, OwnVmacEvent, Outward, OwnVmacTimer, Machine>({
    transition: ownVmacMachine(timings),
    fired: (_, timer) => ({ _tag: 'TimerFired', timer }),
    perform,
    stopped: () => undefined,
    scheduler,
    random,
  })
  const self: Machine = running({ _tag: 'Idle' })

  const vmac = (): Bip6Vmac | undefined => (self.ended ? undefined : inUse(self.state))

  return {
    start: () => {
      if (self.state._tag !== 'Idle') return
      const isByChance = wanted === undefined || isRandomBip6Vmac(wanted)
      feed(self, isByChance ? { _tag: 'Start' } : { _tag: 'Configured', vmac: wanted })
    },
    vmac,
    claims: claimed =>
      claimed === vmac() || (self.state._tag === 'Probing' && self.state.candidate === claimed && !self.ended),
    hear: (claimed, claim) => feed(self, { _tag: 'Claimed', vmac: claimed, claim }),
    verify: () => feed(self, { _tag: 'Verify' }),
    configure: configured => feed(self, { _tag: 'Configured', vmac: configured }),
    end: () => end(self),
  }
}

const inUse = (state: OwnVmacMachineState): Bip6Vmac | undefined => {
  switch (state._tag) {
    case 'Random':
    case 'Instance':
      return state.vmac
    case 'Drawing':
    case 'Probing':
      return state.held
    default:
      return undefined
  }
}
