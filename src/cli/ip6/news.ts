import { concatMap, defer, map, scan, tap, type MonoTypeOperatorFunction, type OperatorFunction } from 'rxjs'
import type { Bip6Address, Bip6Vmac, Ip6LinkEvent, Ip6Status } from '../../transport/ip6.js'
import { portNews, type Bound, type StatusNews } from '../bvll/news.js'

/** Where a B/IPv6 port is. */
export interface Ip6Place {
  readonly address: Bip6Address
  readonly group: Bip6Address
}

type Other = Exclude<Ip6LinkEvent, { readonly _tag: 'Status' | 'Listening' }>

/** It has another VMAC. */
interface VmacNews {
  readonly _tag: 'Vmac'
  readonly vmac: Bip6Vmac | undefined
}

/** What a B/IPv6 port tells, with what is new in each status in its place. */
export type Ip6News =
  | Other
  | Exclude<StatusNews<Ip6Place>, { readonly _tag: 'Bound' }>
  /** With the VMAC that it has by then; without one only where all that it drew are taken. */
  | (Bound<Ip6Place> & { readonly vmac: Bip6Vmac | undefined })
  | VmacNews

/** Tells apart what a status says. */
export const ip6News = (): OperatorFunction<Ip6LinkEvent, Ip6News> => event$ =>
  defer(() => {
    let latest: Bip6Vmac | undefined
    return event$.pipe(
      tap(event => {
        if (event._tag === 'Status') latest = event.status.vmac
      }),
      listeningOnceNamed(),
      portNews<Ip6Place, Ip6Status, Other, VmacNews>({
        placeOf: ({ address, group }) => ({ address, group }),
        more: ({ vmac }, before) => (vmac === before?.vmac ? undefined : [{ _tag: 'Vmac', vmac }]),
      }),
      map((news): Ip6News => (news._tag === 'Bound' ? { ...news, vmac: latest } : news)),
    )
  })

interface Naming {
  readonly isOver: boolean
  readonly held: readonly Ip6LinkEvent[]
  readonly told: readonly Ip6LinkEvent[]
}

/**
 * While it looks for a VMAC, a port can answer nobody: whoever is told that it listens, and sends to it, would be
 * disappointed. So that is told once it has one, or once all that it drew are taken.
 */
const listeningOnceNamed = (): MonoTypeOperatorFunction<Ip6LinkEvent> => event$ =>
  event$.pipe(
    scan(name, { isOver: false, held: [], told: [] } satisfies Naming),
    concatMap(({ told }) => told),
  )

const name = ({ isOver, held }: Naming, event: Ip6LinkEvent): Naming => {
  if (isOver) return { isOver, held: [], told: [event] }
  if (event._tag === 'Listening') return { isOver, held: [event], told: [] }
  if (event._tag === 'VmacsTaken') return { isOver: true, held: [], told: [...held, event] }
  const isNamed = event._tag === 'Status' && event.status.vmac !== undefined && held.length > 0
  return isNamed ? { isOver: true, held: [], told: [event, ...held] } : { isOver, held, told: [event] }
}
