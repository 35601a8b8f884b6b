import type { VirtualInternetwork } from '../../../src/testing/index.js'
import { BvlcFunction } from '../../../src/wire/bvlc-function.js'
import { idIn } from '../traffic/payload.js'
import type { Happening } from './fact.js'

/** Tells what becomes of octets with NPDUs on the wires, and who connects to whom. */
export const watchWires = (
  { sc, ipv4, ipv6 }: VirtualInternetwork,
  hosts: ReadonlySet<string>,
  tell: (happening: Happening) => void,
): void => {
  const fateOf =
    (medium: 'sc' | 'ip' | 'ip6') =>
    (fate: MessageFate): void => {
      const id = idIn(fate.octets)
      const { from, connection, sentAt } = fate
      if (id === undefined && connection === undefined) return
      // A datagram goes to an address, at which there may be nobody, or nobody any more.
      const name = 'host' in fate ? (fate.host ?? NOBODY) : fate.to
      const to = hosts.has(name) ? name : NOBODY
      if (id === undefined) {
        const isAsking = fate.octets[0] === BvlcFunction['Heartbeat-Request']
        if (connection !== undefined && sentAt !== undefined && isAsking) {
          tell({ _tag: 'AskedForLife', connection, from, to, sentAt })
        }
        if (fate._tag === 'Arrived' && connection !== undefined) tell({ _tag: 'Heard', connection, from, to })
        return
      }
      if (fate._tag === 'Lost') {
        tell({ _tag: 'Lost', medium, id, from, to, connection, sentAt, reason: fate.reason })
      } else tell({ _tag: fate.isDuplicate === true ? 'Doubled' : 'Arrived', id, from, to, connection })
    }
  sc.fate$.subscribe(fateOf('sc'))
  ipv4.fate$.subscribe(fateOf('ip'))
  ipv6.fate$.subscribe(fateOf('ip6'))
  sc.tap$.subscribe(tapped => {
    if (tapped._tag === 'Closed' || tapped.direction === 'from hub') return
    tell({ _tag: 'Spoke', node: tapped.node, hub: tapped.hub })
  })
  sc.dial$.subscribe(({ from, to }) => tell({ _tag: 'Dialled', node: from, hub: to }))
}

/** Whoever has no port at an address. */
export const NOBODY = 'nobody'

/** What became of octets, on any wire. */
type MessageFate = {
  readonly from: string
  readonly host?: string | undefined
  readonly to: string
  readonly octets: Uint8Array
  readonly isDuplicate?: boolean
  readonly connection?: number
  readonly sentAt?: number
} & ({ readonly _tag: 'Arrived' } | { readonly _tag: 'Lost'; readonly reason: string })
