import { Subject, type Subscription } from 'rxjs'
import { expect, vi } from 'vitest'
import type { Datagram, UdpEvent, UdpPort } from '../../src/bvll/udp.js'

/** A UDP port in the hands of a test. */
export interface RunningUdpPort<Address extends string, Local extends { readonly address: Address }> {
  readonly events: readonly UdpEvent<Address, Local>[]
  /** What it knows of itself at last. */
  readonly local: () => Local
  /** Its address, as text. */
  readonly name: () => string
  readonly send: (to: string | Address, ...octets: readonly number[]) => void
  readonly submit: (datagram: Datagram<Address>) => void
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

/** How addresses are read and printed. */
export interface AddressTexts<Address extends string> {
  readonly at: (text: string) => Address
  readonly print: (address: Address) => string
  /** Whether it is text, and no address yet. */
  readonly isText: (address: string) => boolean
}

/** Binds a port, and writes down what it tells. */
export const runUdpPort = <Address extends string, Local extends { readonly address: Address }>(
  port: UdpPort<Address, Local>,
  { at, print, isText }: AddressTexts<Address>,
): RunningUdpPort<Address, Local> => {
  const outbound$ = new Subject<Datagram<Address>>()
  const events: UdpEvent<Address, Local>[] = []
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
        ? [`${print(event.source)} ${event.arrival} ${[...event.octets.subarray(0, 8)].join()}`]
        : [],
    )
  const local = (): Local => {
    const bound = events.findLast(event => event._tag === 'Bound')
    if (bound === undefined) throw new Error('it is not bound')
    return bound.local
  }
  return {
    events,
    local,
    name: () => print(local().address),
    send: (to, ...octets) =>
      outbound$.next({ to: isText(to) ? at(to) : (to as Address), octets: Uint8Array.from(octets) }),
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

/** Resolves when it is bound, or cannot be. */
export const settled = async <Address extends string, Local extends { readonly address: Address }>(
  port: RunningUdpPort<Address, Local>,
): Promise<RunningUdpPort<Address, Local>> => {
  await vi.waitFor(() => expect(port.events.length > 0 || port.end() !== undefined).toBe(true), { interval: 1 })
  return port
}
