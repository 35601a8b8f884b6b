import type { ConnectionEvent, PeerEffect, PeerEvent, PeerTimer } from '../../src/sc/connection/peer.js'
import { Subprotocol } from '../../src/sc/connection/socket.js'
import type { ConnectionTimings } from '../../src/sc/connection/timings.js'
import { seconds, type Duration } from '../../src/values/duration.js'
import { BvlcFunction, type BvlcFunctionName } from '../../src/wire/bvlc-function.js'
import type {
  Advertisement,
  BvlcResult,
  ConnectAccept,
  ConnectRequest,
  EncapsulatedNpdu,
  Header,
  Nak,
  PeerIdentity,
  ScMessage,
} from '../../src/wire/bvlc-sc.js'
import type { DecodeError } from '../../src/wire/decode-error.js'
import { identity } from './identities.js'

/** Ourselves, and the peer. */
export const self: PeerIdentity = identity(1)
export const peer: PeerIdentity = identity(2)

/** Waits that differ from each other, so that none can stand in for another unseen. */
export const timings: ConnectionTimings = {
  connectWait: seconds(10),
  disconnectWait: seconds(20),
  heartbeat: seconds(60),
  heartbeatWait: seconds(30),
  idleLimit: seconds(600),
}

const header = (messageId: number, change: Partial<Header> = {}): Header => ({
  messageId,
  originating: undefined,
  destination: undefined,
  destinationOptions: [],
  ...change,
})

/** The functions whose messages are a header and nothing more. */
type Bare = Exclude<
  ScMessage['_tag'],
  | 'BVLC-Result'
  | 'Encapsulated-NPDU'
  | 'Address-Resolution-ACK'
  | 'Advertisement'
  | 'Connect-Request'
  | 'Connect-Accept'
  | 'Proprietary-Message'
>

/** A message without payload. */
export const bare = <T extends Bare>(
  _tag: T,
  messageId: number,
  change: Partial<Header> = {},
): ScMessage & { _tag: T } => ({ _tag, ...header(messageId, change) }) as ScMessage & { _tag: T }

export const connectRequest = (messageId: number, from = peer): ConnectRequest => ({
  _tag: 'Connect-Request',
  ...header(messageId),
  ...from,
})

export const connectAccept = (messageId: number, from = peer): ConnectAccept => ({
  _tag: 'Connect-Accept',
  ...header(messageId),
  ...from,
})

/** A NAK for a function that has a name, or for an octet. */
export const nak = (
  resultFor: BvlcFunctionName | number,
  messageId: number,
  errorClass: number,
  errorCode: number,
  change: Partial<Nak & Header> = {},
): BvlcResult => {
  const { errorHeaderMarker = 0, errorDetails = '', ...headerChange } = change
  return {
    _tag: 'BVLC-Result',
    ...header(messageId, headerChange),
    resultFor: typeof resultFor === 'number' ? resultFor : BvlcFunction[resultFor],
    nak: { errorHeaderMarker, errorClass, errorCode, errorDetails },
  }
}

export const npdu = (messageId: number, change: Partial<EncapsulatedNpdu> = {}): EncapsulatedNpdu => ({
  _tag: 'Encapsulated-NPDU',
  ...header(messageId),
  dataOptions: [],
  npdu: Uint8Array.of(1, 0x20, 0xff, 0xff, 0, 0xff, 0x10, 8),
  ...change,
})

export const advertisement = (messageId: number, change: Partial<Advertisement> = {}): Advertisement => ({
  _tag: 'Advertisement',
  ...header(messageId),
  hubConnection: 'primary',
  acceptsDirectConnections: false,
  maxBvlcLength: 1600,
  maxNpduLength: 1497,
  ...change,
})

/** Why a message was discarded; `answer` is the NAK that is due. */
export const fault = (answer?: BvlcResult): DecodeError => ({
  _tag: 'DecodeError',
  reason: 'it is damaged',
  errorClass: 7,
  errorCode: 147,
  errorHeaderMarker: 0,
  nak: answer,
})

/* Events. */

export const start: PeerEvent = { _tag: 'Start' }
export const text: PeerEvent = { _tag: 'Text' }
export const disconnect = (messageId: number): PeerEvent => ({ _tag: 'Disconnect', messageId })
export const opened = (messageId: number, subprotocol: string = Subprotocol.HUB): PeerEvent => ({
  _tag: 'Open',
  subprotocol,
  messageId,
})
export const refusedByNetwork: PeerEvent = { _tag: 'SocketFailed', cause: { errorCode: 194, detail: 'ECONNREFUSED' } }
export const broken: PeerEvent = {
  _tag: 'SocketClosed',
  cause: { errorCode: 173, detail: 'WebSocket closed with 1006' },
}
export const received = (message: Exclude<ScMessage, ConnectRequest>): PeerEvent => ({ _tag: 'Received', message })
export const malformed = (error: DecodeError, connectRequestDamaged = false): PeerEvent => ({
  _tag: 'Malformed',
  error,
  connectRequest: connectRequestDamaged,
})
/** A timer fires `quiet` after the last valid message. */
export const fired = (timer: PeerTimer, quiet: Duration, messageId: number): PeerEvent => ({
  _tag: 'TimerFired',
  timer,
  quiet,
  messageId,
})

/* Effects. */

export const opens: PeerEffect = { _tag: 'OpenSocket' }
export const aborts: PeerEffect = { _tag: 'Abort' }
export const sends = (message: ScMessage): PeerEffect => ({ _tag: 'Send', message })
export const closes = (code: 1000 | 1001 | 1003): PeerEffect => ({ _tag: 'Close', code })
export const sets = (timer: PeerTimer, delay: Duration): PeerEffect => ({
  _tag: 'SetTimer',
  timer,
  delay,
  jitter: undefined,
})
export const clears = (timer: PeerTimer): PeerEffect => ({ _tag: 'ClearTimer', timer })
export const tells = (event: ConnectionEvent): PeerEffect => ({ _tag: 'Tell', event })
export const tellsFailed = (errorCode: number, detail: string, duplicateVmac = false): PeerEffect =>
  tells({ _tag: 'Failed', cause: { errorCode, detail }, duplicateVmac })
export const tellsRefused = (from: PeerIdentity | undefined, errorCode: number, detail: string): PeerEffect =>
  tells({ _tag: 'RequestRefused', peer: from, cause: { errorCode, detail } })
export const tellsDisconnected = (errorCode: number, detail: string): PeerEffect =>
  tells({ _tag: 'Disconnected', cause: { errorCode, detail } })
