import * as E from 'fp-ts/lib/Either.js'
import { Subject, type Subscription } from 'rxjs'
import { expect, vi } from 'vitest'
import { interfaceTable } from '../../src/io/interfaces.js'
import { ipUdpPort, type IpUdpPortOptions } from '../../src/io/udp.js'
import { steadyScheduler } from '../../src/io/clock.js'
import type { IpDatagram, IpLocal, IpUdpEvent, IpUdpPort } from '../../src/ip/ip-udp.js'
import { parseBipAddress, printBipAddress, type BipAddress } from '../../src/values/bip-address.js'

/** A B/IP address from text. */
export const at = (text: string): BipAddress => {
  const address = parseBipAddress(text)
  if (E.isLeft(address)) throw new Error(address.left)
  return address.right
}

/** A UDP port in the hands of a test. */
export interface RunningPort {
  readonly events: readonly IpUdpEvent[]
  /** What it knows of itself at last. */
  readonly local: () => IpLocal
  /** Its address, as text. */
  readonly name: () => string
  readonly send: (to: string | BipAddress, ...octets: readonly number[]) => void
  readonly submit: (datagram: IpDatagram) => void
  /** What it heard: `10.0.1.5:47808 unicast 1,2`. */
  readonly heard: () => readonly string[]
  /** What came back, by reason. */
  readonly unsent: () => readonly string[]
  /** Waits until it has heard so many datagrams. */
  readonly hears: (count: number) => Promise<readonly string[]>
  readonly complete: () => void
  readonly subscription: Subscription
  /** `'completed'`, its error, or `undefined` while it runs. */
  readonly end: () => unknown
}

const running = new Set<Subscription>()

/** Closes all ports that a test left open. Call it after each test. */
export const closePorts = (): void => {
  for (const subscription of running) subscription.unsubscribe()
  running.clear()
}

/** Binds a port, and writes down what it tells. */
export const runPort = (port: IpUdpPort): RunningPort => {
  const outbound$ = new Subject<IpDatagram>()
  const events: IpUdpEvent[] = []
  let end: unknown
  const subscription = port(outbound$).subscribe({
    next: event => events.push(event),
    error: (error: unknown) => (end = error),
    complete: () => (end = 'completed'),
  })
  running.add(subscription)
  const heard = (): readonly string[] =>
    events.flatMap(event =>
      event._tag === 'Received'
        ? [`${printBipAddress(event.source)} ${event.arrival} ${[...event.octets.subarray(0, 8)].join()}`]
        : [],
    )
  const local = (): IpLocal => {
    const bound = events.findLast(event => event._tag === 'Bound')
    if (bound === undefined) throw new Error('it is not bound')
    return bound.local
  }
  return {
    events,
    local,
    name: () => printBipAddress(local().address),
    send: (to, ...octets) => outbound$.next({ to: addressFrom(to), octets: Uint8Array.from(octets) }),
    submit: datagram => outbound$.next(datagram),
    heard,
    unsent: () => events.flatMap(event => (event._tag === 'Unsent' ? [event.reason] : [])),
    hears: count =>
      vi.waitFor(
        () => {
          const found = heard()
          if (found.length < count) throw new Error(`heard ${found.length} of ${count}: ${found.join('; ')}`)
          return found
        },
        { timeout: 5000, interval: 2 },
      ),
    complete: () => outbound$.complete(),
    subscription,
    end: () => end,
  }
}

/** Binds a real port on this host; resolves when it is bound, or cannot be. */
export const realPort = async (bind: string, options: Partial<IpUdpPortOptions> = {}): Promise<RunningPort> => {
  const port = runPort(
    ipUdpPort({
      bind: at(bind),
      receiveBuffer: 1 << 20,
      scheduler: steadyScheduler,
      interfaces: interfaceTable,
      ...options,
    }),
  )
  await vi.waitFor(() => expect(port.events.length > 0 || port.end() !== undefined).toBe(true), { interval: 1 })
  return port
}

const addressFrom = (address: string | BipAddress): BipAddress =>
  address.includes('.') ? at(address) : (address as BipAddress)
