import type { SchedulerLike } from 'rxjs'
import { runner, running, type Running, type Stop } from '../../machine/runner.js'
import type { TimerEffect } from '../../machine/timers.js'
import { ms } from '../../values/duration.js'
import type { Random } from '../../values/random.js'
import { encodeBvlcSc } from '../../wire/bvlc-sc-encode.js'
import type { ConnectRequest, PeerIdentity, ScMessage } from '../../wire/bvlc-sc.js'
import type { OptionLimits } from '../../wire/header-option.js'
import { frameMessage } from '../../wire/web-socket-frame.js'
import { accepting, type AcceptingState } from '../connection/accepting.js'
import {
  causeOf,
  changeOf,
  diagnoseAs,
  isNak,
  type ConnectionDiagnostic,
  type Diagnose,
} from '../connection/diagnostic.js'
import { IDLE } from '../connection/disconnecting.js'
import { endHeard, messageHeard } from '../connection/heard.js'
import type { Admission, ConnectionEvent, PeerEffect, PeerEvent, PeerTimer } from '../connection/peer.js'
import { understandsNone } from '../connection/receive.js'
import type { AcceptedSocket, SocketEvent } from '../connection/socket.js'
import type { ConnectionTimings } from '../connection/timings.js'
import { noteHeard } from '../connection/unconfirmed.js'
import type { Member } from './hub-table.js'

/** One accepted socket of a hub: the state of the connection on it, and the member it became. */
export interface Line extends Running<AcceptingState, LineEvent, PeerTimer> {
  readonly socket: AcceptedSocket
  /** Hands the connection what concerns itself. */
  readonly control: (event: SocketEvent) => void
  /** Asks for the end of the connection in good order. */
  readonly disconnect: () => void
  member: Member | undefined
  /** It is not CONNECTED any more, or another connection has its place: nothing it still sends is passed on. */
  over: boolean
  /** A Connect-Request was refused on it already. */
  requestRefused: boolean
  lastValid: number
}

/** The socket is gone. It waits for its turn like any event, so that what was heard before it is told before the end. */
interface Gone {
  readonly _tag: 'Gone'
}

type LineEvent = PeerEvent | Gone

type OutwardEffect = Exclude<PeerEffect, TimerEffect<PeerTimer>>

/** What the lines of a hub need of it. */
export interface LineOptions {
  readonly limits: OptionLimits
  readonly self: () => PeerIdentity
  readonly diagnose?: Diagnose
  /** Decides on the Connect-Request that a line waits for, and on no other. */
  readonly admit: (request: ConnectRequest, socket: AcceptedSocket) => Admission
  readonly timings: ConnectionTimings
  readonly nextMessageId: () => number
  /** Whether an answer may still be written; asked before each. */
  readonly mayAnswer: (line: Line) => boolean
  /** What happens to a connection. */
  readonly tell: (line: Line, event: ConnectionEvent) => void
  /** Its socket is gone, or it failed: nothing more is heard of it. */
  readonly gone: (line: Line, failure: { readonly error: unknown } | undefined) => void
  readonly allocate: (length: number) => Uint8Array
  readonly scheduler: SchedulerLike
  readonly random: Random
}

/** The lines of a hub. */
export interface Lines {
  /** A line over a socket that was accepted. */
  readonly open: (socket: AcceptedSocket) => Line
  /** Ends a line at once, telling nobody. */
  readonly end: (line: Line) => void
}

/**
 * The connections of a hub, as their accepting peer: what `connection` does for one of either kind, for any number, each
 * of which idles at the cost of its state. The machine, what its timers come back as and what its effects do have one
 * place for all.
 */
