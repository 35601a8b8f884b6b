/*
 * What is seen of the WebSockets of BACnet/SC: who dials whom, what crosses them, and what either side says of them.
 */

/** A WebSocket has brought something without an NPDU, from which it is known that the other side is there. */
export interface Heard {
  readonly _tag: 'Heard'
  readonly connection: number
  readonly from: string
  readonly to: string
}

/** One side of a WebSocket has asked the other whether it is there; told when that came to the other side, or was lost. */
export interface AskedForLife {
  readonly _tag: 'AskedForLife'
  readonly connection: number
  readonly from: string
  readonly to: string
  readonly sentAt: number
}

/** A node has said something to a hub, or to another node that it dialled. */
export interface Spoke {
  readonly _tag: 'Spoke'
  readonly node: string
  readonly hub: string
}

/** A node or a hub told that its connection with another ended, and how many messages may be lost with it. */
export interface Unconfirmed {
  readonly _tag: 'Unconfirmed'
  readonly host: string
  readonly peer: string
  /** What it is to the peer. */
  readonly as: 'node' | 'hub' | 'direct peer'
  readonly count: number
}

/** A node has a direct connection with another from now on, or one of them has ended. A host that goes down does not say so. */
export interface Direct {
  readonly _tag: 'Direct'
  readonly host: string
  readonly peer: string
  /** Whether it dialled the other, and not the other way round. */
  readonly isDialled: boolean
  readonly isConnected: boolean
}

/** A hub has a node from now on, or has it no more, whatever the node itself may think. */
export interface Serves {
  readonly _tag: 'Serves'
  readonly hub: string
  readonly node: string
  readonly isServed: boolean
}

/** A hub has let a device in, whether or not it had a connection of it already; or one of its connections has ended. */
export interface Admission {
  readonly _tag: 'Admitted' | 'Released'
  readonly hub: string
  readonly uuid: string
}

/** A node has given up an attempt to reach a hub. */
export interface Failed {
  readonly _tag: 'Failed'
  readonly node: string
  readonly hub: string
}

/** A node dials a hub, or another node. */
export interface Dialled {
  readonly _tag: 'Dialled'
  readonly node: string
  readonly hub: string
}
