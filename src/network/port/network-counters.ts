/** What has been counted on a port of the network layer since it was opened. */
export interface NetworkPortCounters {
  /** NPDUs received, whatever became of them. */
  readonly received: number
  /** Of these, handed to the application, or dealt with as messages of the network layer. */
  readonly delivered: number
  /** NPDUs of others sent on through this port; a broadcast counts for each port that it leaves through. */
  readonly forwarded: number
  /** NPDUs of this node itself sent through this port. */
  readonly sent: number
  /** NPDUs received and discarded, by reason. */
  readonly discarded: Readonly<Record<string, number>>
  /** NPDUs that the link did not send, by reason. */
  readonly unsent: Readonly<Record<string, number>>
}

/** What has been counted in the network layer since it was opened. */
export interface NetworkCounters {
  /** By the names of the ports. */
  readonly ports: Readonly<Record<string, NetworkPortCounters>>
  /** Routes known, those of the ports among them. */
  readonly routes: number
  /** NPDUs that wait until somebody says that he routes to their networks. */
  readonly waiting: number
}
