import { describe, expect, it } from 'vitest'
import { IDLE } from '../../../src/sc/connection/disconnecting.js'
import { initiating, type InitiatingState } from '../../../src/sc/connection/initiating.js'
import type { PeerEffect, PeerEvent } from '../../../src/sc/connection/peer.js'
import { Subprotocol } from '../../../src/sc/connection/socket.js'
import { seconds } from '../../../src/values/duration.js'
import { testRows, type Row } from '../../machine/rows.js'
import {
  aborts,
  advertisement,
  bare,
  broken,
  clears,
  closes,
  connectAccept,
  connectRequest,
  disconnect,
  fault,
  fired,
  malformed,
  nak,
  npdu,
  opened,
  opens,
  peer,
  received,
  refusedByNetwork,
  self,
  sends,
  sets,
  start,
  tells,
  tellsDisconnected,
  tellsFailed,
  text,
  timings,
} from '../../support/peer-events.js'

const transition = initiating({ subprotocol: Subprotocol.HUB, self, timings })

/** The ids of the Connect-Request, of the outstanding Heartbeat-Request and of the Disconnect-Request. */
const REQUEST = 7
const PROBE = 8
const FAREWELL = 9
const OTHER = 99

const AWAITING_WEBSOCKET: InitiatingState = { _tag: 'AWAITING_WEBSOCKET' }
const AWAITING_ACCEPT: InitiatingState = { _tag: 'AWAITING_ACCEPT', requestId: REQUEST }
const CONNECTED: InitiatingState = { _tag: 'CONNECTED', heartbeatId: undefined }
const PROBING: InitiatingState = { _tag: 'CONNECTED', heartbeatId: PROBE }

type InitiatingRow = Row<InitiatingState, PeerEvent, PeerEffect>

const leavesConnectWait = clears('connect wait')
const leavesHeartbeat = [clears('heartbeat'), clears('heartbeat wait')]
const startsToDisconnect = [
  clears('heartbeat'),
  clears('heartbeat wait'),
  clears('idle limit'),
  sets('disconnect wait', timings.disconnectWait),
  sends(bare('Disconnect-Request', FAREWELL)),
]

