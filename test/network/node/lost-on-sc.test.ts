import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { toStation } from '../../../src/network/event/destination.js'
import { apduTo, type NetworkEvent, type NetworkOutbound } from '../../../src/network/event/network-event.js'
import { overSc } from '../../../src/network/link/over-sc.js'
import {
  Subprotocol,
  type AcceptedSocket,
  type ServerEvent,
  type SocketEvent,
} from '../../../src/sc/connection/socket.js'
import { connectionTimings, reconnectTimings } from '../../../src/sc/connection/timings.js'
import { node } from '../../../src/sc/node/node.js'
import { networkEntity } from '../../../src/transport/router.js'
import { seconds } from '../../../src/values/duration.js'
import { macOf } from '../../../src/values/mac.js'
import { encodeBvlcSc } from '../../../src/wire/bvlc-sc-encode.js'
import { chance } from '../../machine/chance.js'
import { clock } from '../../machine/clock.js'
import { farEnd } from '../../support/fake-socket.js'
import { identity } from '../../support/identities.js'
import { connectAccept, connectRequest } from '../../support/peer-events.js'

const peer = identity(2)
const APDU = Uint8Array.of(0x10, 8)

/** A node on BACnet/SC with a hub and a direct peer; `lose` loses the latest that was sent to the latter. */
const onSc = () => {
  const { scheduler } = clock()
  const hub = farEnd()
  const accepted$ = new Subject<ServerEvent>()
  const fromPeer$ = new Subject<SocketEvent>()
  const lost: (() => void)[] = []
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
  const common = { scheduler, random: chance(0.5) }
  const link = node({
    ...common,
    self: () => identity(1),
    drawVmac: () => undefined,
    primary: { uri: 'own hub', socket: hub.socket },
    failover: undefined,
    timings: { ...connectionTimings(), ...reconnectTimings() },
    nextMessageId: () => 5,
    direct: {
      server$: accepted$,
      dial: undefined,
      mayDial: () => true,
      limits: { maxInitiated: 1, maxAccepted: 1, maxPending: 1, maxQueued: 1000 },
      allocate: length => new Uint8Array(length),
      acceptUris: () => [],
      configuredUris: new Map(),
      freshness: seconds(60),
      directIdle: seconds(300),
      allowPlaintext: false,
    },
  })
  const outbound$ = new Subject<NetworkOutbound>()
  const events: NetworkEvent[] = []
  networkEntity({ ...common, ports: [{ name: 'sc', link: overSc(link) }] })(outbound$).subscribe(event =>
    events.push(event),
  )
  hub.opens()
  hub.says(connectAccept(5, identity(9)))
  accepted$.next({ _tag: 'Accepted', socket })
  fromPeer$.next({ _tag: 'Open', subprotocol: Subprotocol.DIRECT })
  fromPeer$.next({ _tag: 'Message', octets: encodeBvlcSc(connectRequest(1, peer)) })
  return {
    hub,
    submit: (outbound: NetworkOutbound) => outbound$.next(outbound),
    lose: () => lost.pop()?.(),
    dropped: () => events.filter(({ _tag }) => _tag === 'Dropped'),
  }
}

describe('an APDU that waits for a direct peer when its connection ends', () => {
  const outbound = apduTo(APDU, toStation(macOf(peer.vmac)))

  it('goes through the hub, and is not dropped', () => {
    const { hub, submit, lose, dropped } = onSc()
    const before = hub.heard.length
    submit(outbound)
    lose()
    expect(hub.heard.slice(before)).toMatchObject([{ _tag: 'Encapsulated-NPDU', destination: peer.vmac }])
    expect(dropped()).toEqual([])
  })

  it('is dropped where there is no hub, as the very APDU that was sent', () => {
    const { hub, submit, lose, dropped } = onSc()
    submit(outbound)
    hub.does({ _tag: 'Closed', code: 1006, detail: '' })
    lose()
    const [event, ...others] = dropped()
    expect(event).toEqual({ _tag: 'Dropped', reason: 'connection lost', outbound, port: expect.any(String) as string })
    expect(event?._tag === 'Dropped' && event.outbound).toBe(outbound)
    expect(others).toEqual([])
  })
})
