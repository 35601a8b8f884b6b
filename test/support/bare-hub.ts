import { EMPTY, mergeMap, Subject, tap, VirtualTimeScheduler } from 'rxjs'
import { memoryServer } from '../../src/sc/connection/memory-socket.js'
import { messageIds } from '../../src/sc/connection/message-id.js'
import { node } from '../../src/sc/node/node.js'
import type { ScLinkEvent, ScOutbound } from '../../src/sc/node/sc-link.js'
import type { AcceptedSocket } from '../../src/sc/connection/socket.js'
import {
  connectionTimings,
  reconnectTimings,
  type ConnectionTimings,
  type ReconnectTimings,
} from '../../src/sc/connection/timings.js'
import { fixedRandom } from '../../src/testing/index.js'
import { ms, type Duration } from '../../src/values/duration.js'
import type { ScUri } from '../../src/values/sc-uri.js'
import { randomVmac } from '../../src/values/vmac.js'
import { frameMessage } from '../../src/wire/web-socket-frame.js'
import type { Hello } from '../../src/wire/hello.js'
import { identity } from './identities.js'
import { fromHex, toHex } from './vectors.js'

/** A node of ours in virtual time, whose hub is in the hands of the test: other programs are played with it. */
export interface BareHub {
  readonly advance: (duration: Duration) => void
  readonly now: () => number
  readonly submit: (outbound: ScOutbound) => void
  /** Lets the node leave in good order. */
  readonly stop: () => void
  /** What the node has told under a tag. */
  readonly told: <Tag extends ScLinkEvent['_tag']>(tag: Tag) => Extract<ScLinkEvent, { readonly _tag: Tag }>[]
  /** All that the node has said since the start, in hex, and when. */
  readonly heard: readonly { readonly at: number; readonly hex: string }[]
  /** The last that it said. */
  readonly last: () => string
  readonly says: (hex: string) => void
  /** Answers the last Connect-Request; `lengths` are four octets. */
  readonly accepts: (lengths?: string) => void
  readonly closes: (code: 1000 | 'abnormal') => void
  /** The code with which the node's end closed. */
  readonly closeCodes: readonly number[]
}

/** Who the bare hub says it is. */
export const BARE = identity(50)

/** Starts a node; the hub has its Connect-Request after a millisecond. */
export const bareHub = (
  timings: Partial<ConnectionTimings & ReconnectTimings> = {},
  { hello, isThere = true }: { readonly hello?: Hello; readonly isThere?: boolean } = {},
): BareHub => {
  const scheduler = new VirtualTimeScheduler()
  const random = fixedRandom(1)
  const server = memoryServer(scheduler)
  const outbound$ = new Subject<ScOutbound>()
  const events: ScLinkEvent[] = []
  const heard: { at: number; hex: string }[] = []
  const closeCodes: number[] = []
  let socket: AcceptedSocket | undefined
  let self = identity(1)

  const served$ = server.server$.pipe(
    mergeMap(event => {
      if (event._tag !== 'Accepted') return EMPTY
      socket = event.socket
      return event.socket.event$.pipe(
        tap(what => {
          if (what._tag === 'Message') heard.push({ at: scheduler.now(), hex: toHex(what.octets) })
          if (what._tag === 'Closed') closeCodes.push(what.code)
        }),
      )
    }),
  )
  if (isThere) served$.subscribe()
  node({
    self: () => self,
    drawVmac: () => (self = { ...self, vmac: randomVmac(random) }),
    primary: { uri: 'wss://bare' as ScUri, socket: server.socket('node') },
    failover: undefined,
    timings: { ...connectionTimings(timings), ...reconnectTimings(timings) },
    nextMessageId: messageIds(random),
    hello,
    scheduler,
    random,
    direct: undefined,
  })(outbound$).subscribe(event => events.push(event))

  const advance = (duration: Duration): void => {
    scheduler.maxFrames = scheduler.frame + duration
    scheduler.flush()
    scheduler.frame = scheduler.maxFrames
  }
  const says = (hex: string): void => {
    socket?.send(frameMessage(fromHex(hex), length => new Uint8Array(length)))
    advance(ms(1))
  }
  const last = (): string => heard.at(-1)?.hex ?? ''
  advance(ms(1))
  return {
    advance,
    now: () => scheduler.now(),
    submit: outbound => {
      outbound$.next(outbound)
      advance(ms(1))
    },
    stop: () => {
      outbound$.complete()
      advance(ms(1))
    },
    told: <Tag extends ScLinkEvent['_tag']>(tag: Tag) =>
      events.filter((event): event is Extract<ScLinkEvent, { readonly _tag: Tag }> => event._tag === tag),
    heard,
    last,
    says,
    accepts: (lengths = '064005d9') => {
      const request = heard.findLast(({ hex }) => hex.startsWith('06'))?.hex ?? ''
      says(`0700${request.slice(4, 8)}${BARE.vmac}${BARE.uuid}${lengths}`)
    },
    closes: code => {
      if (code === 1000) socket?.close(code)
      else socket?.terminate()
      advance(ms(1))
    },
    closeCodes,
  }
}