export const hubLines = (options: LineOptions): Lines => {
  const { timings, nextMessageId, admit, mayAnswer, tell, gone, allocate, scheduler, random } = options
  const acceptingPeer = accepting(timings)

  const diagnoseOf = ({ socket }: Line): Diagnose<ConnectionDiagnostic> =>
    diagnoseAs({ role: 'hub function', far: socket.address }, options.diagnose)

  const noteNak = (line: Line, _tag: 'NakSent' | 'NakReceived', message: ScMessage): void => {
    if (isNak(message)) diagnoseOf(line)(() => ({ _tag, result: message }))
  }

  const perform = (line: Line, effect: OutwardEffect): void => {
    switch (effect._tag) {
      case 'OpenSocket':
        return
      case 'Send':
        noteNak(line, 'NakSent', effect.message)
        if (mayAnswer(line)) line.socket.send(frameMessage(encodeBvlcSc(effect.message), allocate))
        return
      case 'Close':
        line.socket.close(effect.code)
        return
      case 'Abort':
        line.socket.terminate()
        feed(line, GONE)
        return
      case 'Tell':
        tell(line, effect.event)
        return
    }
  }

  const { feed, end } = runner<AcceptingState, LineEvent, OutwardEffect, PeerTimer, Line>({
    transition: (state, event, line) => {
      if (event._tag === 'Gone') return [state, [STOP]]
      const step = acceptingPeer(state, event)
      if (step[0]._tag !== state._tag) diagnoseOf(line)(() => changeOf(state, step, causeOf))
      return step
    },
    fired: (line, timer) => ({
      _tag: 'TimerFired',
      timer,
      quiet: ms(scheduler.now() - line.lastValid),
      messageId: nextMessageId(),
    }),
    perform,
    stopped: (line, failure) => {
      line.socket.terminate()
      gone(line, failure)
    },
    scheduler,
    random,
  })

  const hear = (line: Line, event: SocketEvent): void => {
    switch (event._tag) {
      case 'Message': {
        const { maxBvlcLength } = options.self()
        const optionLimits = options.limits
        const receiver = { path: 'to-hub', maxBvlcLength, optionLimits, understands: understandsNone } as const
        // Asked only where the answer counts: it may pin an identity, and tell of it.
        const awaited = line.state._tag === 'AWAITING_REQUEST'
        const heard = messageHeard(event.octets, receiver, awaited ? request => admit(request, line.socket) : undefined)
        if (heard._tag !== 'Malformed') hears(line, scheduler.now())
        if (heard._tag === 'Received') noteNak(line, 'NakReceived', heard.message)
        feed(line, heard)
        return
      }
      case 'Open':
        hears(line, scheduler.now())
        feed(line, { ...event, messageId: nextMessageId() })
        return
      case 'Text':
        feed(line, endHeard(event))
        return
      case 'Closed':
      case 'Failed':
        feed(line, endHeard(event))
        feed(line, GONE)
        return
      case 'Unsent':
      case 'Lost':
        return
    }
  }

  return {
    open: socket => {
      const line: Line = {
        ...running<AcceptingState, LineEvent, PeerTimer>(IDLE),
        socket,
        control: event => hear(line, event),
        disconnect: () => feed(line, { _tag: 'Disconnect', messageId: nextMessageId() }),
        member: undefined,
        over: false,
        requestRefused: false,
        lastValid: scheduler.now(),
      }
      feed(line, { _tag: 'Start' })
      return line
    },
    end: line => {
      end(line)
      line.socket.terminate()
    },
  }
}

const GONE: Gone = { _tag: 'Gone' }
const STOP: Stop = { _tag: 'Stop' }

/** Notes that something valid was heard on a line. */
export const hears = (line: Line, now: number): void => {
  line.lastValid = now
  if (line.member !== undefined) noteHeard(line.member.unconfirmed, now)
}

/** The line on which a member is. */
export const lineOf = (lines: Iterable<Line>, sought: Member | undefined): Line | undefined => {
  for (const line of lines) if (line.member !== undefined && line.member === sought) return line
  return undefined
}

/** The line that has been on its way out for longest. */
export const oldestEnding = (lines: Iterable<Line>): Line | undefined => {
  for (const line of lines) if (line.over) return line
  return undefined
}
