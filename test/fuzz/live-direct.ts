import * as E from 'fp-ts/lib/Either.js'
import { NEVER, Subject, VirtualTimeScheduler } from 'rxjs'
import { memoryServer } from '../../src/sc/connection/memory-socket.js'
import { messageIds } from '../../src/sc/connection/message-id.js'
import { node } from '../../src/sc/node/node.js'
import type { ScLinkEvent } from '../../src/sc/node/sc-link.js'
import { Subprotocol, type SocketOutput } from '../../src/sc/connection/socket.js'
import { connectionTimings, reconnectTimings } from '../../src/sc/connection/timings.js'
import { fixedRandom } from '../../src/testing/index.js'
import type { DeviceUuid } from '../../src/values/device-uuid.js'
import { seconds } from '../../src/values/duration.js'
import type { Vmac } from '../../src/values/vmac.js'
import { decodeBvlcSc } from '../../src/wire/bvlc-sc-decode.js'
import type { Dice } from './dice.js'
import { hexOf, octetsOf, soundFrame, type Cast } from './frames.js'
import { mutated } from './mutate.js'
import { headOf, mayBeAnswered } from './oracle.js'
import { must } from './violation.js'

const SELF = '0200000000e5'
const PEER = '0200000000a1'
const CAST: Cast = { sources: ['0200000000d4', SELF], destinations: [SELF] }
const CONNECT_REQUEST = octetsOf(`06000001${PEER}${'a1'.repeat(16)}ffffef8f`)

/** Connections that may be there at once: that of the peer, a stranger's, and some that are ending. */
const MOST_WAITING = 60

interface Line {
  readonly outbound$: Subject<SocketOutput>
  readonly heard: Uint8Array[]
  closed: boolean
}

/** A node that accepts direct connections, and one frame after another from a bare peer, connected or not. */
export const liveDirect = (dice: Dice): (() => void) => {
  const scheduler = new VirtualTimeScheduler()
  const random = fixedRandom(1)
  const server = memoryServer(scheduler)
  const events: ScLinkEvent[] = []
  NEVER.pipe(
    node({
      self: () => ({
        vmac: SELF as Vmac,
        uuid: 'e5'.repeat(16) as DeviceUuid,
        maxBvlcLength: 1600,
        maxNpduLength: 1497,
      }),
      drawVmac: () => undefined,
      primary: undefined,
      failover: undefined,
      timings: { ...connectionTimings(), ...reconnectTimings() },
      nextMessageId: messageIds(random),
      scheduler,
      random,
      direct: {
        server$: server.server$,
        dial: undefined,
        mayDial: () => false,
        acceptUris: () => ['wss://direct'],
        configuredUris: new Map(),
        freshness: seconds(300),
        directIdle: seconds(300),
        allowPlaintext: false,
        limits: { maxInitiated: 0, maxAccepted: 5, maxPending: 5, maxQueued: 1 << 20 },
        allocate: length => new Uint8Array(length),
      },
    }),
  ).subscribe(event => events.push(event))

  const settle = (): void => {
    scheduler.maxFrames = scheduler.frame + 1
    scheduler.flush()
    scheduler.frame = scheduler.maxFrames
  }

  const open = (): Line => {
    const line: Line = { outbound$: new Subject(), heard: [], closed: false }
    server
      .socket(
        'peer',
        Subprotocol.DIRECT,
      )(line.outbound$)
      .subscribe(event => {
        if (event._tag === 'Message') line.heard.push(event.octets.slice())
        if (event._tag === 'Closed' || event._tag === 'Failed') line.closed = true
      })
    settle()
    return line
  }

  const say = (line: Line, frame: Uint8Array): void => {
    events.length = 0
    line.heard.length = 0
    line.outbound$.next(frame)
    settle()
  }

  const expectAnswers = (line: Line, frame: Uint8Array): void => {
    must(line.heard.length <= 1, 'answered twice', frame)
    for (const answer of line.heard) {
      must(mayBeAnswered(frame, 'direct'), `answered ${hexOf(answer)}`, frame)
      must(E.isRight(decodeBvlcSc(answer, 'direct')), `answered with ${hexOf(answer)}`, frame)
      must(answer[0] === 0x04 || hexOf(answer.subarray(2, 4)) === hexOf(frame.subarray(2, 4)), 'another id', frame)
    }
  }

  let line: Line | undefined
  let last: Uint8Array = CONNECT_REQUEST

  const strangerSpeaks = (): void => {
    const stranger = open()
    for (let count = 1 + dice.below(3); count > 0 && !stranger.closed; count--) {
      const frame = mutated(dice, dice.onceIn(2) ? last : soundFrame(dice, 'direct', CAST), CONNECT_REQUEST)
      say(stranger, frame)
      expectAnswers(stranger, frame)
      must(
        events.every(({ _tag }) => _tag !== 'Npdu'),
        'delivered, and nobody is connected',
        frame,
      )
      if (stranger.heard.some(([fn]) => fn === 0x07)) {
        must(frame[0] === 0x06, 'accepted without a Connect-Request', frame)
        break
      }
    }
    stranger.outbound$.next({ _tag: 'CloseSocket', code: 1000 })
    settle()
    if (line?.heard.some(([fn]) => fn === 0x08) === true) line = undefined
  }

  let cases = 0
  return () => {
    if (++cases % 1000 === 0) {
      must(scheduler.actions.length < MOST_WAITING, `${scheduler.actions.length} things wait for their time`, last)
    }
    if (dice.onceIn(20)) {
      strangerSpeaks()
      return
    }
    if (line === undefined || line.closed) {
      line = open()
      say(line, CONNECT_REQUEST)
      must(line.heard.length === 1 && line.heard[0]?.[0] === 0x07, 'a Connect-Request was not accepted', last)
    }
    const frame = mutated(dice, soundFrame(dice, dice.onceIn(10) ? 'from-hub' : 'direct', CAST), last)
    last = frame
    say(line, frame)
    expectAnswers(line, frame)
    for (const event of events) {
      if (event._tag !== 'Npdu') continue
      const head = headOf(frame)
      must(event.source === PEER && event.via === 'direct', `delivered as from ${event.source}`, frame)
      must(head?.originating === undefined && head?.destination === undefined, 'delivered with VMACs', frame)
      must(head?.fn === 0x01 && hexOf(frame).endsWith(hexOf(event.npdu)), 'delivered other octets', frame)
    }
  }
}
