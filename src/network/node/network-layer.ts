import { Observable } from 'rxjs'
import type { Duplex } from '../../link/duplex.js'
import { oneAtATime } from '../../machine/turns.js'
import { layer, type LayerOptions } from './layer.js'
import type { NetworkEvent, NetworkOutbound } from '../event/network-event.js'
import type { NetworkPortOptions } from '../port/port.js'
import type { ConfiguredRoute } from '../route/route.js'

/** What the network layer of a node needs. */
export interface NetworkLayerOptions extends LayerOptions {
  readonly ports: readonly NetworkPortOptions[]
  readonly routes: readonly ConfiguredRoute[]
  /** Makes the error for what its user must mend. */
  readonly unfit: (reason: string) => Error
}

/**
 * The network layer of a node over its links. Cold: subscribing opens them. Completing the outbound stream ends all ports in
 * good order, and completes when they have ended. Errors for options that cannot be, and with the outbound stream.
 */
export const networkLayer =
  ({ ports, routes, unfit, ...options }: NetworkLayerOptions): Duplex<NetworkOutbound, NetworkEvent> =>
  outbound$ =>
    new Observable(subscriber => {
      const { take } = oneAtATime(() => !subscriber.closed)
      const running = layer(options, {
        tell: event => subscriber.next(event),
        inTurn: take,
        ended: () => subscriber.complete(),
      })
      const { home } = options
      const begin = (): void => {
        for (const port of ports) {
          const reason = running.addPort(port)
          if (reason !== undefined) throw unfit(`port ${port.name}: ${reason}`)
        }
        if (home !== undefined && ports.length > 0 && ports.every(({ name }) => name !== home)) {
          throw unfit(`home: there is no port ${home}`)
        }
        const reason = running.setRoutes(routes)
        if (reason !== undefined) throw unfit(reason)
        running.start()
      }

      subscriber.add(running.close)
      begin()
      if (subscriber.closed) return
      subscriber.add(
        outbound$.subscribe({
          next: outbound => take(running.submit, outbound),
          error: (error: unknown) => subscriber.error(error),
          complete: () => take(running.end, undefined),
        }),
      )
    })
