import { EMPTY, map, merge, NEVER, scheduled, takeWhile, tap } from 'rxjs'
import type { Transition } from '../../src/machine/transition.js'
import { accepting } from '../../src/sc/connection/accepting.js'
import { connection } from '../../src/sc/connection/connection.js'
import { IDLE, type Idle } from '../../src/sc/connection/disconnecting.js'
import { initiating } from '../../src/sc/connection/initiating.js'
import type { PeerEffect, PeerEvent } from '../../src/sc/connection/peer.js'
import { understandsNone } from '../../src/sc/connection/receive.js'
import { Subprotocol } from '../../src/sc/connection/socket.js'
import { connectionTimings, type ConnectionTimings } from '../../src/sc/connection/timings.js'
import { chance } from '../machine/chance.js'
import { durationArg, readArgs, type Args } from './marble-operators-args.js'
import { lines } from './marble-operators-lines.js'
import type { MarbleOperator } from '../../src/testing/index.js'
import { npdu, self } from './peer-events.js'
import { LOST, peerScript, playedSocket, symbolOfEvent } from './sc-marbles.js'

const timers = {
  'connect wait': 'connectWait',
  'disconnect wait': 'disconnectWait',
  heartbeat: 'heartbeat',
  'heartbeat wait': 'heartbeatWait',
  'idle limit': 'idleLimit',
} as const satisfies Readonly<Record<string, keyof ConnectionTimings>>

const timingsOf = (args: Args): ConnectionTimings =>
  connectionTimings(
    Object.fromEntries(
      Object.entries(timers).flatMap(([name, key]) => {
        const duration = durationArg(args, name)
        return duration === undefined ? [] : [[key, duration]]
      }),
    ),
  )

/**
 * A connection over a WebSocket. In: `rx` is what the peer does, `outbound` what we give it to send, completing it asks
 * for the end. Out: `tx` is what goes to the peer, `told` what we are told, and `signal` both until the peer is lost.
 * The argument `connected` does the Connect exchange at 0 ms without drawing it.
 */
const peerOperator =
  <State extends { readonly _tag: string }>(
    transitionOf: (timings: ConnectionTimings) => Transition<State | Idle, PeerEvent, PeerEffect>,
    handshake: readonly string[],
  ): MarbleOperator =>
  ({ inputs, args: texts, scheduler }) => {
    const args = readArgs(texts)
    const connected = args.has('connected')
    const played$ = merge(inputs['rx'] ?? NEVER, connected ? scheduled(handshake, scheduler) : EMPTY)
    let messageId = 100
    const { tx, told, signal } = lines(['tx', 'told', 'signal'], draw => {
      const drawIfShown: typeof draw = (line, symbol) => {
        if (!connected || scheduler.now() > 0) draw(line, symbol)
      }
      const run = connection<State | Idle>({
        transition: transitionOf(timingsOf(args)),
        initial: IDLE,
        socket: playedSocket(played$, peerScript, symbol => {
          drawIfShown('tx', symbol)
          drawIfShown('signal', symbol)
        }),
        receiver: { path: 'direct', maxBvlcLength: 1600, understands: understandsNone },
        nextMessageId: () => messageId++,
        activity: { lastValid: scheduler.now(), lastSent: scheduler.now() },
        admit: () => ({ _tag: 'Accept', self }),
        scheduler,
        random: chance(0.5),
      })
      return run((inputs['outbound'] ?? NEVER).pipe(map(() => npdu(messageId++)))).pipe(
        tap(event => {
          drawIfShown('told', symbolOfEvent(event))
          if (event._tag === 'Disconnected') drawIfShown('signal', symbolOfEvent(event))
        }),
      )
    })
    return { tx, told, signal: signal.pipe(takeWhile(symbol => symbol !== LOST, true)) }
  }

/** The connection of a WebSocket client. */
export const initiatingPeer = peerOperator(
  timings => initiating({ subprotocol: Subprotocol.HUB, self, timings }),
  ['o', 'a'],
)

/** The connection of a WebSocket server. */
export const acceptingPeer = peerOperator(accepting, ['o', 'q'])
