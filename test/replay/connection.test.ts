import { Subject, VirtualTimeScheduler } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { Transition } from '../../src/machine/transition.js'
import { accepting } from '../../src/sc/connection/accepting.js'
import { connection } from '../../src/sc/connection/connection.js'
import { IDLE } from '../../src/sc/connection/disconnecting.js'
import { initiating } from '../../src/sc/connection/initiating.js'
import type { ConnectionEvent, PeerEffect, PeerEvent } from '../../src/sc/connection/peer.js'
import { understandsNone } from '../../src/sc/connection/receive.js'
import { Subprotocol } from '../../src/sc/connection/socket.js'
import { connectionTimings, type ConnectionTimings } from '../../src/sc/connection/timings.js'
import { fixedRandom } from '../../src/testing/index.js'
import { seconds } from '../../src/values/duration.js'
import { functionRule } from '../../src/wire/bvlc-function.js'
import type { Path } from '../../src/wire/bvlc-sc-decode.js'
import type { ScMessage } from '../../src/wire/bvlc-sc.js'
import { scCaptures, type ScCapture } from '../support/captures.js'
import {
  endOf,
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
import { dueFrames, NPDUS_NUMBERED, ORIGINATING_LEFT_OUT, recordedIds } from '../support/replay-differences.js'
import { toHex } from '../support/vectors.js'

/*
 * One connection of ours in the place of a recorded program, over a hub connection or a direct one, as the initiating
 * peer and as the accepting one. It hears what the other side said, when it said it; it is given the NPDUs and other
 * messages of its user, and told to disconnect, when the recorded program was. All else it says by itself.
 */

const DIFFERENCES = [ORIGINATING_LEFT_OUT, NPDUS_NUMBERED]

/** How much earlier than recorded we may say something by ourselves. */
const AT_ONCE_MS = 20

/** bacnet-stack looks at its heartbeat timers about once a second, we when they are due. */
const HEARTBEAT_MS = 1000

/** The side whose place we take: its machine, and on which way it hears. */
interface Place<State> {
  readonly side: 'node' | 'hub'
  readonly path: Path
  readonly transition: Transition<State, PeerEvent, PeerEffect>
  readonly initial: State
}

const timingsOf = (session: Session): ConnectionTimings =>
  connectionTimings({ heartbeat: seconds(heartbeatOf(session) ?? 60) })

/** Whether a message is the user's affair, and not the connection's own. */
const isUsers = (octets: Uint8Array): boolean => functionRule(octets[0] ?? 0xff)?.connectionOnly === false

const replay = <State extends { readonly _tag: string }>(
  session: Session,
  { side, path, transition, initial }: Place<State>,
) => {
  const scheduler = new VirtualTimeScheduler()
  const due = dueFrames(
    session.frames.filter(({ from }) => from === side),
    DIFFERENCES,
  )
  const ids = recordedIds(due)
  const sent: SentFrame[] = []
  const events: ConnectionEvent[] = []
  const outbound$ = new Subject<ScMessage>()
  const self = session[side]
  const note = (frame: SentFrame): void => {
    ids.sent(frame.octets)
    sent.push(frame)
  }

  const over = connection({
    transition,
    initial,
    socket: playedSocket(session, side === 'node' ? 'hub' : 'node', note, scheduler),
    receiver: { path, maxBvlcLength: self.maxBvlcLength, understands: understandsNone },
    activity: { lastValid: 0, lastSent: 0 },
    admit: () => ({ _tag: 'Accept', self }),
    nextMessageId: ids.next,
    scheduler,
    random: fixedRandom(1),
  })
  let ended = false
  schedule(scheduler, session.opensAt, () => {
    over(outbound$).subscribe({ next: event => events.push(event), complete: () => (ended = true) })
  })
  for (const { recorded, octets } of due) {
    if (isUsers(octets)) schedule(scheduler, msOf(recorded), () => outbound$.next(messageOf(recorded, octets)))
    if (isLeave(recorded)) schedule(scheduler, msOf(recorded), () => outbound$.complete())
  }
  scheduler.maxFrames = Math.max(...session.frames.map(msOf)) + 1
  scheduler.flush()
  return { due, sent, events, ended }
}

const asNode = (session: Session) => {
  const { subprotocol, node: self } = session
  return replay(session, {
    side: 'node',
    path: subprotocol === Subprotocol.DIRECT ? 'direct' : 'from-hub',
    transition: initiating({ subprotocol, self, timings: timingsOf(session) }),
    initial: IDLE,
  })
}

const asAcceptor = (session: Session) =>
  replay(session, { side: 'hub', path: 'direct', transition: accepting(connectionTimings()), initial: IDLE })

const expectTheSame = ({ due, sent }: ReturnType<typeof asNode>): void => {
  expect(sent.map(({ octets }) => toHex(octets))).toEqual(due.map(({ octets }) => toHex(octets)))
  for (const [index, { recorded }] of due.entries()) {
    const early = msOf(recorded) - (sent[index]?.at ?? NaN)
    const most = isFunction(recorded, 'Heartbeat-Request') ? HEARTBEAT_MS : AT_ONCE_MS
    expect(early, `${toHex(recorded.octets)}: not later, and not much earlier`).toBeGreaterThanOrEqual(0)
    expect(early, `${toHex(recorded.octets)}: not much earlier`).toBeLessThanOrEqual(most)
  }
}

const sessions = scCaptures.flatMap((capture: ScCapture) =>
  sessionsOf(capture).map(session => ({ title: `${capture.name}, ${session.name}`, session, end: endOf(capture) })),
)
const direct = sessions.filter(({ session }) => session.subprotocol === Subprotocol.DIRECT)

describe.each(sessions)('the initiating peer in the place of the recorded one: $title', ({ session }) => {
  const ours = asNode(session)

  it('says what was said', () => expectTheSame(ours))

  it('hands on what it heard, and nothing went wrong', () => {
    const heard = session.frames.filter(({ from, octets }) => from === 'hub' && isUsers(octets))
    expect(ours.events.filter(({ _tag }) => _tag === 'Received')).toEqual(
      heard.map(frame => ({ _tag: 'Received', message: messageOf(frame) })),
    )
    expect(ours.events.filter(({ _tag }) => ['Failed', 'Malformed', 'Unsent'].includes(_tag))).toEqual([])
    expect(ours.ended, 'the connection is over').toBe(session.frames.some(isLeave))
  })
})

describe.each(direct)('the accepting peer in the place of the recorded one: $title', ({ session }) => {
  const ours = asAcceptor(session)

  it('says what was said', () => expectTheSame(ours))

  it('hands on what it heard, and nothing went wrong', () => {
    expect(ours.events.map(({ _tag }) => _tag)).toEqual(['Connected', 'Received', 'Disconnected'])
    // It says 56325, which is 1500 with the wrong octet first (field quirks, bacnet-stack 7).
    const peer = { ...session.node, maxBvlcLength: 1500, maxNpduLength: 1500 }
    expect(ours.events[0]).toEqual({ _tag: 'Connected', peer })
    expect(ours.ended).toBe(true)
  })
})

describe('the recordings', () => {
  it('show every difference that is allowed', () => {
    const shown = new Set(
      sessions.flatMap(({ session }) =>
        dueFrames(
          session.frames.filter(({ from }) => from === 'node'),
          DIFFERENCES,
        ).flatMap(({ differences }) => differences),
      ),
    )
    expect(shown).toEqual(new Set(DIFFERENCES))
  })

  it('have heartbeats of both stacks that send them', () => {
    expect(new Set(sessions.map(({ session }) => heartbeatOf(session)))).toEqual(new Set([undefined, 5, 6]))
    expect(direct).toHaveLength(1)
  })
})
