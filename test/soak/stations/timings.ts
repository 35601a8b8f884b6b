import { seconds } from '../../../src/values/duration.js'

/** Much shorter than in a building, so that ten minutes have many failovers, and as many returns. */
export const NODE_TIMINGS = {
  connectWait: seconds(4),
  disconnectWait: seconds(3),
  heartbeat: seconds(3),
  heartbeatWait: seconds(5),
  minReconnect: seconds(0.5),
  maxReconnect: seconds(5),
} as const

/** Of foreign devices. */
export const TTL_SECONDS = 10
export const REGISTRATION_TIMINGS = { retry: seconds(1), longestRetry: seconds(3) } as const
