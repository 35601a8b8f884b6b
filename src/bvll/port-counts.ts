/** What a port has counted since it was opened. */
export interface PortCounts {
  /** Datagrams received, whatever became of them. */
  readonly received: number
  /** NPDUs handed to the subscriber. */
  readonly delivered: number
  /** Datagrams given to the UDP port to be sent, copies of broadcasts among them; `unsent` are those that were not. */
  readonly sent: number
  /** Of a BBMD: copies of broadcasts, of its own as well. */
  readonly forwarded: number
  /** Datagrams that were not sent, by reason. */
  readonly unsent: Readonly<Record<string, number>>
  /** Outbound NPDUs and requests that came back as `Dropped`, by reason. */
  readonly dropped: Readonly<Record<string, number>>
  /** Datagrams discarded, by reason; those that are only not for this node are among them, which nobody is told of. */
  readonly discarded: Readonly<Record<string, number>>
  /** Requests of others that were refused, by their kind and reason. */
  readonly refused: Readonly<Record<string, number>>
}
