import { Observable, Subject } from 'rxjs'
import type { Duplex } from '../../link/duplex.js'
import type { HubCommand, HubEvent } from '../hub/hub-event.js'
import type { ScLink, ScLinkEvent } from './sc-link.js'

/**
 * A device that is a node and hosts a hub function: one link, one life cycle. The hub function starts first, so that the
 * node finds it, and ends last, so that the node can leave in good order.
 */
export const device =
  (node: ScLink, hub: Duplex<HubCommand, HubEvent>): ScLink =>
  outbound$ =>
    new Observable<ScLinkEvent>(subscriber => {
      const command$ = new Subject<HubCommand>()
      subscriber.add(
        hub(command$).subscribe({
          next: event => subscriber.next({ _tag: 'Hub', event }),
          error: (error: unknown) => subscriber.error(error),
          complete: () => subscriber.complete(),
        }),
      )
      subscriber.add(
        node(outbound$).subscribe({
          next: event => subscriber.next(event),
          error: (error: unknown) => subscriber.error(error),
          complete: () => command$.complete(),
        }),
      )
    })
