import type { Socket } from 'node:dgram'
import { of, Subject, throwError, VirtualTimeScheduler, type Observable } from 'rxjs'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Interface6Table } from '../../src/io/interfaces6.js'
import { firstToOpen$, movesFrom$, type SendingSocket } from '../../src/io/sending-socket.js'
import { bip6Address, ip6Of, port6Of, printBip6Address } from '../../src/values/bip6-address.js'
import { parseIpv6, printIpv6, type Ipv6 } from '../../src/values/ipv6.js'
import { right } from '../support/right.js'
import { at6 } from '../support/udp6-port.js'

const LOOK = 10_000
const ip = (text: string): Ipv6 => right(parseIpv6(text))
const failed = (code: string): Error => Object.assign(new Error(code), { code })

const LINK = 'fe80::5'
const GLOBAL = '2001:db8::5'
const OTHER = '2001:db8::6'

let open: Set<string>
/** Why an address cannot be bound now. */
let refusals: Map<string, string>
let tried: string[]

const socketAt = (address: Ipv6, port: number): SendingSocket => {
  const name = printIpv6(address)
  open.add(name)
  return {
    socket: Object.create(null) as Socket,
    isOpen: () => open.has(name),
    close: () => open.delete(name),
    self: bip6Address(address, port),
    receiveBuffer: 1,
  }
}

const openOn$ = (address: Ipv6, port: number): Observable<SendingSocket> => {
  const name = printIpv6(address)
  tried.push(name)
  const code = refusals.get(name)
  return code === undefined ? of(socketAt(address, port)) : throwError(() => failed(code))
}

beforeEach(() => {
  open = new Set()
  refusals = new Map()
  tried = []
})

describe('the first address that can be bound', () => {
  const first = (...texts: readonly string[]): unknown => {
    let found: unknown
    firstToOpen$(texts.map(ip), 7, openOn$).subscribe({
      next: ({ self }) => (found = printBip6Address(self)),
      error: (error: unknown) => (found = (error as NodeJS.ErrnoException).code),
    })
    return found
  }

  it('is the best one unless that is not there yet', () => {
    expect(first(GLOBAL, OTHER, LINK)).toBe(`[${GLOBAL}]:7`)
    expect(tried).toEqual([GLOBAL])
    refusals.set(GLOBAL, 'EADDRNOTAVAIL').set(OTHER, 'EADDRNOTAVAIL')
    expect(first(GLOBAL, OTHER, LINK)).toBe(`[${LINK}]:7`)
  })

  it('is none when all fail, or when the port is taken there', () => {
    refusals.set(GLOBAL, 'EADDRNOTAVAIL').set(OTHER, 'EADDRINUSE')
    expect(first(GLOBAL)).toBe('EADDRNOTAVAIL')
    expect(first(OTHER, LINK)).toBe('EADDRINUSE')
    expect(first()).toBeUndefined()
    expect(open).toEqual(new Set())
  })
})

describe('the addresses that a port moves to', () => {
  let scheduler: VirtualTimeScheduler
  let table: readonly string[] | undefined
  let moves: string[]

  const look = (): Interface6Table | undefined =>
    table?.map(text => ({ name: 'eth0', ip: ip(text), prefixLength: 64, isInternal: false, scope: 0 }))

  const startAt = (text: string, open$ = openOn$) => {
    const address = at6(`[${text}]:47809`)
    table = [text]
    return movesFrom$(socketAt(ip6Of(address), port6Of(address)), { look, openOn$: open$, scheduler }).subscribe(
      ({ self }) => moves.push(printBip6Address(self)),
    )
  }

  const pass = (latest: readonly string[] | undefined): void => {
    table = latest
    scheduler.maxFrames += LOOK
    scheduler.flush()
  }

  beforeEach(() => {
    scheduler = new VirtualTimeScheduler()
    scheduler.maxFrames = 0
    moves = []
  })

  it('are none while the present one exists', () => {
    startAt(GLOBAL)
    for (const latest of [[OTHER, GLOBAL], [LINK, GLOBAL], undefined, [GLOBAL]]) pass(latest)
    expect([moves, tried]).toEqual([[], []])
  })

  it('are at the same port, the first beyond the link and then whatever is left', () => {
    startAt(LINK)
    pass([LINK, GLOBAL])
    pass([LINK, OTHER, GLOBAL])
    pass([LINK, OTHER])
    pass([LINK])
    expect(moves).toEqual([`[${GLOBAL}]:47809`, `[${OTHER}]:47809`, `[${LINK}]:47809`])
  })

  it('leave the socket before open until the next look, and no other', () => {
    startAt(LINK)
    pass([LINK, GLOBAL])
    expect(open).toEqual(new Set([LINK, GLOBAL]))
    pass(undefined)
    expect(open).toEqual(new Set([GLOBAL]))
  })

  it('are tried again at each look while they cannot be bound', () => {
    startAt(LINK)
    refusals.set(GLOBAL, 'EADDRNOTAVAIL')
    pass([LINK, GLOBAL])
    refusals.set(GLOBAL, 'EADDRINUSE')
    pass([LINK, GLOBAL])
    expect([moves, [...open]]).toEqual([[], [LINK]])
    refusals.delete(GLOBAL)
    pass([LINK, GLOBAL])
    expect([moves, tried]).toEqual([[`[${GLOBAL}]:47809`], [GLOBAL, GLOBAL, GLOBAL]])
  })

  it('may be the one before, whose socket is closed by then', () => {
    startAt(LINK, (address, port) => {
      expect(open).not.toContain(printIpv6(address))
      return openOn$(address, port)
    })
    pass([GLOBAL])
    pass([LINK])
    expect(moves).toEqual([`[${GLOBAL}]:47809`, `[${LINK}]:47809`])
  })

  it('are tried one at a time, however long that takes, and not after the end', () => {
    const opened$ = new Subject<SendingSocket>()
    const subscription = startAt(LINK, address => {
      tried.push(printIpv6(address))
      return opened$
    })
    pass([GLOBAL])
    pass([GLOBAL])
    expect(tried).toEqual([GLOBAL])
    subscription.unsubscribe()
    expect(opened$.observed).toBe(false)
    expect(scheduler.actions).toEqual([])
  })
})
