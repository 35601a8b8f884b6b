import * as E from 'fp-ts/lib/Either.js'
import { EMPTY, mergeMap, Subject, tap, VirtualTimeScheduler } from 'rxjs'
import { memoryServer } from '../../src/sc/connection/memory-socket.js'
import { messageIds } from '../../src/sc/connection/message-id.js'
import { node } from '../../src/sc/node/node.js'
import type { ScLinkEvent, ScOutbound } from '../../src/sc/node/sc-link.js'
import type { AcceptedSocket, SocketEvent } from '../../src/sc/connection/socket.js'
import { connectionTimings, reconnectTimings } from '../../src/sc/connection/timings.js'
import { fixedRandom } from '../../src/testing/index.js'
import type { DeviceUuid } from '../../src/values/device-uuid.js'
import { ms, seconds } from '../../src/values/duration.js'
import type { ScUri } from '../../src/values/sc-uri.js'
import { randomVmac, type Vmac } from '../../src/values/vmac.js'
import { decodeBvlcSc } from '../../src/wire/bvlc-sc-decode.js'
import type { PeerIdentity } from '../../src/wire/bvlc-sc.js'
import { frameMessage } from '../../src/wire/web-socket-frame.js'
import type { Dice } from './dice.js'
import { hexOf, octetsOf, soundFrame, TO_ALL, type Cast } from './frames.js'
import { mutated } from './mutate.js'
import { headOf, isOfConnection, mayBeAnswered } from './oracle.js'
import { must } from './violation.js'

const HUB = '0200000000a1'
const CAST: Cast = { sources: ['0200000000b2', '0200000000c3', '0200000000d4'], destinations: [] }
const SOMEBODY = '0200000000b2' as Vmac

/** The most work that may wait for its time: timers of a connection, of the connector, and of resolutions. */
const MOST_WAITING = 90

/** Short, so that many NPDUs are longer. */
const MAX_NPDU = 20

const allocate = (length: number): Uint8Array => new Uint8Array(length)

