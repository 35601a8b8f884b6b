import { describe, expect, it } from 'vitest'
import { accepting, type AcceptingState } from '../../../src/sc/connection/accepting.js'
import { IDLE } from '../../../src/sc/connection/disconnecting.js'
import type { Admission, PeerEffect, PeerEvent } from '../../../src/sc/connection/peer.js'
import { Subprotocol } from '../../../src/sc/connection/socket.js'
import { ms, seconds } from '../../../src/values/duration.js'
import { testRows, type Row } from '../../machine/rows.js'
import {
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
  self,
  sends,
  sets,
  start,
  tells,
  tellsDisconnected,
  tellsFailed,
  tellsRefused,
  text,
  timings,
} from '../../support/peer-events.js'

const transition = accepting(timings)

/** The ids of what the peer sends and of our Disconnect-Request. */
const REQUEST = 7
const FAREWELL = 9

const AWAITING_REQUEST: AcceptingState = { _tag: 'AWAITING_REQUEST' }
const CONNECTED: AcceptingState = { _tag: 'CONNECTED' }

type AcceptingRow = Row<AcceptingState, PeerEvent, PeerEffect>

const asks = (admission: Admission | undefined): PeerEvent => ({
  _tag: 'ConnectRequested',
  message: connectRequest(REQUEST),
  admission,
})
const accept: Admission = { _tag: 'Accept', self }
const refuse = (errorClass: number, errorCode: number, reason: string): Admission => ({
  _tag: 'Refuse',
  errorClass,
  errorCode,
  reason,
})

const leavesConnectWait = clears('connect wait')
const letsIn = [
  leavesConnectWait,
  sets('idle limit', ms(timings.idleLimit / 2)),
  sends(connectAccept(REQUEST, self)),
  tells({ _tag: 'Connected', peer }),
]
const dueNak = nak('Connect-Request', REQUEST, 7, 147)

describe('the accepting peer (5.3)', () => {
  testRows(transition, [
    [
      IDLE,
      'WebSocket accepted with the right subprotocol',
      opened(1),
      'start connect wait',
      [sets('connect wait', timings.connectWait)],
      AWAITING_REQUEST,
    ],
    [
      IDLE,
      'WebSocket accepted 7 s after its TCP connection',
      { _tag: 'Open', subprotocol: Subprotocol.HUB, messageId: 1, spent: seconds(7) },
      'start connect wait with what is left of it',
      [sets('connect wait', seconds(3))],
      AWAITING_REQUEST,
    ],
    [
      AWAITING_REQUEST,
      'valid Connect-Request, UUID known',
      asks(accept),
      'Connect-Accept (same id); who uses the connection disconnects the old one when told',
      letsIn,
      CONNECTED,
    ],
    [
      AWAITING_REQUEST,
      'valid Connect-Request, VMAC of another UUID',
      asks(refuse(7, 151, 'the VMAC is used by another device')),
      'NAK 7/151, close WebSocket after it',
      [
        leavesConnectWait,
        sends(nak('Connect-Request', REQUEST, 7, 151, { errorDetails: 'the VMAC is used by another device' })),
        closes(1000),
        tellsRefused(peer, 151, 'the VMAC is used by another device'),
        tellsFailed(151, 'the VMAC is used by another device'),
      ],
      IDLE,
    ],
    [
      AWAITING_REQUEST,
      'valid Connect-Request, no resources',
      asks(refuse(3, 0, 'no free connection')),
      'NAK 3/0, close WebSocket after it',
      [
        leavesConnectWait,
        sends(nak('Connect-Request', REQUEST, 3, 0, { errorDetails: 'no free connection' })),
        closes(1000),
        tellsRefused(peer, 0, 'no free connection'),
        tellsFailed(0, 'no free connection'),
      ],
      IDLE,
    ],
    [AWAITING_REQUEST, 'valid Connect-Request, otherwise', asks(accept), 'Connect-Accept (same id)', letsIn, CONNECTED],
    [
      AWAITING_REQUEST,
      'malformed Connect-Request',
      malformed(fault(dueNak), true),
      'NAK per 2.4, keep waiting',
      [
        sends(dueNak),
        tells({ _tag: 'Malformed', error: fault(dueNak) }),
        tellsRefused(undefined, fault(dueNak).errorCode, fault(dueNak).reason),
      ],
      AWAITING_REQUEST,
    ],
    [
      AWAITING_REQUEST,
      'Disconnect-Request',
      received(bare('Disconnect-Request', REQUEST)),
      'Disconnect-ACK, close',
      [
        leavesConnectWait,
        sends(bare('Disconnect-ACK', REQUEST)),
        closes(1000),
        tellsFailed(0, 'the peer disconnected before it asked to connect'),
      ],
      IDLE,
    ],
    [
      AWAITING_REQUEST,
      'any other BVLC message',
      received(npdu(REQUEST)),
      'discard, keep waiting',
      [],
      AWAITING_REQUEST,
    ],
    [
      AWAITING_REQUEST,
      'connect wait expires',
      fired('connect wait', timings.connectWait, FAREWELL),
      'close WebSocket, error TIMEOUT',
      [leavesConnectWait, closes(1000), tellsFailed(30, 'no Connect-Request in time')],
      IDLE,
    ],
    [
      AWAITING_REQUEST,
      'WebSocket closes',
      broken,
      '-',
      [leavesConnectWait, tellsFailed(173, 'WebSocket closed with 1006')],
      IDLE,
    ],
    [
      AWAITING_REQUEST,
      'text frame',
      text,
      'close 1003',
      [leavesConnectWait, closes(1003), tellsFailed(172, 'a text message')],
      IDLE,
    ],
    [
      CONNECTED,
      'valid BVLC message',
      received(advertisement(REQUEST)),
      'process; the idle timer finds out by itself when it was',
      [tells({ _tag: 'Received', message: advertisement(REQUEST) })],
      CONNECTED,
    ],
    [
      CONNECTED,
      'Heartbeat-Request',
      received(bare('Heartbeat-Request', REQUEST)),
      'Heartbeat-ACK (same id)',
      [sends(bare('Heartbeat-ACK', REQUEST))],
      CONNECTED,
    ],
    [CONNECTED, 'Connect-Request again', asks(accept), 'ignore', [], CONNECTED],
    [
      CONNECTED,
      'Disconnect-Request',
      received(bare('Disconnect-Request', REQUEST)),
      'Disconnect-ACK, close WebSocket 1000 after it',
      [
        clears('idle limit'),
        sends(bare('Disconnect-ACK', REQUEST)),
        closes(1000),
        tellsDisconnected(169, 'the peer disconnected'),
      ],
      IDLE,
    ],
    [
      CONNECTED,
      'local: disconnect',
      disconnect(FAREWELL),
      'start disconnect wait, Disconnect-Request',
      [
        clears('heartbeat'),
        clears('heartbeat wait'),
        clears('idle limit'),
        sets('disconnect wait', timings.disconnectWait),
        sends(bare('Disconnect-Request', FAREWELL)),
      ],
      { _tag: 'DISCONNECTING', requestId: FAREWELL, told: false },
    ],
    [
      CONNECTED,
      'no message for the idle limit',
      fired('idle limit', timings.idleLimit, FAREWELL),
      'close WebSocket, error TIMEOUT',
      [clears('idle limit'), closes(1000), tellsDisconnected(30, 'nothing received within the idle limit')],
      IDLE,
    ],
    [
      CONNECTED,
      'WebSocket closes',
      broken,
      '-',
      [clears('idle limit'), tellsDisconnected(173, 'WebSocket closed with 1006')],
      IDLE,
    ],
    [
      CONNECTED,
      'text frame',
      text,
      'close 1003',
      [clears('idle limit'), closes(1003), tellsDisconnected(172, 'a text message')],
      IDLE,
    ],
  ] satisfies readonly AcceptingRow[])
})

