/** What a port does while it is measured. */
export interface Traffic {
  /** It hears unicasts; it sends unicasts; it is a BBMD that hears broadcasts and passes them on. */
  readonly kind: 'receive' | 'send' | 'fan-out'
  /** Stations that send to it. */
  readonly peers: number
  /** Stations that it sends to. */
  readonly sinks: number
  /** Datagrams to it that come together: the next as many are sent when these have been acknowledged. */
  readonly burst: number
}

/** Octets of an NPDU. */
export const NPDU_LENGTH = 40

/** What BBMDs ask for. */
export const RECEIVE_BUFFER = 4 << 20

/** An unconfirmed request of no meaning. */
export const npdu = (): Uint8Array => {
  const octets = new Uint8Array(NPDU_LENGTH).fill(0x55)
  octets.set([0x01, 0x00, 0x10])
  return octets
}

/** Whether a BBMD has a sink as a foreign device, which has to register; it knows the first half as other BBMDs. */
export const isForeign = (sink: number, sinks: number): boolean => sink >= Math.floor(sinks / 2)
