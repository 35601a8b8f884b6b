import { Subject, VirtualTimeScheduler } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { HubAddress } from '../../src/sc/node/hub-address.js'
import { node } from '../../src/sc/node/node.js'
import type { ScLinkEvent, ScOutbound } from '../../src/sc/node/sc-link.js'
import { Subprotocol, type Socket } from '../../src/sc/connection/socket.js'
import { connectionTimings, reconnectTimings, type ReconnectTimings } from '../../src/sc/connection/timings.js'
import { fixedRandom } from '../../src/testing/index.js'
import { ms, seconds } from '../../src/values/duration.js'
import type { ScUri } from '../../src/values/sc-uri.js'
import { BROADCAST_VMAC } from '../../src/values/vmac.js'
import { scCaptures, type ScCapture } from '../support/captures.js'
import {
  heartbeatOf,
  isFunction,
  isLeave,
  messageOf,
  msOf,
  playedSocket,
  refusedSocket,
  schedule,
  sessionsOf,
  type SentFrame,
  type Session,
} from '../support/replay.js'
import {
  DIRECT_CONNECTIONS_REFUSED,
  dueFrames,
  NPDUS_NUMBERED,
  ORIGINATING_LEFT_OUT,
  recordedIds,
  withoutDetails,
  type DueFrame,
} from '../support/replay-differences.js'
import { toHex } from '../support/vectors.js'

/*
 * A whole node of ours in the place of each recorded one: hub connector and all. It finds the hubs that the recorded node
 * found, when it found them, and hears what they said; its user sends the recorded NPDUs and asks the recorded
 * questions. All else it does by itself: connects, answers, heartbeats, fails over, returns, disconnects.
 */

const DIFFERENCES = [ORIGINATING_LEFT_OUT, NPDUS_NUMBERED, DIRECT_CONNECTIONS_REFUSED]

/** A node of a recording: its WebSockets to hubs, the first and third of which are to its primary hub. */
interface Device {
  readonly title: string
  readonly sessions: readonly [Session, ...Session[]]
}

const devices: readonly Device[] = scCaptures.flatMap((capture: ScCapture) => {
  const toHubs = sessionsOf(capture).filter(({ subprotocol }) => subprotocol === Subprotocol.HUB)
  const names = new Set(toHubs.map(({ connection }) => connection))
  return [...names].map(name => ({
    title: `${capture.name}, ${name}`,
    sessions: toHubs.filter(({ connection }) => connection === name) as [Session, ...Session[]],
  }))
})

const PRIMARY = 'wss://primary' as ScUri
const FAILOVER = 'wss://failover' as ScUri

/** How much earlier than recorded we may say something by ourselves. */
const AT_ONCE_MS = 20

/** bacnet-stack looks at its heartbeat timers about once a second, we when they are due. */
const HEARTBEAT_MS = 1000

/** When the recorded node looked whether its primary was back, it had been on the failover for this long. */
const reconnectOf = ([, onFailover, back]: readonly Session[]): ReconnectTimings =>
  onFailover === undefined || back === undefined
    ? reconnectTimings()
    : reconnectTimings({ minReconnect: ms(back.opensAt - msOf(acceptOf(onFailover))), jitter: 0 })

const acceptOf = ({ frames }: Session) => {
  const accept = frames.find(frame => isFunction(frame, 'Connect-Accept'))
  if (accept === undefined) throw new Error('nobody accepted')
  return accept
}

/** What the user of the recorded node did to make it send a frame; nothing, where the node did it by itself. */
const wishOf = ({ recorded, octets }: DueFrame): ScOutbound | undefined => {
  if (isFunction(recorded, 'Encapsulated-NPDU')) {
    const message = messageOf(recorded, octets)
    if (message._tag !== 'Encapsulated-NPDU' || message.destination === undefined) return undefined
    const destination = message.destination === BROADCAST_VMAC ? 'broadcast' : message.destination
    return { _tag: 'Npdu', npdu: message.npdu, destination }
  }
  const { destination } = isFunction(recorded, 'Address-Resolution') ? messageOf(recorded) : {}
  return destination && { _tag: 'Resolve', to: destination }
}

