/** Something on the way, as the node's end of the WebSocket sends or hears it. */
export type Tapped =
  | {
      readonly _tag: 'Message'
      /** When, in milliseconds on the clock of the scheduler. */
      readonly at: number
      readonly node: string
      readonly hub: string
      readonly direction: 'to hub' | 'from hub'
      /** One BVLC message. A view: read it, do not write it. */
      readonly octets: Uint8Array
    }
  /** The end of a WebSocket: 1000 in good order, 1006 when one side vanished. */
  | {
      readonly _tag: 'Closed'
      readonly at: number
      readonly node: string
      readonly hub: string
      readonly code: number
    }

/** Somebody dials a host, whether or not it answers. */
export interface Dialled {
  readonly at: number
  readonly from: string
  readonly to: string
}