describe('the initiating peer (5.2)', () => {
  testRows(transition, [
    [
      IDLE,
      'local: connect',
      start,
      'start connect wait, open the WebSocket',
      [sets('connect wait', timings.connectWait), opens],
      AWAITING_WEBSOCKET,
    ],
    [
      AWAITING_WEBSOCKET,
      'WebSocket open, right subprotocol',
      opened(REQUEST),
      'restart connect wait, send Connect-Request with a fresh id',
      [sets('connect wait', timings.connectWait), sends({ ...connectRequest(REQUEST), ...self })],
      AWAITING_ACCEPT,
    ],
    [
      AWAITING_WEBSOCKET,
      'any failure (DNS/TCP/TLS/HTTP/upgrade)',
      refusedByNetwork,
      'record error code',
      [leavesConnectWait, tellsFailed(194, 'ECONNREFUSED')],
      IDLE,
    ],
    [
      AWAITING_WEBSOCKET,
      'wrong subprotocol',
      opened(REQUEST, Subprotocol.DIRECT),
      'close, record HTTP_WEBSOCKET_HEADER_ERROR',
      [
        leavesConnectWait,
        closes(1000),
        tellsFailed(160, `the server answered with subprotocol '${Subprotocol.DIRECT}'`),
      ],
      IDLE,
    ],
    [
      AWAITING_WEBSOCKET,
      'missing subprotocol',
      opened(REQUEST, ''),
      'close, record HTTP_WEBSOCKET_HEADER_ERROR',
      [leavesConnectWait, closes(1000), tellsFailed(160, "the server answered with subprotocol ''")],
      IDLE,
    ],
    [
      AWAITING_WEBSOCKET,
      'connect wait expires',
      fired('connect wait', timings.connectWait, OTHER),
      'abort the attempt, error TIMEOUT',
      [leavesConnectWait, aborts, tellsFailed(30, 'the WebSocket did not open in time')],
      IDLE,
    ],
    [
      AWAITING_WEBSOCKET,
      'local: disconnect',
      disconnect(OTHER),
      'abort',
      [leavesConnectWait, aborts, tellsFailed(84, 'ended locally')],
      IDLE,
    ],
    [
      AWAITING_ACCEPT,
      'Connect-Accept, matching id, valid',
      received(connectAccept(REQUEST)),
      'stop connect wait, start heartbeat timer, tell who the peer is',
      [leavesConnectWait, sets('heartbeat', timings.heartbeat), tells({ _tag: 'Connected', peer })],
      CONNECTED,
    ],
    [
      AWAITING_ACCEPT,
      'Connect-Accept, other id',
      received(connectAccept(OTHER)),
      'ignore and keep waiting',
      [],
      AWAITING_ACCEPT,
    ],
    [
      AWAITING_ACCEPT,
      'invalid Connect-Accept (format, reserved VMAC)',
      malformed(fault()),
      'discard silently, keep waiting',
      [tells({ _tag: 'Malformed', error: fault() })],
      AWAITING_ACCEPT,
    ],
    [
      AWAITING_ACCEPT,
      'NAK for Connect-Request, matching id, code 151',
      received(nak('Connect-Request', REQUEST, 7, 151)),
      'close WebSocket, ask for a new VMAC',
      [leavesConnectWait, closes(1000), tellsFailed(151, 'our VMAC is used by another device', true)],
      IDLE,
    ],
    [
      AWAITING_ACCEPT,
      'NAK for Connect-Request, matching id, other code',
      received(nak('Connect-Request', REQUEST, 3, 0, { errorDetails: 'no free connection' })),
      'record error, close WebSocket',
      [leavesConnectWait, closes(1000), tellsFailed(0, 'refused with OTHER: no free connection')],
      IDLE,
    ],
    [
      AWAITING_ACCEPT,
      'Disconnect-Request',
      received(bare('Disconnect-Request', OTHER)),
      'close',
      [leavesConnectWait, closes(1000), tellsFailed(0, 'the peer asked to disconnect before it accepted')],
      IDLE,
    ],
    [AWAITING_ACCEPT, 'Disconnect-ACK', received(bare('Disconnect-ACK', OTHER)), 'ignore', [], AWAITING_ACCEPT],
    [AWAITING_ACCEPT, 'any other BVLC message', received(npdu(OTHER)), 'discard, keep waiting', [], AWAITING_ACCEPT],
    [
      AWAITING_ACCEPT,
      'connect wait expires',
      fired('connect wait', timings.connectWait, OTHER),
      'close WebSocket, error TIMEOUT',
      [leavesConnectWait, closes(1000), tellsFailed(30, 'no Connect-Accept in time')],
      IDLE,
    ],
    [
      AWAITING_ACCEPT,
      'WebSocket closes',
      broken,
      'record error',
      [leavesConnectWait, tellsFailed(173, 'WebSocket closed with 1006')],
      IDLE,
    ],
    [
      AWAITING_ACCEPT,
      'text frame',
      text,
      'close 1003',
      [leavesConnectWait, closes(1003), tellsFailed(172, 'a text message')],
      IDLE,
    ],
    [
      AWAITING_ACCEPT,
      'local: disconnect',
      disconnect(OTHER),
      'close WebSocket',
      [leavesConnectWait, closes(1000), tellsFailed(84, 'ended locally')],
      IDLE,
    ],
    [
      CONNECTED,
      'valid BVLC message',
      received(advertisement(OTHER)),
      'process; the heartbeat timer finds out by itself when it was',
      [tells({ _tag: 'Received', message: advertisement(OTHER) })],
      CONNECTED,
    ],
    [
      CONNECTED,
      'Heartbeat-Request',
      received(bare('Heartbeat-Request', OTHER)),
      'answer Heartbeat-ACK',
      [sends(bare('Heartbeat-ACK', OTHER))],
      CONNECTED,
    ],
    [
      PROBING,
      'Heartbeat-ACK, id of the outstanding request',
      received(bare('Heartbeat-ACK', PROBE)),
      'clear the outstanding request, start heartbeat timer',
      [clears('heartbeat wait'), sets('heartbeat', timings.heartbeat)],
      CONNECTED,
    ],
    [PROBING, 'Heartbeat-ACK, other id', received(bare('Heartbeat-ACK', OTHER)), 'ignore', [], PROBING],
    [
      CONNECTED,
      'heartbeat timer expires',
      fired('heartbeat', timings.heartbeat, PROBE),
      'send Heartbeat-Request, start ack wait',
      [sends(bare('Heartbeat-Request', PROBE)), sets('heartbeat wait', timings.heartbeatWait)],
      PROBING,
    ],
    [
      PROBING,
      'ack wait expires',
      fired('heartbeat wait', seconds(90), FAREWELL),
      'treat as dead: local disconnect',
      [tellsDisconnected(30, 'the peer did not answer a Heartbeat-Request'), ...startsToDisconnect],
      { _tag: 'DISCONNECTING', requestId: FAREWELL, told: true },
    ],
    [
      CONNECTED,
      'Disconnect-Request',
      received(bare('Disconnect-Request', OTHER)),
      'send Disconnect-ACK (same id), close WebSocket 1000',
      [
        ...leavesHeartbeat,
        sends(bare('Disconnect-ACK', OTHER)),
        closes(1000),
        tellsDisconnected(169, 'the peer disconnected'),
      ],
      IDLE,
    ],
    [CONNECTED, 'Disconnect-ACK (unexpected)', received(bare('Disconnect-ACK', OTHER)), 'ignore', [], CONNECTED],
    [
      CONNECTED,
      'Connect-Request',
      { _tag: 'ConnectRequested', message: connectRequest(OTHER), admission: undefined },
      'ignore',
      [],
      CONNECTED,
    ],
    [CONNECTED, 'Connect-Accept', received(connectAccept(OTHER)), 'ignore', [], CONNECTED],
    [
      CONNECTED,
      'local: disconnect',
      disconnect(FAREWELL),
      'stop heartbeat, start disconnect wait, send Disconnect-Request',
      startsToDisconnect,
      { _tag: 'DISCONNECTING', requestId: FAREWELL, told: false },
    ],
    [
      CONNECTED,
      'WebSocket closes / error',
      broken,
      'record error code',
      [...leavesHeartbeat, tellsDisconnected(173, 'WebSocket closed with 1006')],
      IDLE,
    ],
    [
      CONNECTED,
      'text frame',
      text,
      'close 1003',
      [...leavesHeartbeat, closes(1003), tellsDisconnected(172, 'a text message')],
      IDLE,
    ],
  ] satisfies readonly InitiatingRow[])
})

