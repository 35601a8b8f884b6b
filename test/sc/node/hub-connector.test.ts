import { filter, of, Subject, take } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { hubConnector, type HubConnectorOptions } from '../../../src/sc/node/hub-connector.js'
import type { HubConnectorEvent } from '../../../src/sc/node/hub-connector-event.js'
import type { Socket } from '../../../src/sc/connection/socket.js'
import { connectionTimings, reconnectTimings } from '../../../src/sc/connection/timings.js'
import { seconds } from '../../../src/values/duration.js'
import type { ScUri } from '../../../src/values/sc-uri.js'
import type { PeerIdentity, ScMessage } from '../../../src/wire/bvlc-sc.js'
import { chance } from '../../machine/chance.js'
import { clock } from '../../machine/clock.js'
import { farEnd, type FarEnd } from '../../support/fake-socket.js'
import { identity } from '../../support/identities.js'
import { bare, connectAccept, nak, npdu, peer } from '../../support/peer-events.js'
import { peerTable } from '../../../src/sc/node/peer-table.js'

const PRIMARY = 'wss://primary.example' as ScUri
const FAILOVER = 'wss://failover.example' as ScUri
const someNpdu = (messageId: number) => npdu(messageId, { destination: identity(9).vmac })

/** A connector in virtual time, with both hubs in the hands of the test. */
const bench = (change: Partial<HubConnectorOptions> = {}) => {
  const { scheduler, advance, running } = clock()
  const [primary, failover] = [farEnd(), farEnd()]
  const outbound$ = new Subject<ScMessage>()
  let self: PeerIdentity = identity(1)
  let messageId = 0
  const event$ = hubConnector({
    primary: { uri: PRIMARY, socket: primary.socket },
    failover: { uri: FAILOVER, socket: failover.socket },
    self: () => self,
    drawVmac: () => {
      self = { ...self, vmac: identity(77).vmac }
    },
    timings: { ...connectionTimings(), ...reconnectTimings({ jitter: 0 }) },
    connections: peerTable(),
    nextMessageId: () => messageId++,
    scheduler,
    random: chance(0.5),
    ...change,
  })(outbound$)
  return { event$, primary, failover, outbound$, running, pass: (durationS: number) => advance(seconds(durationS)) }
}

/** The same, subscribed. */
const running = (change?: Partial<HubConnectorOptions>) => {
  const all = bench(change)
  const events: HubConnectorEvent[] = []
  let completed = false
  const subscription = all.event$.subscribe({ next: event => events.push(event), complete: () => (completed = true) })
  const states = (): readonly string[] => events.flatMap(event => (event._tag === 'Status' ? [event.status] : []))
  return { ...all, events, states, isComplete: () => completed, subscription }
}

const lastId = (hub: FarEnd): number => {
  const last = hub.heard.at(-1)
  return typeof last === 'object' ? last.messageId : -1
}

const accepts = (hub: FarEnd, who = peer): void => {
  hub.opens()
  hub.says(connectAccept(lastId(hub), who))
}
const refuses = (hub: FarEnd): void => hub.does({ _tag: 'Failed', errorCode: 194, detail: 'ECONNREFUSED' })
const breaks = (hub: FarEnd): void => hub.does({ _tag: 'Closed', code: 1006, detail: '' })

const heardBy = (hub: FarEnd): readonly (string | number)[] =>
  hub.heard.map(what => (typeof what === 'number' ? what : what._tag))

