import type { HubLimits } from '../../transport/sc.js'
import { countFromText } from '../option-codecs.js'
import { optional, withDefault, type Option, type Values } from '../options.js'

/** The options of a hub's limits that an operator may want to change. */
export type LimitTable = {
  readonly maxConnections: Option<number>
  readonly maxPending: Option<number | undefined>
  readonly maxPerAddress: Option<number | undefined>
  readonly arrivalPace: Option<number | undefined>
  readonly broadcastPace: Option<number>
  readonly maxQueued: Option<number>
}

/** A pace on the command line is what may go on for ever; so many times that may come at once. */
const BURST = 10

export const limitTable: LimitTable = {
  maxConnections: withDefault(countFromText('number of nodes', 1, 1_000_000), '1000', {
    placeholder: 'COUNT',
    help: 'most nodes connected at once',
  }),
  maxPending: optional(countFromText('number of connections', 1, 1_000_000), {
    placeholder: 'COUNT',
    help: 'most connections on the way to become a node (default: as --max-connections)',
  }),
  maxPerAddress: optional(countFromText('number of connections', 1, 10_000_000), {
    placeholder: 'COUNT',
    help: 'most connections from one address (default: twice --max-connections, at least 100)',
  }),
  arrivalPace: optional(countFromText('number of connections', 1, 1_000_000), {
    placeholder: 'COUNT',
    help: `new connections a second from one address, ${BURST} times as many at once (default: a tenth of --max-connections, at least 10)`,
  }),
  broadcastPace: withDefault(countFromText('number of copies', 1, 1_000_000_000), '100000', {
    placeholder: 'COUNT',
    help: `copies a second of the broadcasts of one node, ${BURST} times as many at once`,
  }),
  maxQueued: withDefault(countFromText('number of octets', 1, 1 << 30), String(1 << 20), {
    placeholder: 'OCTETS',
    help: 'most octets waiting for one slow node',
  }),
}

/** The limits that the options describe. */
export const hubLimitsOf = (options: Values<LimitTable>): Partial<HubLimits> => {
  const { maxConnections, maxPending, maxPerAddress, arrivalPace, broadcastPace, maxQueued } = options
  return {
    maxConnections,
    maxQueued,
    broadcastsPerSender: { burst: BURST * broadcastPace, perSecond: broadcastPace },
    ...(maxPending === undefined ? {} : { maxPending }),
    ...(maxPerAddress === undefined ? {} : { maxPerAddress }),
    ...(arrivalPace === undefined
      ? {}
      : { arrivalsPerAddress: { burst: BURST * arrivalPace, perSecond: arrivalPace } }),
  }
}
