import { Subject, Subscription, type SchedulerLike } from 'rxjs'
import { drive } from '../machine/drive.js'
import { ms } from '../values/duration.js'
import type { Random } from '../values/random.js'
import type { ScUri } from '../values/sc-uri.js'
import type { Vmac } from '../values/vmac.js'
import type { Resolved } from './address-resolution.js'
import type { AddressResolver } from './address-resolver.js'
import type { DirectLimits } from './direct-limits.js'
import {
  directPeerMachine,
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
  readonly connected: (vmac: Vmac) => void
  readonly failed: (vmac: Vmac) => void
  readonly lost: (vmac: Vmac, brief: boolean) => void
  /** The connection that the peer made to us is the one to keep. */
  readonly yielded: (vmac: Vmac) => void
  /** Gives up all attempts and ends all connections. */
  readonly endAll: () => void
}

/** What it takes to connect to peers. */
export interface DirectPeersOptions {
  readonly resolver: AddressResolver
  readonly mayDial: (uri: ScUri, vmac: Vmac) => boolean
  /** Dials a peer; gives what hangs up. */
  readonly dial: (vmac: Vmac, uri: ScUri) => () => void
  /** Hears of URIs that may not be dialled. */
  readonly refused: (vmac: Vmac, uri: ScUri) => void
  /** When something last went over the connection to a peer, or came. */
  readonly lastUsed: (vmac: Vmac) => number | undefined
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
      case 'answered':
        return { _tag: 'Resolved', uris: usable(vmac, uris) }
      case 'silent':
        return { _tag: 'Silent' }
      case 'not asked':
        return { _tag: 'NotAsked' }
    }
  }

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
        peer.hangUp = options.dial(vmac, effect.uri)
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
    connected: vmac => tell(vmac, { _tag: 'Connected' }),
    failed: vmac => tell(vmac, { _tag: 'Failed' }),
    lost: (vmac, brief) => tell(vmac, { _tag: 'Lost', brief }),
    yielded: vmac => tell(vmac, { _tag: 'Yield' }),
    endAll: () => {
      for (const vmac of [...peers.keys()]) tell(vmac, { _tag: 'Yield' })
    },
  }
}