describe('the initiating peer, beside its table', () => {
  const dueNak = nak('Address-Resolution', OTHER, 7, 147)

  testRows(transition, [
    [
      AWAITING_WEBSOCKET,
      'WebSocket closes before it was open',
      broken,
      'record error code',
      [leavesConnectWait, tellsFailed(173, 'WebSocket closed with 1006')],
      IDLE,
    ],
    [
      AWAITING_ACCEPT,
      'NAK for Connect-Request, other id',
      received(nak('Connect-Request', OTHER, 7, 151)),
      'ignore (2.5)',
      [],
      AWAITING_ACCEPT,
    ],
    [
      AWAITING_ACCEPT,
      'NAK for another function, matching id',
      received(nak('Disconnect-Request', REQUEST, 7, 151)),
      'ignore (2.5)',
      [],
      AWAITING_ACCEPT,
    ],
    [
      AWAITING_ACCEPT,
      'NAK for Connect-Request, 7/113 of bac-py',
      received(nak('Connect-Request', REQUEST, 7, 113)),
      'close WebSocket, ask for a new VMAC (10)',
      [leavesConnectWait, closes(1000), tellsFailed(151, 'our VMAC is used by another device', true)],
      IDLE,
    ],
    [
      AWAITING_ACCEPT,
      'malformed request that a NAK would be due for',
      malformed(fault(dueNak)),
      'discard, answer nothing',
      [tells({ _tag: 'Malformed', error: fault(dueNak) })],
      AWAITING_ACCEPT,
    ],
    [
      CONNECTED,
      'malformed message, NAK due',
      malformed(fault(dueNak)),
      'send the NAK, stay (2.3)',
      [sends(dueNak), tells({ _tag: 'Malformed', error: fault(dueNak) })],
      CONNECTED,
    ],
    [
      CONNECTED,
      'malformed message, silence due',
      malformed(fault()),
      'discard silently (2.3)',
      [tells({ _tag: 'Malformed', error: fault() })],
      CONNECTED,
    ],
    [
      CONNECTED,
      'BVLC-Result',
      received(nak('Address-Resolution', OTHER, 7, 45)),
      'report, do not disconnect (2.5)',
      [tells({ _tag: 'Received', message: nak('Address-Resolution', OTHER, 7, 45) })],
      CONNECTED,
    ],
  ] satisfies readonly InitiatingRow[])

  it('is deaf in IDLE, whatever is said', () => {
    for (const event of [opened(1), text, broken, disconnect(1), received(npdu(1)), fired('heartbeat', seconds(60), 1)])
      expect(transition(IDLE, event)).toEqual([IDLE, []])
  })
})
