import { Observable, Subject, Subscription } from 'rxjs'
import type { Duplex } from '../../link/duplex.js'
import { relay, type Relay } from '../../machine/relay.js'

/** Hosts that can lose what runs on them. */
export interface HostPower {
  /**
   * What runs on a host. Its user stays subscribed while the host is down: what runs there is gone then, with all that it
   * knew, and is started anew when the host is back. `whileDown` is what its user hears of what goes in meanwhile.
   */
  readonly on: <Out, In>(host: string, duplex: Duplex<Out, In>, whileDown?: (outbound: Out) => In) => Duplex<Out, In>
  /** Takes a host down until it is unsubscribed; when that is done several times, until the last of them is. */
  readonly down: (host: string) => Subscription
  readonly isDown: (host: string) => boolean
  /** How much of what ran on a host, or on any, still listens to what goes in, though it has been stopped. */
  readonly ears: (host?: string) => number
  /** Tells when a host has gone down, and when it is about to come back. Hot; never completes. */
  readonly host$: Observable<HostChange>
}

/** A host has gone down, or is about to come back. */
export interface HostChange {
  /** Its name. */
  readonly host: string
  /** Whether it is about to come back; it has gone down otherwise. */
  readonly isUp: boolean
}

/** Something that runs on a host. */
interface Device {
  readonly start: () => void
  readonly stop: () => void
}

/** All hosts, which are up. */
export const hostPower = (): HostPower => {
  const devices = new Map<string, Set<Device>>()
  const downs = new Map<string, number>()
  /** Of what has been stopped, and was still listening: whether it does. */
  const leftEars = new Map<string, (() => boolean)[]>()
  const host$ = new Subject<HostChange>()
  const devicesOn = (host: string): readonly Device[] => [...(devices.get(host) ?? [])]
  const isDown = (host: string): boolean => (downs.get(host) ?? 0) > 0

  return {
    isDown,
    ears: host => {
      const left = host === undefined ? [...leftEars.values()].flat() : (leftEars.get(host) ?? [])
      return left.filter(isHeard => isHeard()).length
    },
    host$: host$.asObservable(),

    on:
      <Out, In>(host: string, duplex: Duplex<Out, In>, whileDown?: (outbound: Out) => In) =>
      (outbound$: Observable<Out>) =>
        new Observable<In>(subscriber => {
          let inner: { readonly outbound: Relay<Out>; readonly life: Subscription } | undefined
          let isEnding = false
          const start = (): void => {
            const toInner = relay<Out>()
            const life = new Subscription()
            inner = { outbound: toInner, life }
            life.add(
              duplex(toInner.item$).subscribe({
                next: event => subscriber.next(event),
                error: (error: unknown) => subscriber.error(error),
                complete: () => subscriber.complete(),
              }),
            )
          }
          const stop = (): void => {
            const ended = inner
            inner = undefined
            ended?.life.unsubscribe()
            if (ended?.outbound.isHeard() === true) {
              leftEars.set(host, [...(leftEars.get(host) ?? []), ended.outbound.isHeard])
            }
            // Who was about to end does not come back.
            if (isEnding) subscriber.complete()
          }
          const device = { start, stop }
          devices.set(host, (devices.get(host) ?? new Set()).add(device))
          subscriber.add(() => {
            devices.get(host)?.delete(device)
            stop()
          })
          if (!isDown(host)) start()
          subscriber.add(
            outbound$.subscribe({
              next: outbound => {
                if (inner !== undefined) inner.outbound.next(outbound)
                else if (whileDown !== undefined) subscriber.next(whileDown(outbound))
              },
              error: (error: unknown) => subscriber.error(error),
              complete: () => {
                isEnding = true
                if (inner === undefined) subscriber.complete()
                else inner.outbound.complete()
              },
            }),
          )
        }),

    down: host => {
      downs.set(host, (downs.get(host) ?? 0) + 1)
      if (downs.get(host) === 1) {
        for (const device of devicesOn(host)) device.stop()
        host$.next({ host, isUp: false })
      }
      return new Subscription(() => {
        downs.set(host, (downs.get(host) ?? 0) - 1)
        if (isDown(host)) return
        host$.next({ host, isUp: true })
        for (const device of devicesOn(host)) device.start()
      })
    },
  }
}
