/** What a B/IP port has counted since it was opened. */
export interface IpCounters {
  /** Datagrams received, whatever became of them. */
  readonly received: number
  /** NPDUs handed to the subscriber. */
  readonly delivered: number
  /** Datagrams given to the system to be sent, copies of broadcasts among them. */
  readonly sent: number
  /** Of a BBMD: copies of broadcasts that it passed on. */
  readonly forwarded: number
  /** Datagrams that the system did not send, by its reason. */
  readonly unsent: Readonly<Record<string, number>>
  /** Outbound NPDUs and requests that came back as `Dropped`, by reason. */
  readonly dropped: Readonly<Record<string, number>>
  /** Datagrams discarded, by reason. */
  readonly discarded: Readonly<Record<string, number>>
}
