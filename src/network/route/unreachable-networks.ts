import type { SchedulerLike } from 'rxjs'
import type { DiscoveryLimits } from './discovery-limits.js'

/** Networks that nobody routes to, each for a while. */
export interface UnreachableNetworks {
  readonly has: (network: number) => boolean
  readonly add: (network: number) => void
  readonly delete: (network: number) => void
  readonly clear: () => void
}

/** None yet. It runs no timer: what is over is removed when somebody asks. */
export const unreachableNetworks = (
  { memory, maxRemembered }: Pick<DiscoveryLimits, 'memory' | 'maxRemembered'>,
  scheduler: Pick<SchedulerLike, 'now'>,
): UnreachableNetworks => {
  const ends = new Map<number, number>()

  /** All stay equally long, so those that are over are the first ones. */
  const expire = (): void => {
    const now = scheduler.now()
    for (const [network, end] of ends) {
      if (end > now) return
      ends.delete(network)
    }
  }

  return {
    has: network => {
      if (ends.size === 0) return false
      expire()
      return ends.has(network)
    },
    add: network => {
      expire()
      ends.delete(network)
      ends.set(network, scheduler.now() + memory)
      const [oldest] = ends.keys()
      if (ends.size > maxRemembered && oldest !== undefined) ends.delete(oldest)
    },
    delete: network => void ends.delete(network),
    clear: () => ends.clear(),
  }
}