/** A node in virtual time, and one frame after another from a bare hub, connected or not. */
export const liveNode = (dice: Dice): (() => void) => {
  const scheduler = new VirtualTimeScheduler()
  const random = fixedRandom(1)
  const server = memoryServer(scheduler)
  const outbound$ = new Subject<ScOutbound>()
  const events: ScLinkEvent[] = []
  const answers: Uint8Array[] = []
  let socket: AcceptedSocket | undefined
  let connected = false

  const hear = (accepted: AcceptedSocket, heard: SocketEvent): void => {
    if (heard._tag === 'Message') answers.push(heard.octets.slice())
    if (heard._tag !== 'Closed') return
    if (socket === accepted) socket = undefined
    accepted.close(1000)
  }
  server.server$
    .pipe(
      mergeMap(event => {
        if (event._tag !== 'Accepted') return EMPTY
        const accepted = event.socket
        socket = accepted
        return accepted.event$.pipe(tap(heard => hear(accepted, heard)))
      }),
    )
    .subscribe()
  const isOpen = (): boolean => socket !== undefined
  let self: PeerIdentity = {
    vmac: randomVmac(random),
    uuid: 'e5'.repeat(16) as DeviceUuid,
    maxBvlcLength: 1600,
    maxNpduLength: MAX_NPDU,
  }
  node({
    self: () => self,
    drawVmac: () => (self = { ...self, vmac: randomVmac(random) }),
    primary: { uri: 'wss://hub' as ScUri, socket: server.socket('node') },
    failover: undefined,
    timings: { ...connectionTimings(), ...reconnectTimings({ minReconnect: ms(10), maxReconnect: ms(10) }) },
    nextMessageId: messageIds(random),
    scheduler,
    random,
    direct: undefined,
  })(outbound$).subscribe(event => {
    if (event._tag === 'Status') connected = event.status.hubConnection !== 'none'
    else events.push(event)
  })

  const pass = (duration: number): void => {
    scheduler.maxFrames = scheduler.frame + duration
    scheduler.flush()
    scheduler.frame = scheduler.maxFrames
  }

  const say = (frame: Uint8Array): void => {
    events.length = 0
    answers.length = 0
    socket?.send(frameMessage(frame, allocate))
    pass(1)
  }

  let last = octetsOf('0a000001')
  const nextFrame = (): Uint8Array => {
    const sound = soundFrame(dice, dice.onceIn(10) ? 'to-hub' : 'from-hub', { ...CAST, destinations: [self.vmac] })
    last = mutated(dice, sound, last)
    return last
  }

  /** Lets the node connect, after some frames that are no Connect-Accept of its request. */
  const connect = (): void => {
    for (let waits = 0; answers.at(-1)?.[0] !== 0x06; waits++) {
      must(waits < 100, 'the node does not come back', last)
      pass(seconds(1))
    }
    const id = hexOf(answers.at(-1)?.subarray(2, 4) ?? new Uint8Array(0))
    for (let count = dice.below(4); count > 0 && socket !== undefined; count--) {
      const accept = octetsOf(`0700${id}${HUB}${'a1'.repeat(16)}ffffef8f`)
      const frame = dice.onceIn(2) ? nextFrame() : mutated(dice, accept, last)
      say(frame)
      must(!connected || (frame[0] === 0x07 && hexOf(frame.subarray(2, 4)) === id), 'connected by that', frame)
      must(answers.length === 0, `answered ${answers.map(hexOf).join()} before it was connected`, frame)
      must(
        events.every(({ _tag }) => _tag !== 'Npdu'),
        'delivered before it was connected',
        frame,
      )
      if (connected) return
    }
    if (socket !== undefined) say(octetsOf(`0700${id}${HUB}${'a1'.repeat(16)}ffffef8f`))
  }

  const expectDelivered = (frame: Uint8Array): void => {
    const head = headOf(frame)
    const npdus = events.filter(event => event._tag === 'Npdu')
    must(npdus.length <= 1, 'delivered twice', frame)
    for (const { source, destination, npdu } of npdus) {
      must(head?.fn === 0x01 && source === head.originating, `delivered as from ${source}`, frame)
      must(head?.destination === undefined || head.destination === TO_ALL, 'delivered, and is for another', frame)
      must((head?.destination === TO_ALL) === (destination === 'broadcast'), `delivered as ${destination}`, frame)
      must(hexOf(frame).endsWith(hexOf(npdu)) && npdu.length <= MAX_NPDU, 'delivered other octets', frame)
    }
  }

  const expectAnswered = (frame: Uint8Array): void => {
    const asked = headOf(frame)
    const due = answers.filter(([fn]) => fn !== 0x06 && fn !== 0x0a)
    must(due.length <= 1, 'answered twice', frame)
    for (const answer of due) {
      const head = headOf(answer)
      const toHub = isOfConnection(answer[0] ?? 0) || head?.destination === undefined ? 'direct' : 'to-hub'
      must(mayBeAnswered(frame, 'from-hub'), `answered ${hexOf(answer)}`, frame)
      must(E.isRight(decodeBvlcSc(answer, toHub)), `answered with ${hexOf(answer)}`, frame)
      must(head?.originating === undefined, `says who it is: ${hexOf(answer)}`, frame)
      must(head?.destination === undefined || head.destination === asked?.originating, 'answers somebody else', frame)
      must(answer[0] === 0x04 || head?.id === asked?.id || asked === undefined, 'answers another id', frame)
    }
    for (const request of answers.filter(([fn]) => fn === 0x0a)) {
      socket?.send(frameMessage(Uint8Array.of(0x0b, 0, ...request.subarray(2, 4)), allocate))
    }
  }

  let cases = 0
  return () => {
    if (++cases % 1000 === 0) {
      must(scheduler.actions.length < MOST_WAITING, `${scheduler.actions.length} things wait for their time`, last)
    }
    if (!isOpen() || !connected) {
      connect()
      return
    }
    if (dice.onceIn(50)) {
      outbound$.next({ _tag: 'Resolve', to: SOMEBODY })
      pass(1)
    }
    const frame = nextFrame()
    say(frame)
    expectDelivered(frame)
    if (isOpen()) expectAnswered(frame)
  }
}
