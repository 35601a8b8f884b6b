import { filter, mergeMap, NEVER, Subject, tap } from 'rxjs'
import { beforeEach, describe, expect, expectTypeOf, it } from 'vitest'
import { ipUdpPort } from '../../../src/io/udp.js'
import { ip6UdpPort } from '../../../src/io/udp6.js'
import type { webSocketServer } from '../../../src/io/web-socket-server.js'
import type { dialer } from '../../../src/io/web-socket.js'
import {
  bip,
  bip6,
  frameMessage,
  Subprotocol,
  virtualClock,
  virtualInternet,
  virtualInternet6,
  virtualInternetwork,
  virtualNetwork,
  virtualWebSockets,
  type IpDatagram,
  type IpUdpEvent,
  type ServerEvent,
  type SocketEvent,
  type SocketOutput,
  type VirtualClock,
  type VirtualNetwork,
  type VirtualWebSockets,
} from '../../../src/testing/index.js'

const HELLO = Uint8Array.of(1, 2, 3)

let clock: VirtualClock

beforeEach(() => {
  clock = virtualClock()
})

/** Listens at `echo`, and sends back what it hears. */
const echo = (sockets: Pick<VirtualWebSockets, 'server'>): readonly ServerEvent[] => {
  const told: ServerEvent[] = []
  sockets
    .server('echo')
    .pipe(
      tap(event => told.push(event)),
      filter(event => event._tag === 'Accepted'),
      mergeMap(({ socket }) =>
        socket.event$.pipe(tap(event => event._tag === 'Message' && socket.send(frameMessage(event.octets)))),
      ),
    )
    .subscribe()
  return told
}

/** Sends what it is given once it is open, then closes. */
const talk = (sockets: Pick<VirtualWebSockets, 'socket'>): readonly SocketEvent[] => {
  const events: SocketEvent[] = []
  const output$ = new Subject<SocketOutput>()
  output$.pipe(sockets.socket('client', 'echo')).subscribe(event => {
    events.push(event)
    if (event._tag === 'Open') output$.next(HELLO)
    if (event._tag === 'Message') output$.complete()
  })
  return events
}

describe('bare virtual WebSockets', () => {
  it('have the types of the real ones', () => {
    expectTypeOf<ReturnType<VirtualWebSockets['server']>>().toEqualTypeOf<ReturnType<typeof webSocketServer>>()
    expectTypeOf<ReturnType<VirtualWebSockets['socket']>>().toEqualTypeOf<ReturnType<ReturnType<typeof dialer>>>()
    expectTypeOf<VirtualNetwork['server']>().toEqualTypeOf<VirtualWebSockets['server']>()
  })

  it('need nothing but a scheduler', () => {
    const sockets = virtualWebSockets(clock)
    const [server, client] = [echo(sockets), talk(sockets)]
    clock.advance('1s')
    expect(server).toMatchObject([{ _tag: 'Listening', uri: 'wss://echo' }, { _tag: 'Accepted' }])
    expect(client).toMatchObject([
      { _tag: 'Open', subprotocol: Subprotocol.HUB },
      { _tag: 'Message', octets: HELLO },
      { _tag: 'Closed', code: 1000 },
    ])
    expect(clock.pending()).toBe(0)
  })

  it('play a hub that is not ours to a node that is', () => {
    const network = virtualNetwork(clock)
    const heard: SocketEvent[] = []
    network
      .server('hub-a', { subprotocols: [Subprotocol.HUB] })
      .pipe(
        filter(event => event._tag === 'Accepted'),
        mergeMap(({ socket }) => socket.event$),
      )
      .subscribe(event => heard.push(event))
    NEVER.pipe(network.node()).subscribe()
    clock.advance('1s')
    // A Connect-Request, which it never answers.
    expect(heard).toMatchObject([{ _tag: 'Open' }, { _tag: 'Message', octets: { 0: 0x06 } }])
  })
})

describe('bare virtual UDP ports', () => {
  it('have the types of the real ones', () => {
    expectTypeOf(virtualInternet(clock).port<string>({ bind: '10.0.1.1:0' })).toEqualTypeOf(
      ipUdpPort<string>({} as never),
    )
    expectTypeOf(virtualInternet6(clock).port<string>({ bind: '[fd71::1]:0' })).toEqualTypeOf(
      ip6UdpPort<string>({} as never),
    )
  })

  it('need nothing but a scheduler', () => {
    const internet = virtualInternet(clock)
    const heard: IpUdpEvent[] = []
    NEVER.pipe(internet.port({ bind: '10.0.1.2:47808' })).subscribe(event => heard.push(event))
    const datagram$ = new Subject<IpDatagram>()
    datagram$.pipe(internet.port({ bind: '10.0.1.1:47808' })).subscribe()
    clock.advance('1s')
    datagram$.next({ to: bip('10.0.1.2'), octets: HELLO })
    datagram$.next({ to: bip('10.0.1.255'), octets: HELLO })
    clock.advance('1s')
    expect(heard).toMatchObject([
      { _tag: 'Bound', local: { address: bip('10.0.1.2:47808') } },
      { _tag: 'Received', source: bip('10.0.1.1'), octets: HELLO, arrival: 'unicast' },
      { _tag: 'Received', source: bip('10.0.1.1'), octets: HELLO, arrival: 'broadcast' },
    ])
  })

  it('say at once when an address is none', () => {
    expect(() => bip('10.0.1')).toThrow("'10.0.1'")
    expect(() => bip6('fd71::1::2')).toThrow("'fd71::1::2'")
    expect(bip6('[fd71::1]')).toBe(bip6('[fd71::1]:47808'))
  })
})

describe('a program that forgets the scheduler', () => {
  it.each([virtualWebSockets, virtualInternet, virtualInternet6, virtualNetwork, virtualInternetwork])(
    'is told so by %o',
    make => {
      expect(() => make(undefined as never)).toThrow('needs a scheduler: a virtualClock()')
    },
  )
})
