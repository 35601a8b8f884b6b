import type { SchedulerLike } from 'rxjs'
import { weakBuckets } from '../../limits/pace.js'
import { runner, running, type Running } from '../../machine/runner.js'
import type { TimerEffect } from '../../machine/timers.js'
import type { Mac } from '../../values/mac.js'
import type { Random } from '../../values/random.js'
import type { NetworkNumberIs, WhatIsNetworkNumber } from '../../wire/network-message.js'
import type { Conflict } from '../event/network-event.js'
import type { NetworkLimits } from '../event/network-limits.js'
import {
  initialNetworkNumber,
  networkNumberMachine,
  networkNumberTimings,
  type NetworkNumberEffect,
  type NetworkNumberEvent,
  type NetworkNumberState,
  type NetworkNumberTimer,
} from './network-number.js'
import type { RunningPort } from '../port/running-port.js'
import { say } from '../port/speech.js'
import type { HeardNpdu } from '../transit/transit.js'

/** The numbers of the networks of all ports (section 5 of the protocol notes). */
export interface NetworkNumbers {
  /** A port has come up, or has gone down. */
  readonly changed: (port: RunningPort) => void
  readonly hear: (port: RunningPort, heard: HeardNpdu, message: WhatIsNetworkNumber | NetworkNumberIs) => void
  readonly removed: (port: RunningPort) => void
  readonly close: () => void
}

/** What may be wrong with what is said of a number. */
export type NumberConflict = Extract<Conflict, 'other number for a network' | 'network of two ports'>

/** What that needs. */
export interface NetworkNumbersOptions {
  readonly isRouter: boolean
  /** Whether the network of another port has that number. */
  readonly isOfOther: (port: RunningPort, network: number) => boolean
  /** The number of a port was learned. */
  readonly known: (port: RunningPort, network: number) => void
  /** Somebody says that the network of a port has another number than the one in use, or the number of another port's. */
  readonly conflict: (conflict: NumberConflict, port: RunningPort, network: number, neighbour: Mac | undefined) => void
  readonly limits: NetworkLimits
  readonly scheduler: SchedulerLike
  readonly random: Random
}

interface Numbered extends Running<NetworkNumberState, NetworkNumberEvent, NetworkNumberTimer> {
  readonly port: RunningPort
  /** Who said what is heard just now. */
  speaker: Mac | undefined
}

type Outward = Exclude<NetworkNumberEffect, TimerEffect<NetworkNumberTimer>>

/** The numbers of no network so far. */
export const networkNumbers = ({
  isRouter,
  isOfOther,
  known,
  conflict,
  limits,
  scheduler,
  random,
}: NetworkNumbersOptions): NetworkNumbers => {
  const all = new Map<RunningPort, Numbered>()
  const answers = weakBuckets<RunningPort>(limits.answersOfNetwork, scheduler)
  const renumberings = weakBuckets<RunningPort>(limits.renumberings, scheduler)

  /** Whether it would have a port learn another number than it has, too soon. */
  const isTooSoon = (port: RunningPort, message: WhatIsNetworkNumber | NetworkNumberIs): boolean =>
    message._tag === 'Network-Number-Is' &&
    message.isConfigured &&
    !port.isConfigured &&
    port.network !== undefined &&
    message.network !== port.network &&
    !renumberings.take(port)

  const perform = ({ port, speaker }: Numbered, effect: Outward): void => {
    switch (effect._tag) {
      case 'Ask':
        say(port, 'broadcast', { _tag: 'What-Is-Network-Number' })
        return
      case 'Say': {
        const { network, isConfigured } = effect
        if (answers.take(port)) say(port, 'broadcast', { _tag: 'Network-Number-Is', network, isConfigured })
        return
      }
      case 'Known':
        known(port, effect.network)
        return
      case 'Conflict':
        conflict('other number for a network', port, effect.network, speaker)
        return
      case 'Clash':
        conflict('network of two ports', port, effect.network, speaker)
        return
    }
  }

  const { feed, end } = runner<NetworkNumberState, NetworkNumberEvent, Outward, NetworkNumberTimer, Numbered>({
    transition: networkNumberMachine({ isRouter, timings: networkNumberTimings() }),
    fired: (_, timer) => ({ _tag: 'TimerFired', timer }),
    perform,
    stopped: () => undefined,
    scheduler,
    random,
  })

  const numberOf = (port: RunningPort): Numbered => {
    const found = all.get(port)
    if (found !== undefined) return found
    const initial = initialNetworkNumber(port.network)
    const made: Numbered = { ...running(initial), port, speaker: undefined }
    all.set(port, made)
    return made
  }

  return {
    changed: port => feed(numberOf(port), { _tag: port.isUp ? 'Started' : 'Stopped' }),
    hear: (port, heard, message) => {
      const { isBroadcast, npci, from } = heard
      const hasNetworks = npci.destination !== undefined || npci.source !== undefined
      if (isBroadcast && !hasNetworks && isTooSoon(port, message)) {
        if (port.network !== undefined) conflict('other number for a network', port, port.network, from)
        return
      }
      const isOfOtherPort = message._tag === 'Network-Number-Is' && isOfOther(port, message.network)
      const numbered = numberOf(port)
      numbered.speaker = from
      feed(numbered, { _tag: 'Heard', message, isBroadcast, hasNetworks, isOfOtherPort })
      numbered.speaker = undefined
    },
    removed: port => {
      const numbered = all.get(port)
      if (numbered !== undefined) end(numbered)
      all.delete(port)
    },
    close: () => {
      for (const numbered of all.values()) end(numbered)
    },
  }
}
