import type { SchedulerLike } from 'rxjs'
import type { Mac } from '../values/mac.js'
import type { Random } from '../values/random.js'
import type { NetworkNumberIs, WhatIsNetworkNumber } from '../wire/network-message.js'
import type { RunningPort } from './running-port.js'
import { say } from './speech.js'
import type { HeardNpdu } from './transit.js'

/** The numbers of the networks of all ports. */
export interface NetworkNumbers {
  /** A port is up, or down. */
  readonly changed: (port: RunningPort) => void
  readonly hear: (port: RunningPort, heard: HeardNpdu, message: WhatIsNetworkNumber | NetworkNumberIs) => void
  readonly removed: (port: RunningPort) => void
  readonly close: () => void
}

/** What that needs. */
export interface NetworkNumbersOptions {
  readonly isRouter: boolean
  /** A port has learned its number; whether it may have it. */
  readonly known: (port: RunningPort, network: number) => boolean
  /** Somebody says that it has another number than is configured. */
  readonly conflict: (port: RunningPort, network: number, neighbour: Mac) => void
  readonly scheduler: SchedulerLike
  readonly random: Random
}

/** The numbers of networks, so far as they are configured. */
export const networkNumbers = (_options: NetworkNumbersOptions): NetworkNumbers => ({
  changed: () => undefined,
  hear: (port, _heard, message) => {
    if (message._tag === 'What-Is-Network-Number' && port.network !== undefined && port.isConfigured)
      say(port, 'broadcast', { _tag: 'Network-Number-Is', network: port.network, isConfigured: true })
  },
  removed: () => undefined,
  close: () => undefined,
})
