import type { StationAddress } from '../../../src/network/event/network-event.js'
import type { NetworkDestination, ReceivedDestination } from '../../../src/network/event/destination.js'
import type { Manner } from '../traffic/manner.js'
import type {
  Admission,
  AskedForLife,
  Dialled,
  Direct,
  Failed,
  Heard,
  Serves,
  Spoke,
  Unconfirmed,
} from './connection-fact.js'

/** How an NPDU is addressed. */
export type Addressing = 'unicast' | 'local' | 'remote' | 'global'

/** An NPDU that a station has sent. */
export interface Submitted extends Manner {
  readonly _tag: 'Submitted'
  readonly id: number
  readonly by: string
  readonly addressing: Addressing
  /** The station that it is addressed to, if it is to one. */
  readonly to: { readonly network: number; readonly mac: string } | undefined
  /** Hosts that are to hear it. */
  readonly due: ReadonlySet<string>
  /** Hosts that hear it, too, if they can: boxes with a port on the network that it is for, and their home elsewhere. */
  readonly may: ReadonlySet<string>
  /** What it says itself; a broadcast for the own network is a local one, however it was meant. */
  readonly destination: NetworkDestination['_tag']
}

/** An NPDU that a station has heard. */
export interface Delivered extends Manner {
  readonly _tag: 'Delivered'
  readonly host: string
  /** Nothing where the octets are none of those that were sent. */
  readonly id: number | undefined
  readonly source: StationAddress
  readonly destination: ReceivedDestination
}

/** An NPDU was given back, or told as dropped, with what it was. */
export interface GivenBack {
  readonly _tag: 'GivenBack'
  readonly host: string
  /** Whether its application was told, or only somebody who looks at its link. */
  readonly isTold: boolean
  readonly id: number | undefined
  /** That which it did not reach, where it may have reached others. */
  readonly network: number | undefined
  readonly reason: string
}

/** Which WebSocket something was sent over; nothing of datagrams. */
interface OverConnection {
  readonly connection: number | undefined
}

/** Octets with an NPDU have crossed a wire; `Doubled` is a second copy that the wire has made of them. */
export interface Crossed extends OverConnection {
  readonly _tag: 'Arrived' | 'Doubled'
  readonly id: number
  readonly from: string
  readonly to: string
}

/**
 * An NPDU was put on a wire of a network, whoever hears it there. A hub puts on its wires what it heard, and is not looked
 * at.
 */
export interface Left {
  readonly _tag: 'Left'
  readonly id: number
  readonly network: number
  /** How many routers it may pass still; nothing where it is to pass none. */
  readonly hops: number | undefined
}

/** Octets with an NPDU were lost on a wire. */
export interface LostOnWire extends OverConnection {
  readonly _tag: 'Lost'
  readonly medium: 'sc' | 'ip' | 'ip6'
  readonly id: number
  readonly from: string
  readonly to: string
  /** When they were given to the wire; of WebSockets only. */
  readonly sentAt: number | undefined
  readonly reason: string
}

/** A host told that it dropped something, without what it was. */
export interface Noted {
  readonly _tag: 'Noted'
  readonly host: string
  readonly reason: string
  readonly count: number
}

/** How a host stands on a network. */
export interface Stands {
  readonly _tag: 'Stands'
  readonly host: string
  readonly network: number
  readonly isUp: boolean
  /** The hub in use, on BACnet/SC; the BBMD of a foreign device. */
  readonly through: string | undefined
  readonly mac: string | undefined
  /** On BACnet/IP and BACnet/IPv6, the address and port that others see it at. */
  readonly address?: string | undefined
}

/** Those behind a NAT are seen from other ports from now on, which their BBMDs do not know yet. */
export interface Rebound {
  readonly _tag: 'Rebound'
  readonly hosts: readonly string[]
}

/** A foreign device asks its BBMD to be registered; or it hears from a BBMD that something was done. */
export interface Registers {
  readonly _tag: 'AsksToRegister' | 'HearsSuccess'
  readonly host: string
  readonly network: number
}

/** A host asks all of a network for a router, for itself or for who asked it; or for the number of the network. */
export interface Asks {
  readonly _tag: 'Asks'
  readonly host: string
  readonly network: number
  /** The network to which a router is asked for, if it is to one; the message otherwise. */
  readonly what: 'Who-Is-Router-To-Network' | 'What-Is-Network-Number' | number
  /** For whom, where that is another: a network and a MAC address. */
  readonly onBehalfOf: string | undefined
}

/** What is in a table, or waits in a queue, at a moment. */
export interface Sampled {
  readonly _tag: 'Sampled'
  readonly host: string
  readonly table: string
  readonly size: number
  readonly bound: number
}

/** Which nodes a hub has, by their VMACs; or a BBMD, which foreign devices. */
export interface Listed {
  readonly _tag: 'Listed'
  readonly host: string
  readonly network: number
  readonly members: readonly string[]
}

/** What ran on a host has gone down with it, or was ended. */
export interface Gone {
  readonly _tag: 'Gone'
  readonly host: string
  /** Timers that are still set there. */
  readonly timers: number
  /** UDP ports, WebSockets and addresses to listen at that are still open there. */
  readonly open: number
  /** Who still listens there to what a link tells, or is told. */
  readonly ears: number
}

/** A part of the run begins. */
export interface Phase {
  readonly _tag: 'Phase'
  readonly phase: 'stormy' | 'recovery' | 'calm' | 'farewell'
}

/** All has been ended. */
export interface Ended {
  readonly _tag: 'Ended'
  /** Timers that are still set, of hosts and between them. */
  readonly timers: number
  /** What still runs, in words. */
  readonly open: readonly string[]
}

/** Something that happened in a run. All invariants are told in these words. */
export type Fact = { readonly at: number } & (
  | Submitted
  | Delivered
  | GivenBack
  | Crossed
  | Left
  | LostOnWire
  | Heard
  | AskedForLife
  | Noted
  | Stands
  | Rebound
  | Spoke
  | Unconfirmed
  | Direct
  | Serves
  | Admission
  | Dialled
  | Failed
  | Registers
  | Asks
  | Sampled
  | Listed
  | Gone
  | Phase
  | Ended
)

/** A fact without its time. */
export type Happening = Fact extends infer One ? (One extends Fact ? Omit<One, 'at'> : never) : never