describe('a hub connector tells', () => {
  it('its status first, and the hub that it is connected to', () => {
    const { primary, events } = running()
    accepts(primary)
    expect(events).toEqual([
      { _tag: 'Status', status: 'none', hub: undefined },
      { _tag: 'Status', status: 'primary', hub: peer },
    ])
  })

  it('which hub could not be had and why', () => {
    const { primary, events } = running()
    refuses(primary)
    const cause = { errorCode: 194, detail: 'ECONNREFUSED' }
    expect(events.at(-1)).toEqual({ _tag: 'FailedConnection', role: 'primary', uri: PRIMARY, cause })
  })

  it('which connection was lost and why', () => {
    const { primary, events } = running()
    accepts(primary)
    breaks(primary)
    expect(events.slice(-2)).toEqual([
      {
        _tag: 'LostConnection',
        role: 'primary',
        uri: PRIMARY,
        cause: { errorCode: 173, detail: 'WebSocket closed with 1006' },
        unconfirmed: 0,
      },
      { _tag: 'Status', status: 'none', hub: undefined },
    ])
  })

  it('how much of what it sent may be lost: all since the hub was last heard, if only a heartbeat, and what crossed', () => {
    const { outbound$, primary, events, pass } = running()
    accepts(primary)
    for (const id of [7, 8, 9]) outbound$.next(someNpdu(id))
    pass(60)
    expect(heardBy(primary).at(-1)).toBe('Heartbeat-Request')
    outbound$.next(someNpdu(10))
    primary.says(bare('Heartbeat-ACK', lastId(primary) - 1))
    for (const id of [11, 12]) outbound$.next(someNpdu(id))
    primary.setFull(true)
    outbound$.next(someNpdu(13))
    breaks(primary)
    expect(events.at(-2)).toMatchObject({ _tag: 'LostConnection', unconfirmed: 3 })
  })

  it('that something may be lost where the hub closes without the exchange that would confirm it', () => {
    const { outbound$, primary, events } = running()
    accepts(primary)
    outbound$.next(someNpdu(7))
    primary.does({ _tag: 'Closed', code: 1000, detail: '' })
    expect(events.at(-2)).toMatchObject({ _tag: 'LostConnection', unconfirmed: 1 })
  })

  /** A node that has just gone back from the failover to its primary, with an NPDU that it sent to the failover. */
  const leavingFailover = () => {
    const all = running()
    refuses(all.primary)
    accepts(all.failover)
    all.pass(9)
    all.outbound$.next(someNpdu(7))
    all.pass(1)
    accepts(all.primary)
    expect(heardBy(all.failover).at(-1)).toBe('Disconnect-Request')
    return { ...all, lost: () => all.events.filter(({ _tag }) => _tag === 'LostConnection') }
  }

  it('nothing more of a hub that it left, when that has answered', () => {
    const { failover, lost } = leavingFailover()
    failover.says(bare('Disconnect-ACK', lastId(failover)))
    expect(lost()).toEqual([])
  })

  it('what may be lost with a hub that it left, when that closed without an answer', () => {
    const { failover, lost } = leavingFailover()
    failover.does({ _tag: 'Closed', code: 1000, detail: '' })
    expect(lost()).toMatchObject([
      {
        role: 'failover',
        unconfirmed: 1,
        hungUp: true,
        cause: { detail: 'ended locally, and no Disconnect-ACK came' },
      },
    ])
  })

  it('what it could not send: nothing is queued', () => {
    const { outbound$, primary, events } = running()
    outbound$.next(someNpdu(7))
    expect(events.at(-1)).toEqual({ _tag: 'Unsent', message: someNpdu(7), reason: 'not connected' })
    accepts(primary)
    expect(heardBy(primary)).toEqual(['Connect-Request'])
  })

  it('to which hub it is connected, with the counts, only while it is', () => {
    const connections = peerTable()
    const { outbound$, primary, pass } = running({ connections })
    accepts(primary)
    outbound$.next(someNpdu(7))
    primary.setFull(true)
    outbound$.next(someNpdu(8))
    primary.setFull(false)
    primary.says(npdu(9, { originating: identity(9).vmac }))
    expect(connections.list()).toMatchObject([{ ...peer, role: 'primary', uri: PRIMARY, sent: 1, received: 1 }])
    pass(90)
    expect(heardBy(primary).at(-1), 'its end is not answered').toBe('Disconnect-Request')
    expect(connections.list()).toEqual([])
  })

  it('what still comes from the failover hub while it is left', () => {
    const { primary, failover, events, pass } = running()
    refuses(primary)
    accepts(failover)
    pass(10)
    accepts(primary)
    const late = npdu(8, { originating: identity(9).vmac })
    failover.says(late)
    expect(events.at(-1)).toEqual({ _tag: 'Received', message: late })
  })

  it('no loss of a connection that it left itself', () => {
    const { primary, failover, events, pass } = running()
    refuses(primary)
    accepts(failover)
    pass(10)
    accepts(primary)
    failover.says(bare('Disconnect-ACK', lastId(failover)))
    expect([failover.held(), events.at(-1)]).toEqual([0, { _tag: 'Status', status: 'primary', hub: peer }])
  })
})

