/**
 * Something on the way, as the node's end of the WebSocket sends or hears it. `hub` is what it dialled: a hub, or where
 * another node accepts direct connections.
 */
export type TappedWebSocket =
  | {
      readonly _tag: 'Message'
      /** When it is sent by the node, or heard by it, in milliseconds on the clock of the scheduler. */
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
      /** When, in milliseconds on the clock of the scheduler. */
      readonly at: number
      readonly node: string
      readonly hub: string
      readonly code: number
    }

/** Somebody dials, whether or not there is an answer. */
export interface Dialled {
  /** When, in milliseconds on the clock of the scheduler. */
  readonly at: number
  /** The host that dials. */
  readonly from: string
  /** What it dials: a hub, or where another node accepts direct connections. */
  readonly to: string
}
