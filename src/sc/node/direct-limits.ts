/** What a node bounds of its direct connections; every refusal is told. */
export interface DirectLimits {
  /** Peers to which connections are kept or tried; unicasts to further ones go through the hub. Default 100. */
  readonly maxInitiated: number
  /** Connections that peers may have to us. Default 100. */
  readonly maxAccepted: number
  /** Accepted sockets on the way to a Connect-Accept. Default as `maxAccepted`. */
  readonly maxPending: number
  /** Octets that may wait for one slow peer before messages to it come back. Default 1 MiB. */
  readonly maxQueued: number
}
