import { Observable, Subject, type Subscription } from 'rxjs'
import type { ConnectRequest, PeerIdentity, ScMessage } from '../wire/bvlc-sc.js'
import type { OptionLimits } from '../wire/header-option.js'
import { frameMessage } from '../wire/web-socket-frame.js'
import { accepting, type AcceptingState } from './accepting.js'
import { connection, type ConnectionOptions } from './connection.js'
import { diagnoseAs, type Diagnose } from './diagnostic.js'
import { IDLE } from './disconnecting.js'
import { forwarding, type Forwarding } from './hub-forward.js'
import type { HubTable, Member } from './hub-table.js'
import type { Admission, ConnectionEvent } from './peer.js'
import { understandsNone } from './receive.js'
import type { AcceptedSocket, Socket, SocketEvent } from './socket.js'
import type { ConnectionTimings } from './timings.js'

/** One accepted socket of a hub: the connection on it, and the member it became. */
export interface Line {
  readonly socket: AcceptedSocket
  /** What happens to the connection: heard once, from the moment the line is there. */
  readonly connection$: Observable<ConnectionEvent>
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

/** What a line needs of its hub. */
export interface LineOptions extends Pick<ConnectionOptions<AcceptingState>, 'nextMessageId' | 'scheduler' | 'random'> {
  readonly limits: OptionLimits
  readonly self: () => PeerIdentity
  readonly diagnose?: Diagnose
  readonly admit: (request: ConnectRequest) => Admission
  readonly timings: ConnectionTimings
  /** Whether an answer may still be written; asked before each. */
  readonly mayAnswer: (line: Line) => boolean
  readonly allocate: (length: number) => Uint8Array
}

/** A line over a socket that was accepted. */
export const hubLine = (socket: AcceptedSocket, options: LineOptions): Line => {
  const control$ = new Subject<SocketEvent>()
  const disconnect$ = new Subject<ScMessage>()
  const line: Line = {
    socket,
    connection$: new Observable(subscriber => {
      const accepted = connection<AcceptingState>({
        transition: accepting(options.timings),
        initial: IDLE,
        socket: controlSocket(line, control$, options),
        receiver: {
          path: 'to-hub',
          maxBvlcLength: options.self().maxBvlcLength,
          optionLimits: options.limits,
          understands: understandsNone,
        },
        activity: line,
        nextMessageId: options.nextMessageId,
        admit: options.admit,
        diagnose: diagnoseAs({ role: 'hub function', far: socket.address }, options.diagnose),
        scheduler: options.scheduler,
        random: options.random,
      })
      return accepted(disconnect$).subscribe(subscriber)
    }),
    control: event => {
      control$.next(event)
      if (event._tag === 'Closed') control$.complete()
    },
    disconnect: () => disconnect$.complete(),
    member: undefined,
    over: false,
    requestRefused: false,
    lastValid: options.scheduler.now(),
  }
  return line
}

/** An accepted socket as the connection sees it: without the messages that were passed on. */
const controlSocket =
  (line: Line, control$: Subject<SocketEvent>, { mayAnswer, allocate }: LineOptions): Socket =>
  outbound$ =>
    new Observable(subscriber => {
      const writing: Subscription = outbound$.subscribe(output => {
        if (!(output instanceof Uint8Array)) line.socket.close(output.code)
        else if (mayAnswer(line)) line.socket.send(frameMessage(output, allocate))
        else subscriber.next({ _tag: 'Unsent', octets: output, reason: 'send queue full' })
      })
      subscriber.add(control$.subscribe(subscriber))
      subscriber.add(writing)
      subscriber.add(() => line.socket.terminate())
    })

/** What one event of a socket comes to. */
export type Route =
  /** It concerns the connection itself. */
  | { readonly _tag: 'Control'; readonly line: Line; readonly event: SocketEvent }
  /** A message in flight. */
  | {
      readonly _tag: 'Forward'
      readonly line: Line
      readonly sender: Member
      readonly octets: Uint8Array
      readonly forwarding: Exclude<Forwarding, { readonly _tag: 'ForHub' }>
    }

/** The data path of one line: each event of its socket routed by a look at the header. Never errors. */
export const lineRoute$ = (line: Line, table: HubTable, maxBvlcLength: number): Observable<Route> =>
  // One operator by hand: the callbacks of `map` and `catchError` for each frame would cost as much as the look does.
  new Observable(subscriber =>
    line.socket.event$.subscribe({
      next: event => subscriber.next(route(line, event, table, maxBvlcLength)),
      error: (error: unknown) => {
        const event: SocketEvent = { _tag: 'Closed', code: 1006, detail: String(error) }
        subscriber.next({ _tag: 'Control', line, event })
        subscriber.complete()
      },
      complete: () => subscriber.complete(),
    }),
  )

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

const route = (line: Line, event: SocketEvent, table: HubTable, maxBvlcLength: number): Route => {
  const sender = line.member
  if (event._tag === 'Message' && sender !== undefined) {
    const { octets } = event
    const decision = forwarding(octets, sender, table, maxBvlcLength)
    if (decision._tag !== 'ForHub') return { _tag: 'Forward', line, sender, octets, forwarding: decision }
  }
  return { _tag: 'Control', line, event }
}
