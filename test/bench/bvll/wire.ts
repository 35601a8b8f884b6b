import type { RemoteInfo } from 'node:dgram'
import { ipWire } from './ip-wire.js'
import { ip6Wire } from './ip6-wire.js'
import type { Traffic } from './traffic.js'

/** Where a port is. */
export interface Place {
  readonly bind: string
  /** Where a unicast reaches it. */
  readonly unicast: string
  /** Where its load is sent to. */
  readonly target: string
}

/** What a station says to our port before it is measured, and what it has to be answered. */
export interface Exchange {
  readonly said: Uint8Array
  readonly answer: Uint8Array
}

/** BACnet/IP or BACnet/IPv6, as far as they differ for who has sockets only. */
export interface Wire {
  readonly socket: 'udp4' | 'udp6'
  /** Where load generators are told what has come. */
  readonly tellerHost: string
  readonly peerHost: (peer: number) => string
  readonly sinkHost: (sink: number) => string
  readonly place: (isOurs: boolean, kind: Traffic['kind']) => Place
  /** What a second socket is bound to that hears broadcasts; `undefined` where the first one does. */
  readonly ear: string | undefined
  /** What a load generator sends: a unicast to the port, or a broadcast that it is to pass on. */
  readonly load: (kind: Traffic['kind'], peer: number, npdu: Uint8Array) => Uint8Array
  /** A unicast of the port to a sink. */
  readonly original: (npdu: Uint8Array, sink: number) => Uint8Array
  /** A broadcast as a BBMD passes it on. */
  readonly forwarded: (broadcast: Buffer, from: RemoteInfo) => Uint8Array
  /** How a sink becomes known to our port. */
  readonly enrolment: (kind: Traffic['kind'], sink: number, sinks: number) => Exchange | undefined
}

/** What is known of each annex by its name. */
export const wires = { ip: ipWire, ip6: ip6Wire } satisfies Record<string, Wire>

/** Which of the two. */
export type AnnexName = keyof typeof wires

/** That of an annex. */
export const wireOf = (annex: AnnexName): Wire => wires[annex]
