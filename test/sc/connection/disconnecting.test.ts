import { describe } from 'vitest'
import { accepting } from '../../../src/sc/connection/accepting.js'
import { IDLE, type Disconnecting, type Idle } from '../../../src/sc/connection/disconnecting.js'
import { initiating } from '../../../src/sc/connection/initiating.js'
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
  received,
  self,
  sends,
  start,
  tells,
  tellsDisconnected,
  text,
  timings,
} from '../../support/peer-events.js'

/** The ids of our Disconnect-Request and of anything else. */
const FAREWELL = 9
const OTHER = 99

const DISCONNECTING: Disconnecting = { _tag: 'DISCONNECTING', requestId: FAREWELL, told: false }
/** The peer was taken for dead, and those who use the connection know. */
const BURYING: Disconnecting = { ...DISCONNECTING, told: true }

const leavesWait = clears('disconnect wait')
const confirmed = tells({ _tag: 'Disconnected', cause: { errorCode: 84, detail: 'ended locally' }, confirmed: true })
const unanswered = tellsDisconnected(84, 'ended locally, and no Disconnect-ACK came')

type DisconnectingRow = Row<Disconnecting | Idle, PeerEvent, PeerEffect>

/** Stays, and does nothing. */
const ignores = (when: string, event: PeerEvent): DisconnectingRow => [
  DISCONNECTING,
  when,
  event,
  'answer nothing new',
  [],
  DISCONNECTING,
]

/** The rows of the table. */
const rows: readonly DisconnectingRow[] = [
  [
    DISCONNECTING,
    'Disconnect-ACK',
    received(bare('Disconnect-ACK', FAREWELL)),
    'close WebSocket 1000',
    [leavesWait, closes(1000), confirmed],
    IDLE,
  ],
  [
    DISCONNECTING,
    'NAK for Disconnect-Request',
    received(nak('Disconnect-Request', FAREWELL, 7, 143)),
    'close WebSocket',
    [leavesWait, closes(1000), confirmed],
    IDLE,
  ],
  [
    DISCONNECTING,
    'Disconnect-Request (crossing)',
    received(bare('Disconnect-Request', OTHER)),
    'answer Disconnect-ACK, keep waiting',
    [sends(bare('Disconnect-ACK', OTHER))],
    DISCONNECTING,
  ],
  ...[
    nak('Encapsulated-NPDU', OTHER, 7, 146),
    npdu(OTHER),
    bare('Address-Resolution', OTHER),
    advertisement(OTHER),
    bare('Advertisement-Solicitation', OTHER),
  ].map((message): DisconnectingRow => [
    DISCONNECTING,
    `other messages: ${message._tag}`,
    received(message),
    'deliver',
    [tells({ _tag: 'Received', message })],
    DISCONNECTING,
  ]),
  ignores('other messages: Heartbeat-Request', received(bare('Heartbeat-Request', OTHER))),
  ignores('other messages: Heartbeat-ACK', received(bare('Heartbeat-ACK', OTHER))),
  ignores('other messages: Connect-Accept', received(connectAccept(OTHER))),
  ignores('other messages: Connect-Request', {
    _tag: 'ConnectRequested',
    message: connectRequest(OTHER),
    admission: { _tag: 'Accept', self },
  }),
  [
    DISCONNECTING,
    'disconnect wait expires',
    fired('disconnect wait', seconds(20), OTHER),
    'drop WebSocket',
    [leavesWait, aborts, tellsDisconnected(30, 'no Disconnect-ACK in time')],
    IDLE,
  ],
  [DISCONNECTING, 'WebSocket closes', broken, '-', [leavesWait, unanswered], IDLE],
]

/** What the table leaves open. */
const besides: readonly DisconnectingRow[] = [
  [
    DISCONNECTING,
    'Disconnect-ACK, other id',
    received(bare('Disconnect-ACK', OTHER)),
    'close WebSocket all the same',
    [leavesWait, closes(1000), confirmed],
    IDLE,
  ],
  [
    DISCONNECTING,
    'text frame',
    text,
    'close 1003',
    [leavesWait, closes(1003), tellsDisconnected(172, 'a text message')],
    IDLE,
  ],
  [
    DISCONNECTING,
    'malformed message, NAK due',
    malformed(fault(nak('Encapsulated-NPDU', OTHER, 7, 149))),
    'discard, answer nothing new',
    [tells({ _tag: 'Malformed', error: fault(nak('Encapsulated-NPDU', OTHER, 7, 149)) })],
    DISCONNECTING,
  ],
  [
    BURYING,
    'Disconnect-ACK of a peer taken for dead',
    received(bare('Disconnect-ACK', FAREWELL)),
    'close WebSocket 1000; its end was told before',
    [leavesWait, closes(1000)],
    IDLE,
  ],
  [
    BURYING,
    'disconnect wait of a peer taken for dead expires',
    fired('disconnect wait', seconds(20), OTHER),
    'drop WebSocket; its end was told before',
    [leavesWait, aborts],
    IDLE,
  ],
  ignores('local: connect', start),
  ignores('local: disconnect once more', disconnect(OTHER)),
  ignores('WebSocket open', opened(OTHER)),
]

describe.each([
  ['initiating', initiating({ subprotocol: Subprotocol.HUB, self, timings })],
  ['accepting', accepting(timings)],
])('DISCONNECTING, the %s peer (5.2, 5.3)', (_, transition) => {
  testRows(transition, rows)
  testRows(transition, besides)
})
