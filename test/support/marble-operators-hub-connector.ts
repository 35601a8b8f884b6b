import { defer, map, NEVER, noop, of, tap, type Observable, type SchedulerLike } from 'rxjs'
import type { HubAddress } from '../../src/sc/node/hub-address.js'
import { hubConnector, type HubConnectorOptions } from '../../src/sc/node/hub-connector.js'
import type { HubRole } from '../../src/sc/connection/hub-role.js'
import type { Socket } from '../../src/sc/connection/socket.js'
import { connectionTimings, reconnectTimings } from '../../src/sc/connection/timings.js'
import type { ScUri } from '../../src/values/sc-uri.js'
import { fixedRandom } from '../../src/testing/chance/fixed-random.js'
import { randomVmac } from '../../src/values/vmac.js'
import { chance } from '../machine/chance.js'
import { percentArg, rangeArg, readArgs, type Args } from './marble-operators-args.js'
import { lines } from './marble-operators-lines.js'
import type { MarbleOperator } from '../../src/testing/index.js'
import { npdu, peer, self } from './peer-events.js'
import { hubScript, playedSocket } from './sc-marbles.js'
import { peerTable } from '../../src/sc/node/peer-table.js'

const dialSymbols: Readonly<Record<HubRole, string>> = { primary: 'P', failover: 'F' }

const address = (role: HubRole, socket: Socket): HubAddress => ({ uri: `wss://${role}.example` as ScUri, socket })

const optionsFor = (
  args: Args,
  scheduler: SchedulerLike,
  jitter = 0,
): Omit<HubConnectorOptions, 'primary' | 'failover' | 'drawVmac'> => {
  const [minReconnect, maxReconnect] = rangeArg(args, 'wait')
  let messageId = 100
  return {
    self: () => self,
    timings: { ...connectionTimings(), ...reconnectTimings({ minReconnect, maxReconnect, jitter }) },
    connections: peerTable(),
    nextMessageId: () => messageId++,
    scheduler,
    random: chance(0.5),
  }
}

/**
 * A hub connector. In: `primary` and `failover` are what the hubs do, `outbound` the NPDUs we give it to send. Out: `node`
 * is what it does, `to primary` and `to failover` what each hub sees of that, `status` which hub it says is in use.
 */
export const hubConnectorOperator: MarbleOperator = ({ inputs, args, scheduler }) =>
  lines(['node', 'to primary', 'to failover', 'status'], draw => {
    let own = self
    let drawn = 0
    const hub = (role: HubRole): HubAddress | undefined => {
      const played$ = inputs[role]
      if (played$ === undefined) return undefined
      const drawSent = (symbol: string): void => {
        if (symbol === 'd') draw('node', symbol)
        if (symbol === 'd' || symbol === 'm') draw(`to ${role}`, symbol)
      }
      const socket = playedSocket(played$, hubScript, drawSent)
      return address(role, outbound$ =>
        defer(() => {
          draw('node', dialSymbols[role])
          draw(`to ${role}`, dialSymbols[role])
          return socket(outbound$)
        }),
      )
    }
    const run = hubConnector({
      ...optionsFor(readArgs(args), scheduler),
      primary: hub('primary'),
      failover: hub('failover'),
      self: () => own,
      drawVmac: () => {
        own = { ...own, vmac: randomVmac(fixedRandom(++drawn)) }
        draw('node', 'v')
      },
    })
    const outbound$ = (inputs['outbound'] ?? NEVER).pipe(map(() => npdu(1, { destination: peer.vmac })))
    return run(outbound$).pipe(
      tap(event => {
        if (event._tag === 'Status') draw('status', { none: '0', primary: '1', failover: '2' }[event.status])
      }),
    )
  })

/**
 * Nodes whose only hub refuses at once, by name, and where chance puts their waits between the shortest and the longest
 * that they may be, such as `0% 75%`, or nowhere: when they dial.
 */
export const backoffOperator: MarbleOperator = ({ args: texts, scheduler }) => {
  const args = readArgs(texts)
  const nodes = [...args.keys()].filter(name => name !== 'wait')
  return Object.fromEntries(nodes.map(name => [name, dials(args, percentArg(args, name), scheduler)]))
}

const dials = (args: Args, draws: readonly number[], scheduler: SchedulerLike): Observable<string> =>
  lines(['node'], draw => {
    const refusing: Socket = () =>
      defer(() => {
        draw('node', dialSymbols.primary)
        return of({ _tag: 'Failed', errorCode: 194, detail: 'ECONNREFUSED' } as const)
      })
    const options = optionsFor(args, scheduler, draws.length === 0 ? 0 : 0.5)
    return hubConnector({
      ...options,
      random: chance(...draws),
      primary: address('primary', refusing),
      failover: undefined,
      drawVmac: noop,
    })(NEVER)
  }).node
