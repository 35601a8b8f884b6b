import type { Endpoint } from '../../../src/io/datagram-sender.js'
import type { IpTraffic } from './traffic.js'

/** What is measured is to do this. */
export interface Plan {
  readonly kind: IpTraffic['kind']
  /** The address to be bound. */
  readonly host: string
  /** Where to send. */
  readonly sinks: readonly Endpoint[]
}

/** A port that listens. */
export interface PortUnderTest {
  readonly port: number
  /** Sends one NPDU to the sink of that index. */
  readonly send: (sink: number) => void
}

/** Starts what is measured; `heard` is to be called for each NPDU that comes. */
export type StartPort = (plan: Plan, heard: () => void) => Promise<PortUnderTest>

/** The sinks that a BBMD knows as other BBMDs; the rest are to be its foreign devices. */
export const peersAmong = (sinks: readonly Endpoint[]): readonly Endpoint[] => sinks.slice(0, sinks.length / 2)

/** The sinks that have to register. */
export const foreignAmong = (sinks: readonly Endpoint[]): readonly Endpoint[] => sinks.slice(sinks.length / 2)
