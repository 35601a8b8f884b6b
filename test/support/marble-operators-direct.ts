import { finalize, merge, mergeMap, NEVER, tap } from 'rxjs'
import { resolveAddress } from '../../src/sc/node/address-resolution.js'
import { addressResolver } from '../../src/sc/node/address-resolver.js'
import type { AttemptEvent } from '../../src/sc/node/direct-peer-machine.js'
import { directPeers } from '../../src/sc/node/direct-peers.js'
import { reconnectTimings } from '../../src/sc/connection/timings.js'
import { seconds } from '../../src/values/duration.js'
import type { ScMessage } from '../../src/wire/bvlc-sc.js'
import { chance } from '../machine/chance.js'
import { durationArg, rangeArg, readArgs } from './marble-operators-args.js'
import { lines } from './marble-operators-lines.js'
import type { MarbleOperator } from '../../src/testing/index.js'
import { bare, nak, peer } from './peer-events.js'

/** What the peer answers to the Address-Resolution of that id. URIs are named by the digit with which they are drawn. */
const answers: Readonly<Record<string, (messageId: number) => ScMessage>> = {
  u: messageId => uris(messageId, '1', '2'),
  v: messageId => uris(messageId, '3'),
  o: messageId => uris(messageId),
  n: messageId => nak('Address-Resolution', messageId, 7, 45, { originating: peer.vmac }),
}

const uris = (messageId: number, ...digits: readonly string[]): ScMessage => ({
  ...bare('Address-Resolution', messageId, { originating: peer.vmac }),
  _tag: 'Address-Resolution-ACK',
  uris: digits.map(digit => `wss://10.0.0.${digit}`),
})

/** A dialled connection: since when it is up, and when it was last used. */
interface Dialled {
  readonly attempt: (event: AttemptEvent) => void
  upSince: number | undefined
  lastUsed: number
}

/**
 * What a node does about one peer. In: `npdu` are NPDUs to it, `rx` is what it answers when asked, `peer` what becomes of
 * the connection that was dialled. Out: `tx` are questions, `node` is what it does, `way` the way of each NPDU.
 */
export const directPeerOperator: MarbleOperator = ({ inputs, args: texts, scheduler }) =>
  lines(['tx', 'node', 'way'], draw => {
    const args = readArgs(texts)
    const [minReconnect, maxReconnect] = rangeArg(args, 'reconnect')
    const heard$ = (inputs['rx'] ?? NEVER).pipe(
      mergeMap(symbol => {
        const answer = answers[symbol]
        return answer === undefined ? [] : [answer(messageId)]
      }),
    )
    let messageId = 0
    let dialled: Dialled | undefined

    const resolver = addressResolver({
      configured: new Map(),
      freshness: durationArg(args, 'fresh') ?? seconds(300),
      ask: vmac =>
        resolveAddress(vmac, {
          messageId: ++messageId,
          send: () => {
            draw('tx', 'r')
            return undefined
          },
          received$: heard$,
          wait: durationArg(args, 'wait') ?? seconds(10),
          stop$: NEVER,
          allowPlaintext: false,
          scheduler,
        }),
      scheduler,
    })
    const inUse = (): Dialled | undefined => (dialled?.upSince === undefined ? undefined : dialled)
    const peers = directPeers({
      resolver,
      mayDial: () => true,
      refused: () => undefined,
      dial: (_, uri, attempt) => {
        draw('node', uri.slice(-1))
        const call: Dialled = { attempt, upSince: undefined, lastUsed: scheduler.now() }
        dialled = call
        return () => {
          if (dialled !== call) return
          dialled = undefined
          draw('node', 'e')
        }
      },
      lastUsed: () => inUse()?.lastUsed,
      isReached: () => false,
      timings: {
        ...reconnectTimings({ minReconnect, maxReconnect, jitter: 0 }),
        directIdle: durationArg(args, 'idle') ?? seconds(300),
      },
      limits: { maxInitiated: 1, maxAccepted: 1, maxPending: 1, maxQueued: 1 },
      scheduler,
      random: chance(0.5),
    })

    const send = (): void => {
      const connection = inUse()
      draw('way', connection === undefined ? 'h' : 'd')
      if (connection === undefined) peers.want(peer.vmac)
      else connection.lastUsed = scheduler.now()
    }
    const becomes = (symbol: string): void => {
      const call = dialled
      if (call === undefined) return
      const { upSince } = call
      if (symbol === 'm') call.lastUsed = scheduler.now()
      if (symbol === 'a') {
        call.upSince = call.lastUsed = scheduler.now()
        call.attempt({ _tag: 'Connected' })
      }
      if (symbol !== 'x' && symbol !== 'c') return
      dialled = undefined
      if (upSince === undefined) call.attempt({ _tag: 'Failed' })
      else call.attempt({ _tag: 'Lost', brief: scheduler.now() - upSince < minReconnect })
    }
    return merge((inputs['npdu'] ?? NEVER).pipe(tap(send)), (inputs['peer'] ?? NEVER).pipe(tap(becomes))).pipe(
      finalize(() => peers.endAll()),
    )
  })