describe('a hub connector goes on', () => {
  it('to the failover hub when the WebSocket of the primary never opens', () => {
    const { primary, failover, pass } = running()
    pass(10)
    expect([primary.held(), failover.dialled()]).toEqual([0, 1])
  })

  it('to the failover hub when the primary opens and never accepts', () => {
    const { primary, failover, pass } = running()
    primary.opens()
    pass(10)
    expect([heardBy(primary), failover.dialled()]).toEqual([['Connect-Request', 1000], 1])
  })

  it('when a socket fails before dialling it returns', () => {
    let dialled = 0
    const failing: Socket = () => {
      dialled++
      return of({ _tag: 'Failed', errorCode: 166, detail: 'no TLS' })
    }
    const { events, pass } = running({ primary: { uri: PRIMARY, socket: failing }, failover: undefined })
    expect(events.at(-1)?._tag).toBe('FailedConnection')
    pass(10)
    expect(dialled).toBe(2)
  })

  it('when a hub does not answer the Disconnect-Request of a dead connection', () => {
    const { primary, pass, states } = running({ failover: undefined })
    accepts(primary)
    pass(90)
    expect(heardBy(primary).slice(1)).toEqual(['Heartbeat-Request', 'Disconnect-Request'])
    expect(primary.dialled()).toBe(2)
    pass(1)
    accepts(primary)
    pass(10)
    expect(states()).toEqual(['none', 'primary', 'none', 'primary'])
    expect(primary.held()).toBe(1)
  })

  it('without a wait three times when connections are soon lost, then with waits', () => {
    const { primary, pass } = running({ failover: undefined })
    for (const dialled of [2, 3, 4, 4]) {
      accepts(primary)
      pass(1)
      breaks(primary)
      expect(primary.dialled()).toBe(dialled)
    }
    pass(10)
    expect(primary.dialled()).toBe(5)
  })

  it('with waits too when hubs are slow to accept: only the time after that counts', () => {
    const { primary, pass } = running({ failover: undefined })
    for (const dialled of [2, 3, 4, 4]) {
      pass(9)
      accepts(primary)
      pass(9)
      breaks(primary)
      expect(primary.dialled()).toBe(dialled)
    }
  })

  it('without a wait when a connection is lost that has lasted', () => {
    const { primary, pass } = running({ failover: undefined })
    for (const dialled of [2, 3, 4, 5, 6, 7]) {
      accepts(primary)
      pass(10)
      breaks(primary)
      expect(primary.dialled()).toBe(dialled)
    }
  })

  it('with a new VMAC when the old one is used by somebody else, and leaves all connections', () => {
    const { primary, failover, pass } = running()
    refuses(primary)
    accepts(failover)
    pass(10)
    primary.opens()
    primary.says(nak('Connect-Request', lastId(primary), 7, 151))
    expect(heardBy(failover)).toEqual(['Connect-Request', 'Disconnect-Request'])
    primary.opens()
    const requests = primary.heard.filter(what => typeof what === 'object' && what._tag === 'Connect-Request')
    expect(requests).toMatchObject([{ vmac: identity(1).vmac }, { vmac: identity(77).vmac }])
  })
})

describe('a hub connector ends', () => {
  it('in good order when its outbound stream completes, and completes when the socket is gone', () => {
    const { outbound$, primary, isComplete, running: timers } = running()
    accepts(primary)
    outbound$.complete()
    expect(heardBy(primary)).toEqual(['Connect-Request', 'Disconnect-Request'])
    expect(isComplete()).toBe(false)
    primary.says(bare('Disconnect-ACK', lastId(primary)))
    expect([isComplete(), primary.held(), timers()]).toEqual([true, 0, 0])
  })

  it('after the disconnect wait when a hub does not answer', () => {
    const { outbound$, primary, isComplete, pass } = running()
    accepts(primary)
    outbound$.complete()
    pass(9.999)
    expect(isComplete()).toBe(false)
    pass(0.001)
    expect([isComplete(), primary.held()]).toEqual([true, 0])
  })

  it('on both hubs when it is moving from one to the other', () => {
    const { outbound$, primary, failover, isComplete, pass } = running()
    refuses(primary)
    accepts(failover)
    pass(10)
    outbound$.complete()
    expect([primary.held(), heardBy(failover).at(-1)]).toEqual([0, 'Disconnect-Request'])
    failover.says(bare('Disconnect-ACK', lastId(failover)))
    expect([isComplete(), failover.held()]).toEqual([true, 0])
  })

  it.each<[string, (hubs: ReturnType<typeof running>) => void]>([
    ['while it dials', () => undefined],
    ['while it waits for the Connect-Accept', ({ primary }) => primary.opens()],
    [
      'while it waits to dial again',
      ({ primary, failover }) => {
        refuses(primary)
        refuses(failover)
      },
    ],
  ])('at once %s', (_, until) => {
    const hubs = running()
    until(hubs)
    hubs.outbound$.complete()
    expect([hubs.isComplete(), hubs.primary.held(), hubs.failover.held(), hubs.running()]).toEqual([true, 0, 0, 0])
  })

  it('at once when it is unsubscribed: no socket and no timer is left', () => {
    const { primary, failover, pass, subscription, outbound$, running: timers } = running()
    refuses(primary)
    accepts(failover)
    pass(10)
    subscription.unsubscribe()
    expect([primary.held(), failover.held(), timers(), outbound$.observed]).toEqual([0, 0, 0, false])
    expect(heardBy(failover)).toEqual(['Connect-Request'])
  })

  it('without a timer left when it is unsubscribed by the status that it tells', () => {
    const { event$, primary, failover, running: timers } = bench()
    event$
      .pipe(
        filter(event => event._tag === 'Status' && event.status === 'failover'),
        take(1),
      )
      .subscribe()
    refuses(primary)
    accepts(failover)
    expect([failover.held(), timers()]).toEqual([0, 0])
  })
})
