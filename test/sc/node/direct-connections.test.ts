import { NEVER, of, Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { Subprotocol } from '../../../src/sc/connection/socket.js'
import { connectionTimings, reconnectTimings } from '../../../src/sc/connection/timings.js'
import { directConnections } from '../../../src/sc/node/direct-connections.js'
import type { DirectEvent } from '../../../src/sc/node/direct-event.js'
import type { WayEvent } from '../../../src/sc/node/way-event.js'
import { directLimits } from '../../../src/sc/node/direct-limits.js'
import { peerTable } from '../../../src/sc/node/peer-table.js'
import { seconds } from '../../../src/values/duration.js'
import type { ScUri } from '../../../src/values/sc-uri.js'
import type { ScMessage } from '../../../src/wire/bvlc-sc.js'
import { chance } from '../../machine/chance.js'
import { clock } from '../../machine/clock.js'
import { farEnd } from '../../support/fake-socket.js'
import { identity } from '../../support/identities.js'
import { connectAccept, npdu, peer } from '../../support/peer-events.js'

const URI = 'wss://peer.example' as ScUri

/** A direct connection that we initiated and that is up, with the far end in the hands of the test. */
const connected = () => {
  const { scheduler, advance } = clock()
  const far = farEnd()
  const outbound$ = new Subject<ScMessage>()
  const connections = peerTable()
  const events: (DirectEvent | WayEvent)[] = []
  let messageId = 0
  const running = directConnections({
    server$: undefined,
    dial: () => far.socket,
    mayDial: () => true,
    resolver: {
      ask: () => NEVER,
      refresh: () => NEVER,
      resolve: vmac => of({ _tag: 'Resolved', vmac, uris: [URI], cause: undefined, outcome: 'answered' }),
      isUnreachable: () => false,
    },
    self: () => identity(1),
    renamed$: NEVER,
    connections,
    timings: {
      ...connectionTimings({ heartbeat: seconds(10), heartbeatWait: seconds(5) }),
      ...reconnectTimings(),
      directIdle: seconds(300),
    },
    limits: directLimits(),
    nextMessageId: () => messageId++,
    allocate: length => new Uint8Array(length),
    scheduler,
    random: chance(0.5),
  })(outbound$).subscribe(event => events.push(event))
  const send = (id: number): void => outbound$.next(npdu(id, { destination: peer.vmac }))
  send(100)
  far.does({ _tag: 'Open', subprotocol: Subprotocol.DIRECT })
  const request = far.heard.at(-1)
  far.says(connectAccept(typeof request === 'object' ? request.messageId : -1, peer))
  const received = (): readonly number[] =>
    events.flatMap(event => (event._tag === 'Received' ? [event.message.messageId] : []))
  return { far, connections, events, running, send, received, pass: (durationS: number) => advance(seconds(durationS)) }
}

describe('a direct connection', () => {
  it('is among the connections of the node, with its counts, while it is CONNECTED', () => {
    const { far, connections, send, pass } = connected()
    send(1)
    for (const id of [7, 8]) far.says(npdu(id))
    expect(connections.list()).toMatchObject([
      { ...peer, role: 'direct', uri: URI, address: undefined, sent: 1, received: 2 },
    ])
    pass(15)
    expect(connections.list(), 'found dead').toEqual([])
  })

  it('that is lost tells how much was sent since its peer was last heard', () => {
    const { far, events, send, pass } = connected()
    send(1)
    pass(3)
    far.says(npdu(7))
    for (const id of [2, 3]) send(id)
    far.does({ _tag: 'Closed', code: 1006, detail: '' })
    expect(events.filter(({ _tag }) => _tag === 'DirectDisconnected')).toMatchObject([{ peer, unconfirmed: 2 }])
  })

  it('whose peer was taken for dead still hears what it says before it is gone', () => {
    const { far, received, pass } = connected()
    far.says(npdu(7))
    pass(15)
    far.says(npdu(8))
    expect(received()).toEqual([7, 8])
  })

  it('holds nothing any more when it is unsubscribed', () => {
    const { far, running } = connected()
    running.unsubscribe()
    expect(far.held()).toBe(0)
  })
})