const replay = ({ sessions }: Device) => {
  const scheduler = new VirtualTimeScheduler()
  const [first] = sessions
  const last = sessions.at(-1) ?? first
  const due = dueFrames(
    sessions
      .flatMap(({ frames }) => frames)
      .filter(({ from }) => from === 'node')
      .sort((one, other) => one.at - other.at),
    DIFFERENCES,
  )
  const ids = recordedIds(due)
  const sent = new Map<Session, SentFrame[]>(sessions.map(session => [session, []]))
  const events: ScLinkEvent[] = []
  const outbound$ = new Subject<ScOutbound>()

  /** A hub answers when the recorded one did; at other times it is down. */
  const hub = (uri: ScUri): HubAddress => {
    const reached = sessions.filter((_, index) => uri === (index % 2 === 0 ? PRIMARY : FAILOVER))
    const socket: Socket = toHub$ => {
      const now = scheduler.now()
      const session = reached.find(({ opensAt }) => opensAt >= now && opensAt - now <= AT_ONCE_MS)
      if (session === undefined) return refusedSocket(toHub$)
      const note = (frame: SentFrame): void => {
        ids.sent(frame.octets)
        sent.get(session)?.push(frame)
      }
      return playedSocket(session, 'hub', note, scheduler)(toHub$)
    }
    return { uri, socket }
  }

  const link = node({
    self: () => first.node,
    drawVmac: () => expect.unreachable('the recorded nodes kept their VMACs'),
    primary: hub(PRIMARY),
    failover: hub(FAILOVER),
    timings: {
      ...connectionTimings({ heartbeat: seconds(sessions.map(heartbeatOf).find(silence => silence) ?? 60) }),
      ...reconnectOf(sessions),
    },
    nextMessageId: ids.next,
    scheduler,
    random: fixedRandom(1),
    direct: undefined,
  })
  let ended = false
  schedule(scheduler, first.opensAt, () => {
    const running = link(outbound$).subscribe({ next: event => events.push(event), complete: () => (ended = true) })
    if (last.endsAt < Infinity) schedule(scheduler, last.endsAt - 1, () => running.unsubscribe())
  })
  for (const frame of due) {
    const wish = wishOf(frame)
    if (wish) schedule(scheduler, msOf(frame.recorded), () => outbound$.next(wish))
  }
  const leave = last.frames.find(isLeave)
  if (leave) schedule(scheduler, msOf(leave), () => outbound$.complete())
  scheduler.maxFrames = Math.max(...last.frames.map(msOf)) + 1
  scheduler.flush()
  return { due, sent, events, ended, left: leave !== undefined }
}

/** What one device tells besides NPDUs and its status; all others tell nothing else. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  // Somebody asks it for the URIs of direct connections.
  'sc-bacnet-stack-direct, c1:lab-node3': ['Discarded'],
  // It asks for them.
  'sc-bacnet-stack-direct, c2:lab-node2': ['Resolved'],
  // Its primary hub is killed, and is down when it knocks again.
  'sc-bacnet-stack-failover, c1:lab-node3': ['LostConnection', 'FailedConnection'],
}

describe.each(devices)('our node in the place of the recorded one: $title', device => {
  const { due, sent, events, ended, left } = replay(device)

  it('says what was said, to each hub', () => {
    for (const session of device.sessions) {
      const expected = due.filter(({ recorded }) => session.frames.includes(recorded))
      const ours = sent.get(session)?.map(({ octets }) => toHex(withoutDetails(octets)))
      expect(ours).toEqual(expected.map(({ octets }) => toHex(octets)))
    }
  })

  it('says it when it was said', () => {
    for (const session of device.sessions) {
      for (const [index, frame] of session.frames.filter(({ from }) => from === 'node').entries()) {
        const early = msOf(frame) - (sent.get(session)?.[index]?.at ?? NaN)
        const most = isFunction(frame, 'Heartbeat-Request') ? HEARTBEAT_MS : AT_ONCE_MS
        expect(early, `${toHex(frame.octets)}: not later`).toBeGreaterThanOrEqual(0)
        expect(early, `${toHex(frame.octets)}: not much earlier`).toBeLessThanOrEqual(most)
      }
    }
  })

  it('hands on the NPDUs that were heard', () => {
    const heard = device.sessions
      .flatMap(({ frames }) => frames)
      .filter(frame => frame.from === 'hub' && isFunction(frame, 'Encapsulated-NPDU'))
      .map(frame => messageOf(frame))
    expect(events.filter(({ _tag }) => _tag === 'Npdu')).toEqual(
      heard.map(message => ({
        _tag: 'Npdu',
        npdu: message._tag === 'Encapsulated-NPDU' && message.npdu,
        source: message.originating,
        destination: message.destination === undefined ? 'unicast' : 'broadcast',
        via: 'hub',
        dataOptions: [],
      })),
    )
  })

  it('tells nothing else but what there is to tell', () => {
    const told = events.map(({ _tag }) => _tag).filter(tag => tag !== 'Npdu' && tag !== 'Status')
    expect(told).toEqual(TOLD[device.title] ?? [])
    expect(ended, 'it ends when it has disconnected').toBe(left)
  })
})

describe('the node that asked for direct connections', () => {
  it('got the URI', () => {
    const asking = devices.find(({ title }) => title === 'sc-bacnet-stack-direct, c2:lab-node2')
    expect.assert(asking !== undefined)
    expect(replay(asking).events).toContainEqual({
      _tag: 'Resolved',
      vmac: 'a28d03774861',
      uris: ['wss://127.0.0.1:50151'],
      cause: undefined,
      outcome: 'answered',
    })
  })
})

describe('the node whose primary hub was killed', () => {
  it('was on the failover, and came back', () => {
    const moving = devices.find(({ title }) => title === 'sc-bacnet-stack-failover, c1:lab-node3')
    expect.assert(moving !== undefined)
    const statuses = replay(moving).events.flatMap(event => (event._tag === 'Status' ? [event.status] : []))
    expect(statuses.map(({ hubConnection }) => hubConnection)).toEqual([
      'none',
      'primary',
      'none',
      'failover',
      'primary',
    ])
  })
})

describe('the recordings', () => {
  it('show every difference that is allowed', () => {
    const shown = new Set(devices.flatMap(device => replay(device).due.flatMap(({ differences }) => differences)))
    expect(shown).toEqual(new Set(DIFFERENCES))
  })
})
