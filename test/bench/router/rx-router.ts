import { NEVER, tap, type Observable } from 'rxjs'
import type { Duplex } from '../../../src/link/duplex.js'
import type { OutboundNpdu } from '../../../src/link/link.js'
import { overIp } from '../../../src/network/link/over-ip.js'
import { overSc } from '../../../src/network/link/over-sc.js'
import { ipPort } from '../../../src/transport/ip-port.js'
import { router } from '../../../src/transport/router.js'
import { scNode } from '../../../src/transport/sc-node.js'
import { BROADCAST_HOST } from '../bvll/ip-wire.js'
import { RECEIVE_BUFFER } from '../bvll/traffic.js'
import { NETWORKS } from './load.js'
import type { RelayPlan, StartRelay } from './under-test.js'

const FROM = 'from'

/** Our router, as anybody would open it. */
export const rxRouter: StartRelay = (plan, forwarded) =>
  new Promise((resolve, reject) => {
    const to = overIp(counted(ipOn(plan.sendHost), forwarded))
    const ports = [
      { name: FROM, link: linkFrom(plan), network: NETWORKS.from },
      { name: 'to', link: to, network: NETWORKS.to },
    ]
    NEVER.pipe(router({ ports })).subscribe({
      next: event => {
        if (event._tag === 'Port' && event.port === FROM && event.isUp) resolve(portOf(event.mac ?? ''))
      },
      error: reject,
    })
  })

const linkFrom = ({ route, host, hub }: RelayPlan): ReturnType<typeof overIp> => {
  switch (route) {
    case 'IP to IP':
      return overIp(ipOn(host))
    case 'SC to IP':
      return overSc(scNode({ primaryHub: hub ?? '', allowPlaintext: true, givesViews: true, warn: () => undefined }))
  }
}

const ipOn = (host: string): ReturnType<typeof ipPort> =>
  ipPort({ bind: `${host}:0`, broadcast: BROADCAST_HOST, receiveBuffer: RECEIVE_BUFFER })

/** What is said at the start is broadcast, and not counted. */
const counted =
  <Outbound extends OutboundNpdu<string> | { readonly _tag: string }, In>(
    link: Duplex<Outbound, In>,
    forwarded: () => void,
  ): Duplex<Outbound, In> =>
  (outbound$: Observable<Outbound>) =>
    link(
      outbound$.pipe(
        tap(outbound => {
          if ('destination' in outbound && outbound.destination !== 'broadcast') forwarded()
        }),
      ),
    )

/** A B/IP address ends with it; of a VMAC it means nothing. */
const portOf = (mac: string): number => Number.parseInt(mac.slice(-4), 16)
