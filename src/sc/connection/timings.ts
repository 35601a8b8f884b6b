import { ms, seconds, type Duration } from '../../values/duration.js'

/** The waits of a connection (clauses AB.6.2 and AB.6.3). Values outside the standard's ranges are taken as they are. */
export interface ConnectionTimings {
  /** SC_Connect_Wait_Timeout, 5 to 300 s: for the WebSocket to open, and again for the Connect-Accept. Default 10 s. */
  readonly connectWait: Duration
  /** SC_Disconnect_Wait_Timeout, 5 to 300 s: for the Disconnect-ACK. Default 10 s. */
  readonly disconnectWait: Duration
  /** SC_Heartbeat_Timeout, 3 to 300 s: silence after which the initiating peer asks. Default 60 s. */
  readonly heartbeat: Duration
  /** How long the initiating peer waits for an answer before it takes the peer for dead. Default: as heartbeat, at most 30 s. */
  readonly heartbeatWait: Duration
  /** Silence after which the accepting peer gives up; it asks after half of it. Default 600 s. */
  readonly idleLimit: Duration
}

/** Fills in the defaults. */
export const connectionTimings = (given: Partial<ConnectionTimings> = {}): ConnectionTimings => {
  const heartbeat = given.heartbeat ?? seconds(60)
  return {
    connectWait: given.connectWait ?? seconds(10),
    disconnectWait: given.disconnectWait ?? seconds(10),
    heartbeat,
    heartbeatWait: given.heartbeatWait ?? ms(Math.min(heartbeat, 30_000)),
    idleLimit: given.idleLimit ?? seconds(600),
  }
}

/** The waits between attempts to reach a hub (clause AB.6.1). */
export interface ReconnectTimings {
  /** SC_Minimum_Reconnect_Time, 2 to 300 s: the first wait. Default 10 s. */
  readonly minReconnect: Duration
  /** SC_Maximum_Reconnect_Time, 2 to 600 s: the longest wait. Default 600 s. */
  readonly maxReconnect: Duration
  /** How far chance may move a wait, as a part of it; it stays between the two above. Default 0.5. */
  readonly jitter: number
}

/** Fills in the defaults. */
export const reconnectTimings = (given: Partial<ReconnectTimings> = {}): ReconnectTimings => {
  const minReconnect = given.minReconnect ?? seconds(10)
  return {
    minReconnect,
    maxReconnect: ms(Math.max(minReconnect, given.maxReconnect ?? seconds(600))),
    jitter: given.jitter ?? 0.5,
  }
}
