import { VirtualTimeScheduler, type Observable } from 'rxjs'
import type { Duplex } from '../../src/link/duplex.js'
import { ms, type Duration } from '../../src/values/duration.js'
import { numbered } from './npdu.js'
import { run, type Running } from './running.js'
import { toHex } from './vectors.js'

/** A port that runs. */
export interface RunningPort<Outbound, Event extends { readonly _tag: string }, Status> extends Running<
  Outbound,
  Event
> {
  readonly status: () => Status | undefined
  readonly broadcast: (npdu: Uint8Array) => void
  readonly unicast: (npdu: Uint8Array, to: string) => void
  /** From whom it heard this NPDU, each time. */
  readonly heard: (npdu: Uint8Array) => readonly string[]
}

/** A virtual network with the clock in the hands of the test. Everything is on its way for a millisecond. */
export interface PortLab<Network, Port, Options, TappedWebSocket> {
  readonly network: Network
  readonly advance: (duration: Duration) => void
  /** The time, in milliseconds since the start of the test. */
  readonly now: () => number
  /** A port, running, which is called by its address. */
  readonly port: (bind: string, options?: Options) => Port
  /** All that was sent since it was last looked at. */
  readonly sent: () => readonly TappedWebSocket[]
  /** Those ports, in words, that heard an NPDU, each with whom it heard it from. */
  readonly hearers: (npdu: Uint8Array) => Readonly<Record<string, readonly string[]>>
  /** Timers that are set, and datagrams that are on their way. */
  readonly running: () => number
}

/** What a lab must be told of an annex. */
export interface LabAnnex<Network, Options, Outbound, Event extends { readonly _tag: string }, Status> {
  readonly network: (scheduler: VirtualTimeScheduler) => Network
  readonly port: (network: Network, bind: string, options: Options | undefined) => Duplex<Outbound, Event>
  readonly broadcast: (npdu: Uint8Array) => Outbound
  readonly unicast: (npdu: Uint8Array, to: string) => Outbound
  /** How a port stands. */
  readonly status: (running: Running<Outbound, Event>) => Status | undefined
  /** All that a port has heard. */
  readonly npdus: (running: Running<Outbound, Event>) => readonly Heard[]
}

/** An NPDU, and in words whom it is from. */
interface Heard {
  readonly npdu: Uint8Array
  readonly source: string
}

/** Sets up a virtual network. */
export const portLab = <
  Network extends { readonly tap$: Observable<unknown> },
  Options,
  Outbound,
  Event extends { readonly _tag: string },
  Status,
>(
  annex: LabAnnex<Network, Options, Outbound, Event, Status>,
): PortLab<Network, RunningPort<Outbound, Event, Status>, Options, TappedOf<Network>> => {
  const scheduler = new VirtualTimeScheduler(undefined, 0)
  const network = annex.network(scheduler)
  const tapped: TappedOf<Network>[] = []
  network.tap$.subscribe(what => tapped.push(what as TappedOf<Network>))
  const ports: RunningPort<Outbound, Event, Status>[] = []

  return {
    network,
    sent: () => tapped.splice(0),
    advance: duration => {
      scheduler.maxFrames = scheduler.frame + duration
      scheduler.flush()
      scheduler.frame = scheduler.maxFrames
    },
    now: () => scheduler.now(),
    port: (bind, options) => {
      const running = run(bind, annex.port(network, bind, options), scheduler)
      const port: RunningPort<Outbound, Event, Status> = {
        ...running,
        status: () => annex.status(running),
        broadcast: npdu => running.submit(annex.broadcast(npdu)),
        unicast: (npdu, to) => running.submit(annex.unicast(npdu, to)),
        heard: npdu =>
          annex
            .npdus(running)
            .filter(heard => toHex(heard.npdu) === toHex(npdu))
            .map(({ source }) => source),
      }
      ports.push(port)
      return port
    },
    hearers: npdu =>
      Object.fromEntries(
        ports.map(port => [port.name, port.heard(npdu)] as const).filter(([, sources]) => sources.length > 0),
      ),
    running: () => scheduler.actions.length,
  }
}

/** A lab, as far as it is asked who heard what. */
type Hearing = Pick<PortLab<unknown, unknown, unknown, unknown>, 'advance' | 'hearers'>

/** A port, as far as it speaks and hears. */
type Voice = Pick<RunningPort<unknown, { readonly _tag: string }, unknown>, 'name' | 'broadcast' | 'heard'>

/** Lets each port broadcast an NPDU of its own, and says who does not hear it exactly once, as that by which it is known. */
export const notHeardOnce = <Port extends Voice>(
  lab: Hearing,
  ports: readonly Port[],
  knownAs: (port: Port) => string,
): readonly string[] =>
  ports.flatMap((speaker, number) => {
    speaker.broadcast(numbered(number))
    lab.advance(ms(20))
    return ports.flatMap(port => {
      const heard = port.heard(numbered(number)).join()
      const due = port === speaker ? '' : knownAs(speaker)
      return heard === due ? [] : [`${port.name} heard ${speaker.name} as '${heard}'`]
    })
  })

/** Those who heard an NPDU more than once. */
export const heardTwice = (lab: Hearing, npdu: Uint8Array): readonly string[] =>
  Object.entries(lab.hearers(npdu)).flatMap(([name, { length }]) => (length > 1 ? [name] : []))

/** What is tapped of a network. */
type TappedOf<Network> = Network extends { readonly tap$: Observable<infer TappedWebSocket> } ? TappedWebSocket : never
