import fc from 'fast-check'
import { EMPTY, mergeMap, Subject, Subscription } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { AcceptedSocket, SocketOutput } from '../../../src/sc/connection/socket.js'
import { fixedRandom } from '../../../src/testing/chance/fixed-random.js'
import { virtualPaths } from '../../../src/testing/paths/paths.js'
import type { MessageFate } from '../../../src/testing/sockets/fate.js'
import { virtualWebSockets } from '../../../src/testing/sockets/virtual-web-sockets.js'
import { virtualClock } from '../../../src/testing/time/virtual-clock.js'
import { ms } from '../../../src/values/duration.js'
import { frameMessage } from '../../../src/wire/web-socket-frame.js'

const STEPS = ['up', 'down', 'up', 'down', 'up', 'down', 'wait', 'wait'] as const
const FAULTS = ['cut', 'mute', 'partition', 'heal', 'impair', 'close', 'answer', 'kill', 'stop'] as const
/** Those of 65536 octets are not heard, and close. */
const LENGTHS = [1, 125, 126, 300, 1497] as const
const lengths = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom(...LENGTHS) },
  { weight: 1, arbitrary: fc.constantFrom(65_535, 65_536) },
)
const step = fc.tuple(fc.constantFrom(...STEPS, ...STEPS, ...FAULTS), fc.nat(40), lengths)

/** A message that says which it is in each of its octets. */
const message = (number: number, length: number): Uint8Array => new Uint8Array(length).map((_, at) => number + at)

const NOTHING = new Uint8Array(0)

const plain = (length: number): Uint8Array => new Uint8Array(length)

describe('whatever is sent, cut, muted, partitioned, impaired, closed', () => {
  it('messages arrive in order, at most once, unchanged, and each that was taken has one fate', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(), (steps, seed) => {
        const clock = virtualClock()
        const paths = virtualPaths({ latency: ms(10) })
        const sockets = virtualWebSockets(clock, { paths, random: fixedRandom(seed) })
        const fates: MessageFate[] = []
        sockets.fate$.subscribe(fate => fates.push(fate))
        const heard = { up: [] as number[], down: [] as number[] }
        const sent = new Map<number, Uint8Array>()
        const changed: number[] = []
        const hear = (direction: 'up' | 'down', octets: Uint8Array): void => {
          const number = octets[0] ?? 0
          if (Buffer.compare(octets, sent.get(number) ?? NOTHING) !== 0) changed.push(number)
          heard[direction].push(number)
        }
        const taken = { up: [] as number[], down: [] as number[] }
        let accepted: AcceptedSocket | undefined
        const server = sockets
          .server('b')
          .pipe(
            mergeMap(event => {
              if (event._tag !== 'Accepted') return EMPTY
              accepted = event.socket
              return event.socket.event$
            }),
          )
          .subscribe(what => what._tag === 'Message' && hear('up', what.octets))
        const out$ = new Subject<SocketOutput>()
        const unsent = new Set<number>()
        const client = sockets
          .socket(
            'a',
            'b',
          )(out$)
          .subscribe(what => {
            if (what._tag === 'Message') hear('down', what.octets)
            if (what._tag === 'Unsent') unsent.add(what.octets[0] ?? 0)
          })
        clock.advance(ms(10))
        const faults = new Subscription()
        let healed = new Subscription()
        steps.forEach(([what, amount, length], number) => {
          const octets = what === 'up' || what === 'down' ? message(number, length) : NOTHING
          sent.set(number, octets.slice())
          if (what === 'up' && !client.closed) {
            out$.next(octets)
            if (!unsent.has(number)) taken.up.push(number)
          } else if (what === 'down' && accepted?.send(frameMessage(octets, plain)) === true) taken.down.push(number)
          else if (what === 'wait') clock.advance(ms(amount))
          else if (what === 'cut' || what === 'mute') sockets[what]('a')
          else if (what === 'partition') healed.add(paths.block(amount > 20 ? 'a' : 'b', '*'))
          else if (what === 'impair') faults.add(paths.impair('*', '*', { jitter: ms(50), loss: 0.3, rate: 20_000 }))
          else if (what === 'close') out$.next({ _tag: 'CloseSocket', code: 1000 })
          else if (what === 'answer') accepted?.close(1001)
          else if (what === 'kill') client.unsubscribe()
          else if (what === 'stop') server.unsubscribe()
          else if (what === 'heal') {
            healed.unsubscribe()
            healed = new Subscription()
          }
        })
        clock.advance(ms(300))
        client.unsubscribe()
        server.unsubscribe()
        expect(clock.pending()).toBe(0)
        expect(changed).toEqual([])
        for (const [way, from] of [
          ['up', 'a'],
          ['down', 'b'],
        ] as const) {
          const mine = fates.filter(fate => fate.from === from).map(fate => ({ ...fate, number: fate.octets[0] ?? 0 }))
          expect(mine.map(({ number }) => number).sort((one, other) => one - other)).toEqual(taken[way])
          expect(mine.filter(({ _tag }) => _tag === 'Arrived').map(({ number }) => number)).toEqual(heard[way])
          expect(heard[way]).toEqual([...heard[way]].sort((one, other) => one - other))
        }
      }),
      { numRuns: 1000 },
    )
  })
})
