import { NEVER, Observable, of, Subject, VirtualTimeScheduler } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { directConnections } from '../../src/sc/node/direct-connections.js'
import type { DirectEvent } from '../../src/sc/node/direct-event.js'
import type { WayEvent } from '../../src/sc/node/way-event.js'
import type { DirectOptions } from '../../src/sc/node/direct-options.js'
import { peerTable } from '../../src/sc/node/peer-table.js'
import type { AcceptedSocket, ServerEvent } from '../../src/sc/connection/socket.js'
import { Subprotocol } from '../../src/sc/connection/socket.js'
import { connectionTimings, reconnectTimings } from '../../src/sc/connection/timings.js'
import { fixedRandom } from '../../src/testing/index.js'
import { seconds } from '../../src/values/duration.js'
import type { ScUri } from '../../src/values/sc-uri.js'
import type { ScMessage } from '../../src/wire/bvlc-sc.js'
import { messageOf as unframed } from '../../src/wire/web-socket-frame.js'
import { scCaptures } from '../support/captures.js'
import {
  heartbeatOf,
  isFunction,
  isLeave,
  messageOf,
  msOf,
  playedSocket,
  schedule,
  sessionsOf,
  type SentFrame,
  type Session,
} from '../support/replay.js'
import { dueFrames, recordedIds } from '../support/replay-differences.js'
import { toHex } from '../support/vectors.js'

/*
 * All direct connections of a node of ours, in the place of bacnet-stack's on either side. It is told the URI of the
 * recorded peer, or hears it knock; its user sends the recorded NPDUs, the first of them already when the recorded program
 * was told to connect. All else it does by itself.
 */

const URI = 'wss://recorded.example' as ScUri

/** bacnet-stack looks at its heartbeat timers about once a second, we when they are due. */
const HEARTBEAT_MS = 1000

const sessions = scCaptures
  .flatMap(sessionsOf)
  .filter(({ subprotocol }) => subprotocol === Subprotocol.DIRECT)
  .map(session => ({ name: session.name, session }))

const replay = (session: Session, side: 'node' | 'hub') => {
  const scheduler = new VirtualTimeScheduler()
  const [self, peer] = side === 'node' ? [session.node, session.hub] : [session.hub, session.node]
  const due = dueFrames(
    session.frames.filter(({ from }) => from === side),
    [],
  )
  const ids = recordedIds(due)
  const sent: SentFrame[] = []
  const events: (DirectEvent | WayEvent)[] = []
  const outbound$ = new Subject<ScMessage>()
  const note = (frame: SentFrame): void => {
    ids.sent(frame.octets)
    sent.push(frame)
  }
  const socket = playedSocket(session, side === 'node' ? 'hub' : 'node', note, scheduler)

  const server$ = new Observable<ServerEvent>(subscriber => {
    const written$ = new Subject<Uint8Array>()
    const accepted: AcceptedSocket = {
      address: '127.0.0.1:50152',
      subprotocol: Subprotocol.DIRECT,
      event$: socket(written$),
      queued: () => 0,
      send: frame => {
        written$.next(unframed(frame))
        return true
      },
      close: () => undefined,
      terminate: () => undefined,
    }
    schedule(scheduler, session.opensAt, () => subscriber.next({ _tag: 'Accepted', socket: accepted }))
  })
  const options: DirectOptions = {
    server$: side === 'hub' ? server$ : undefined,
    dial: side === 'node' ? () => socket : undefined,
    mayDial: () => true,
    resolver: {
      ask: () => NEVER,
      refresh: () => NEVER,
      resolve: vmac => of({ _tag: 'Resolved', vmac, uris: [URI], cause: undefined, outcome: 'answered' }),
      isUnreachable: () => false,
    },
    self: () => self,
    renamed$: NEVER,
    connections: peerTable(),
    timings: {
      ...connectionTimings({ heartbeat: seconds(heartbeatOf(session) ?? 60) }),
      ...reconnectTimings(),
      directIdle: seconds(300),
    },
    limits: { maxInitiated: 1, maxAccepted: 1, maxPending: 1, maxQueued: 1 << 20 },
    nextMessageId: ids.next,
    allocate: length => new Uint8Array(length),
    scheduler,
    random: fixedRandom(1),
  }
  directConnections(options)(outbound$).subscribe(event => events.push(event))

  const npdus = due.filter(({ recorded }) => isFunction(recorded, 'Encapsulated-NPDU'))
  const submit = ({ recorded, octets }: (typeof npdus)[number]): void =>
    outbound$.next({ ...messageOf(recorded, octets), destination: peer.vmac })
  const [first] = npdus
  if (side === 'node' && first) schedule(scheduler, session.opensAt, () => submit(first))
  for (const npdu of npdus) schedule(scheduler, msOf(npdu.recorded), () => submit(npdu))
  const leave = due.find(({ recorded }) => isLeave(recorded))
  if (leave) schedule(scheduler, msOf(leave.recorded), () => outbound$.complete())
  scheduler.maxFrames = Math.max(...session.frames.map(msOf)) + 1
  scheduler.flush()
  return { due, sent, events, peer }
}

describe.each(sessions)('direct connections of ours in the place of the recorded ones: $name', ({ session }) => {
  describe.each(['node', 'hub'] as const)('as the initiating (node) or accepting (hub) peer: %s', side => {
    const { due, sent, events, peer } = replay(session, side)

    it('say what was said, when it was said', () => {
      expect(sent.map(({ octets }) => toHex(octets))).toEqual(due.map(({ octets }) => toHex(octets)))
      for (const [index, { recorded }] of due.entries()) {
        const early = msOf(recorded) - (sent[index]?.at ?? NaN)
        expect(early, toHex(recorded.octets)).toBeGreaterThanOrEqual(0)
        expect(early, toHex(recorded.octets)).toBeLessThanOrEqual(
          isFunction(recorded, 'Heartbeat-Request') ? HEARTBEAT_MS : 20,
        )
      }
    })

    it('hear the NPDUs, from the VMAC of the peer', () => {
      const heard = session.frames.filter(frame => frame.from !== side && isFunction(frame, 'Encapsulated-NPDU'))
      expect(events.filter(({ _tag }) => _tag === 'Received')).toEqual(
        heard.map(frame => ({ _tag: 'Received', message: { ...messageOf(frame), originating: peer.vmac } })),
      )
    })

    it('tell of the connection, and of nothing wrong', () => {
      const told = events.filter(({ _tag }) => !['Received', 'Unsent'].includes(_tag)).map(({ _tag }) => _tag)
      const ended = session.frames.some(isLeave)
      expect(told.slice(0, 2)).toEqual(['DirectConnected', 'Direct'])
      expect([...told.slice(2)].sort()).toEqual(ended ? ['Direct', 'DirectDisconnected'] : [])
      expect(events.filter(({ _tag }) => _tag === 'Unsent')).toHaveLength(side === 'node' ? 1 : 0)
    })
  })
})
