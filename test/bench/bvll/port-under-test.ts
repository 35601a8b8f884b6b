import type { Endpoint } from '../../../src/io/datagram-sender.js'
import type { Traffic } from './traffic.js'

/** What is measured is to do this. */
export interface Plan {
  readonly kind: Traffic['kind']
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
