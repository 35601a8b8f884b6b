import { NEVER, Subject, VirtualTimeScheduler } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { HubEvent } from '../../src/sc/hub/hub-event.js'
import { hubFunction } from '../../src/sc/hub/hub-function.js'
import { hubLimits } from '../../src/sc/hub/hub-limits.js'
import { memoryServer } from '../../src/sc/connection/memory-socket.js'
import { messageIds } from '../../src/sc/connection/message-id.js'
import { Subprotocol, type SocketOutput } from '../../src/sc/connection/socket.js'
import { connectionTimings } from '../../src/sc/connection/timings.js'
import { fixedRandom } from '../../src/testing/index.js'
import type { PeerIdentity } from '../../src/wire/bvlc-sc.js'
import { scCaptures, type ScCapture } from '../support/captures.js'
import { endOf, hexOf, isLeave, msOf, schedule, sessionsOf, type SentFrame, type Session } from '../support/replay.js'
import { toHex } from '../support/vectors.js'

/*
 * Our hub function in the place of each recorded hub: it hears what the recorded nodes said, when they said it, and must
 * say what the recorded hub said, octet for octet and in the same order on each connection. It has the recorded hub's
 * identity and limits, so that even its Connect-Accepts are the same.
 */

/** A hub function of ours, under the name of a recorded hub. */
const startHub = (identity: PeerIdentity, scheduler: VirtualTimeScheduler) => {
  const server = memoryServer(scheduler)
  const random = fixedRandom(1)
  const events: HubEvent[] = []
  const hub = hubFunction({
    self: () => identity,
    server$: server.server$,
    timings: connectionTimings(),
    limits: hubLimits({ maxConnections: 10 }),
    nextMessageId: messageIds(random),
    allocate: length => new Uint8Array(length),
    scheduler,
    random,
  })
  NEVER.pipe(hub).subscribe(event => events.push(event))
  return { server, events }
}

/** Plays the nodes of a recording to our hub, or hubs where several were recorded. */
const replay = (capture: ScCapture) => {
  const scheduler = new VirtualTimeScheduler()
  const sessions = sessionsOf(capture).filter(({ subprotocol }) => subprotocol === Subprotocol.HUB)
  const identities = new Map(sessions.map(({ hub }) => [hub.vmac, hub]))
  const hubs = new Map([...identities].map(([vmac, identity]) => [vmac, startHub(identity, scheduler)]))

  const answers = new Map<Session, readonly SentFrame[]>()
  const closeCodes = new Map<string, number>()
  const clients = new Map<Session, Subject<SocketOutput>>()
  for (const session of sessions) {
    const outbound$ = new Subject<SocketOutput>()
    const heard: SentFrame[] = []
    answers.set(session, heard)
    clients.set(session, outbound$)
    schedule(scheduler, session.opensAt - 1, () => {
      const socket = hubs.get(session.hub.vmac)?.server.socket(session.name)
      const client = socket?.(outbound$).subscribe(event => {
        if (event._tag === 'Message') heard.push({ at: scheduler.now(), octets: event.octets })
        if (event._tag === 'Closed') closeCodes.set(session.name, event.code)
      })
      if (session.endsAt < Infinity) schedule(scheduler, session.endsAt, () => client?.unsubscribe())
    })
  }
  for (const frame of capture.frames) {
    const session = sessions.find(({ frames }) => frames.includes(frame))
    if (frame.from !== 'node' || session === undefined) continue
    schedule(scheduler, msOf(frame), () => clients.get(session)?.next(frame.octets))
  }
  scheduler.maxFrames = endOf(capture)
  scheduler.flush()
  return { answers, closeCodes, events: [...hubs.values()].flatMap(({ events }) => events) }
}

/** What a recorded hub said on one connection. */
const recorded = ({ frames }: Session) => frames.filter(({ from }) => from === 'hub')

describe.each(scCaptures)('our hub in the place of the recorded one: $name', capture => {
  const { answers, closeCodes, events } = replay(capture)

  it.each([...answers].map(([session, ours]) => ({ name: session.name, session, ours })))(
    'says on $name what was said',
    ({ session, ours }) => {
      expect(ours.map(({ octets }) => toHex(octets))).toEqual(recorded(session).map(hexOf))
    },
  )

  it('says nothing later than it was said', () => {
    for (const [session, ours] of answers) {
      for (const [index, frame] of recorded(session).entries()) {
        expect(ours[index]?.at, `${session.name}: ${hexOf(frame)}`).toBeLessThanOrEqual(msOf(frame))
      }
    }
  })

  it('closes the WebSockets of those who asked for that, and no other', () => {
    const left = [...answers.keys()].filter(({ frames }) => frames.some(isLeave))
    expect(closeCodes).toEqual(new Map(left.map(({ name }) => [name, 1000])))
  })

  it('refuses nobody, and drops nothing', () => {
    expect(events.filter(({ _tag }) => _tag === 'Refused' || _tag === 'Dropped')).toEqual([])
    expect(events.filter(({ _tag }) => _tag === 'NodeConnected')).toHaveLength(answers.size)
  })
})
