import type { ScriptedFault, VirtualNodeOptions } from '../../../src/testing/index.js'
import { seconds, type Duration } from '../../../src/values/duration.js'
import type { Spoil } from '../world/spoil.js'
import { clockAt, slowToEnd } from './clocks.js'
import type { Defect } from './defect.js'

type SpoiltNode = NonNullable<Spoil['node']>

/** Nodes that have other waits. */
const timed =
  (timings: VirtualNodeOptions['timings'], who = /^/): SpoiltNode =>
  (host, options) =>
    who.test(host) ? { ...options, timings: { ...options.timings, ...timings } } : options

/** Hubs that bear so long a silence. */
const bearing =
  (idleLimit: Duration): NonNullable<Spoil['hub']> =>
  (_, options) => ({ ...options, timings: { ...options.timings, idleLimit } })

/** Nodes that have direct connections, if any, otherwise. */
const direct =
  (options: VirtualNodeOptions['directConnections']): SpoiltNode =>
  (_, { directConnections, ...rest }) => ({
    ...rest,
    ...(directConnections === undefined ? {} : { directConnections: { ...directConnections, ...options } }),
  })

/** Nobody is told that it is gone. */
const off = (host: string, lasts: Duration): readonly ScriptedFault[] => [
  { at: seconds(100), lasts, fault: { _tag: 'PowerOff', hosts: host } },
]

/** A box has said something to a node since it last heard it, so that it is the first to notice the silence. */
const AFTER_A_UNICAST = seconds(205)

/** What can be wrong with connections of BACnet/SC. */
export const DEFECTS_OF_CONNECTIONS: readonly Defect[] = [
  {
    what: 'a hub that keeps a connection of which a new one has the place',
    breaks: ['replaced'],
    script: off('node-1-3', seconds(5)),
    spoil: { clock: clockAt('hub-1a', slowToEnd) },
  },
  {
    what: 'a node that keeps a direct connection of which a new one has the place',
    breaks: ['replaced'],
    script: [{ at: AFTER_A_UNICAST, fault: { _tag: 'Mute', hosts: 'box-2' } }],
    spoil: { clock: clockAt('node-1-2', slowToEnd) },
  },
  {
    what: 'a hub that does not notice how long a node has been silent',
    breaks: ['silence noticed'],
    script: off('node-1-3', seconds(100)),
    spoil: { hub: bearing(seconds(600)) },
  },
  {
    what: 'a node that does not notice how long one that has dialled it has been silent',
    breaks: ['silence noticed'],
    script: off('box-2', seconds(100)),
    spoil: { node: timed({ idleLimit: seconds(600) }, /^node-1-2$/) },
  },
  {
    what: 'a node that does not notice how long its hub has been silent',
    breaks: ['silence noticed'],
    script: off('hub-1a', seconds(100)),
    spoil: { node: timed({ heartbeat: seconds(55) }, /^node-1-3$/) },
  },
  {
    what: 'nodes that do not dial where others accept direct connections',
    breaks: ['direct connections'],
    spoil: { node: direct({ mayDial: () => false }) },
  },
  {
    what: 'a node that takes no direct connection, and says that it does',
    breaks: ['direct connections'],
    spoil: { node: direct({ limits: { maxAccepted: 0 } }) },
  },
  {
    what: 'nodes that ask ten times as often whether their hub is there',
    breaks: ['rarely asked'],
    spoil: { node: timed({ heartbeat: seconds(3), heartbeatWait: seconds(30) }) },
  },
  {
    what: 'hubs that ask ten times as often whether their nodes are there',
    breaks: ['rarely asked'],
    spoil: { hub: bearing(seconds(6)) },
  },
  {
    what: 'nodes whose waits chance does not move',
    breaks: ['spread'],
    script: [{ at: seconds(60), lasts: seconds(500), fault: { _tag: 'Kill', hosts: 'hub-1a' } }],
    spoil: { node: timed({ jitter: 0 }) },
  },
]
