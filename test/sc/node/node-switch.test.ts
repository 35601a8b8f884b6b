import { NEVER, Subject, tap } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { nodeSwitch, type NodeSwitchEvent } from '../../../src/sc/node/node-switch.js'
import { peerTable } from '../../../src/sc/node/peer-table.js'
import {
  Subprotocol,
  type AcceptedSocket,
  type ServerEvent,
  type SocketEvent,
} from '../../../src/sc/connection/socket.js'
import { connectionTimings, reconnectTimings } from '../../../src/sc/connection/timings.js'
import { seconds } from '../../../src/values/duration.js'
import { encodeBvlcSc } from '../../../src/wire/bvlc-sc-encode.js'
import type { ScMessage } from '../../../src/wire/bvlc-sc.js'
import { chance } from '../../machine/chance.js'
import { clock } from '../../machine/clock.js'
import { farEnd } from '../../support/fake-socket.js'
import { identity } from '../../support/identities.js'
import { connectAccept, connectRequest, npdu } from '../../support/peer-events.js'
import { roomy } from '../../support/roomy.js'

const peer = identity(2)

/** A node switch with a direct peer, each of whose frames the test can lose. */
const bench = () => {
  const { scheduler } = clock()
  const hub = farEnd()
  let written = 0
  const accepted$ = new Subject<ServerEvent>()
  const fromPeer$ = new Subject<SocketEvent>()
  const lost: (() => void)[] = []
  const events: NodeSwitchEvent[] = []
  const outbound$ = new Subject<ScMessage>()
  const timings = { ...connectionTimings(), ...reconnectTimings() }
  const connections = peerTable()
  const common = { self: () => identity(1), nextMessageId: () => 5, scheduler, random: chance(0.5), connections }
  nodeSwitch({
    ...common,
    primary: { uri: 'own hub', socket: toHub$ => hub.socket(toHub$.pipe(tap(() => written++))) },
    failover: undefined,
    drawVmac: () => undefined,
    timings,
    direct: {
      ...common,
      server$: accepted$,
      dial: undefined,
      mayDial: () => true,
      resolver: { ask: () => NEVER, refresh: () => NEVER, resolve: () => NEVER, isUnreachable: () => true },
      timings: { ...timings, directIdle: seconds(300) },
      limits: { maxInitiated: 1, maxAccepted: 1, maxPending: 1, maxQueued: 1000 },
      allocate: length => new Uint8Array(length),
    },
  })(outbound$).subscribe(event => events.push(event))
  const socket: AcceptedSocket = {
    address: '10.0.0.7:50123',
    subprotocol: Subprotocol.DIRECT,
    event$: fromPeer$,
    queued: () => 0,
    send: (_, whenLost) => {
      if (whenLost !== undefined) lost.push(whenLost)
      return true
    },
    close: () => undefined,
    terminate: () => undefined,
  }
  accepted$.next({ _tag: 'Accepted', socket })
  fromPeer$.next({ _tag: 'Open', subprotocol: Subprotocol.DIRECT })
  fromPeer$.next({ _tag: 'Message', octets: encodeBvlcSc(connectRequest(1, peer)) })
  const told = (tag: NodeSwitchEvent['_tag']) => events.filter(({ _tag }) => _tag === tag)
  return { hub, outbound$, lost, told, written: () => written }
}

const connect = ({ hub }: ReturnType<typeof bench>): void => {
  hub.opens()
  hub.says(connectAccept(5, identity(9)))
}

const message = npdu(7, { destination: peer.vmac })

describe('what waited for a direct peer when its connection ended', () => {
  it('goes through the hub, with its destination', () => {
    const all = bench()
    connect(all)
    all.outbound$.next(message)
    all.lost.at(-1)?.()
    expect(all.hub.heard.at(-1)).toEqual(message)
    expect(all.told('Lost')).toEqual([])
  })

  it('goes through the hub as it was, also where room was in front of it', () => {
    const all = bench()
    connect(all)
    const given = roomy(message.npdu, peer.vmac)
    const { npdu: octets, headroom } = given.outbound
    all.outbound$.next({ ...message, npdu: octets, headroom })
    all.lost.at(-1)?.()
    expect(all.hub.heard.at(-1)).toEqual(message)
    expect(given.isUnharmed()).toBe(true)
  })

  it('is told to be lost when there is no hub', () => {
    const { outbound$, lost, told } = bench()
    outbound$.next(message)
    lost.at(-1)?.()
    expect(told('Lost')).toEqual([{ _tag: 'Lost', message }])
    expect(told('Unsent')).toEqual([])
  })

  it('is told to be lost when the node is ending', () => {
    const all = bench()
    connect(all)
    all.outbound$.next(message)
    const lose = all.lost.at(-1)
    all.outbound$.complete()
    lose?.()
    expect(all.told('Lost')).toEqual([{ _tag: 'Lost', message }])
  })

  it('and was about the connection itself has ended with it', () => {
    const all = bench()
    connect(all)
    const before = all.written()
    // The Connect-Accept.
    all.lost[0]?.()
    expect(all.lost).toHaveLength(1)
    expect(all.written()).toBe(before)
    expect(all.told('Lost')).toEqual([])
  })
})
