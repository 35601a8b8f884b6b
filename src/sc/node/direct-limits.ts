/** What a node bounds of its direct connections. Refusals are told; unicasts that find no room go through the hub. */
export interface DirectLimits {
  /** Peers to which connections are kept or tried. Default 100. */
  readonly maxInitiated: number
  /** Connections that peers may have to us. Default 100. */
  readonly maxAccepted: number
  /** Accepted sockets on the way to a Connect-Accept. Default as `maxAccepted`. */
  readonly maxPending: number
  /** Octets that may wait for one slow peer before messages to it come back. Default 1 MiB. */
  readonly maxQueued: number
}

/** Fills in the defaults. */
export const directLimits = (given: Partial<DirectLimits> = {}): DirectLimits => {
  const maxAccepted = given.maxAccepted ?? 100
  return {
    maxInitiated: given.maxInitiated ?? 100,
    maxAccepted,
    maxPending: given.maxPending ?? maxAccepted,
    maxQueued: given.maxQueued ?? 1 << 20,
  }
}
