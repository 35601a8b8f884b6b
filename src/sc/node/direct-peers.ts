import { Subject, Subscription, type SchedulerLike } from 'rxjs'
import { drive } from '../../machine/drive.js'
import { ms } from '../../values/duration.js'
import type { Random } from '../../values/random.js'
import type { ScUri } from '../../values/sc-uri.js'
import type { Vmac } from '../../values/vmac.js'
import type { Resolved } from './address-resolution.js'
import type { AddressResolver } from './address-resolver.js'
import type { DirectLimits } from './direct-limits.js'
import {
  directPeerMachine,
  type AttemptEvent,
  type DirectPeerEffect,
  type DirectPeerEvent,
  type DirectPeerState,
  type DirectPeerTimer,
  type DirectPeerTimings,
} from './direct-peer-machine.js'

/** The peers that a node connects to by itself, each with a machine that lives while there is traffic. */
export interface DirectPeers {
  /** An NPDU is sent to that peer, and there is no direct connection. */
  readonly want: (vmac: Vmac) => void
  /** The peer has connected to us. */
  readonly reached: (vmac: Vmac) => void
  /** Gives up all attempts and ends all connections. */
  readonly endAll: () => void
}

/** What it takes to connect to peers. */
export interface DirectPeersOptions {
  readonly resolver: AddressResolver
  readonly mayDial: (uri: ScUri, vmac: Vmac) => boolean
  /** Dials a peer, and says what becomes of that; gives what hangs up, after which nothing more is said. */
  readonly dial: (vmac: Vmac, uri: ScUri, attempt: (event: AttemptEvent) => void) => () => void
  /** Hears of URIs that may not be dialled. */
  readonly refused: (vmac: Vmac, uri: ScUri) => void
  /** When something last went over the connection that was dialled, or came; `undefined` when there is none. */
  readonly lastUsed: (vmac: Vmac) => number | undefined
  /** Whether a peer is connected to us. */
  readonly isReached: (vmac: Vmac) => boolean
  readonly timings: DirectPeerTimings
  readonly limits: DirectLimits
  readonly scheduler: SchedulerLike
  readonly random: Random
}

interface Peer {
  readonly event$: Subject<DirectPeerEvent>
  readonly resolving: Subscription
  wantedAt: number
  hangUp: () => void
}

const GIVE_UP: DirectPeerEvent = { _tag: 'GiveUp' }

/** No peers yet. */
export const directPeers = (options: DirectPeersOptions): DirectPeers => {
  const { resolver, mayDial, timings, limits, scheduler, random } = options
  const peers = new Map<Vmac, Peer>()
  const transition = directPeerMachine(timings)
  const initial: DirectPeerState = { _tag: 'IDLE' }

  const usable = (vmac: Vmac, uris: readonly ScUri[]): readonly ScUri[] =>
    uris.filter(uri => {
      const allowed = mayDial(uri, vmac)
      if (!allowed) options.refused(vmac, uri)
      return allowed
    })

  const resolved = (vmac: Vmac, { uris, outcome }: Resolved): DirectPeerEvent => {
    switch (outcome) {
      case 'answered': {
        const allowed = usable(vmac, uris)
        return uris.length > 0 && allowed.length === 0 ? { _tag: 'Unresolved' } : { _tag: 'Resolved', uris: allowed }
      }
      case 'silent':
        return { _tag: 'Unresolved' }
      case 'not asked':
        return { _tag: 'NotAsked' }
    }
  }

  /** Whoever is connected to us all the same need not be dialled again. */
  const after = (vmac: Vmac, event: AttemptEvent): DirectPeerEvent =>
    event._tag !== 'Connected' && options.isReached(vmac) ? GIVE_UP : event

  const perform = (
    peer: Peer,
    vmac: Vmac,
    effect: Exclude<DirectPeerEffect, { _tag: 'SetTimer' | 'ClearTimer' }>,
  ): void => {
    switch (effect._tag) {
      case 'Resolve':
        peer.resolving.add(resolver.resolve(vmac).subscribe(found => peer.event$.next(resolved(vmac, found))))
        return
      case 'Refresh':
        peer.resolving.add(resolver.refresh(vmac).subscribe(found => peer.event$.next(resolved(vmac, found))))
        return
      case 'Dial':
        peer.hangUp = options.dial(vmac, effect.uri, event => peer.event$.next(after(vmac, event)))
        return
      case 'HangUp':
        peer.hangUp()
        return
    }
  }

  const begin = (vmac: Vmac): void => {
    const peer: Peer = {
      event$: new Subject(),
      resolving: new Subscription(),
      wantedAt: scheduler.now(),
      hangUp: () => undefined,
    }
    peers.set(vmac, peer)
    const fired = (timer: DirectPeerTimer): DirectPeerEvent => {
      const lastUsed = Math.max(peer.wantedAt, options.lastUsed(vmac) ?? 0)
      return { _tag: 'TimerFired', timer, quiet: ms(scheduler.now() - lastUsed) }
    }
    peer.event$.pipe(drive({ initial, transition, fired, scheduler, random })).subscribe({
      next: effect => perform(peer, vmac, effect),
      complete: () => {
        peer.resolving.unsubscribe()
        if (peers.get(vmac) === peer) peers.delete(vmac)
      },
    })
    peer.event$.next({ _tag: 'Wanted' })
  }

  const tell = (vmac: Vmac, event: DirectPeerEvent): void => peers.get(vmac)?.event$.next(event)

  return {
    want: vmac => {
      const known = peers.get(vmac)
      if (known !== undefined) known.wantedAt = scheduler.now()
      else if (peers.size < limits.maxInitiated && !resolver.isUnreachable(vmac)) begin(vmac)
    },
    reached: vmac => tell(vmac, { _tag: 'Reached' }),
    endAll: () => {
      for (const vmac of [...peers.keys()]) tell(vmac, GIVE_UP)
    },
  }
}
