import type { NetworkLimits } from '../network/event/network-limits.js'
import { checkedPace, checkedTimings, inRange } from './configuration.js'

/** Limits under which something passes at all; a `ConfigurationError` names the one that is not so. */
export const checkedNetworkLimits = (limits: NetworkLimits): NetworkLimits => {
  const { routing, discovery, outage, recheck, settling, suspicion, repeat, ...paces } = limits
  const { flapping, maxRoutes, maxPerRouter, ...routingTimings } = routing
  const { perNetwork, inTotal, tries, maxRemembered, pace, ...discoveryTimings } = discovery
  const { changes, ...flappingTimings } = flapping
  checkedTimings('limits', { outage, recheck, settling, suspicion, repeat })
  for (const [name, each] of Object.entries(paces)) checkedPace(`limits.${name}`, each)
  checkedCounts('limits.routing', { maxRoutes, maxPerRouter })
  checkedTimings('limits.routing', routingTimings)
  checkedCounts('limits.routing.flapping', { changes })
  checkedTimings('limits.routing.flapping', flappingTimings)
  checkedCounts('limits.discovery', { perNetwork, inTotal, tries, maxRemembered })
  checkedPace('limits.discovery.pace', pace)
  checkedTimings('limits.discovery', discoveryTimings)
  return limits
}

const checkedCounts = (name: string, counts: Readonly<Record<string, number>>): void => {
  for (const [key, count] of Object.entries(counts)) inRange(`${name}.${key}`, count, 1, Number.MAX_SAFE_INTEGER)
}