describe('the accepting peer, beside its table', () => {
  testRows(transition, [
    [IDLE, 'take over an accepted WebSocket', start, 'listen to it', [opens], IDLE],
    [
      AWAITING_REQUEST,
      'malformed message other than a Connect-Request',
      malformed(fault(dueNak)),
      'discard, answer nothing',
      [tells({ _tag: 'Malformed', error: fault(dueNak) })],
      AWAITING_REQUEST,
    ],
    [
      AWAITING_REQUEST,
      'local: disconnect',
      disconnect(FAREWELL),
      'close 1001',
      [leavesConnectWait, closes(1001), tellsFailed(84, 'ended locally')],
      IDLE,
    ],
    [
      CONNECTED,
      'idle timer fires 200 s after a message',
      fired('idle limit', seconds(200), FAREWELL),
      'look again after the rest',
      [sets('idle limit', seconds(100))],
      CONNECTED,
    ],
    [
      CONNECTED,
      'idle timer fires half of the idle limit after a message',
      fired('idle limit', seconds(300), FAREWELL),
      'ask, and look again after the rest',
      [sends(bare('Heartbeat-Request', FAREWELL)), sets('idle limit', seconds(300))],
      CONNECTED,
    ],
    [
      CONNECTED,
      'malformed message, NAK due',
      malformed(fault(dueNak)),
      'send the NAK, stay (2.3)',
      [sends(dueNak), tells({ _tag: 'Malformed', error: fault(dueNak) })],
      CONNECTED,
    ],
    ...(['Heartbeat-ACK', 'Disconnect-ACK'] as const).map((answer): AcceptingRow => [
      CONNECTED,
      `${answer} that nobody asked for`,
      received(bare(answer, REQUEST)),
      'ignore',
      [],
      CONNECTED,
    ]),
    [CONNECTED, 'Connect-Accept', received(connectAccept(REQUEST)), 'ignore', [], CONNECTED],
  ] satisfies readonly AcceptingRow[])

  it('is deaf in IDLE, whatever is said', () => {
    for (const event of [
      asks(accept),
      text,
      broken,
      disconnect(1),
      received(npdu(1)),
      fired('idle limit', seconds(600), 1),
    ])
      expect(transition(IDLE, event)).toEqual([IDLE, []])
  })
})
