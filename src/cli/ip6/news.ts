import { map, type OperatorFunction } from 'rxjs'
import type { Bip6Address, Bip6Vmac, Ip6LinkEvent, Ip6Status } from '../../transport/ip6.js'
import { portNews, type Bound, type StatusNews } from '../bvll/news.js'

/** Where a B/IPv6 port is. */
export interface Ip6Place {
  readonly address: Bip6Address
  readonly group: Bip6Address
}

type Other = Exclude<Ip6LinkEvent, { readonly _tag: 'Status' | 'Listening' }>

/** It has a VMAC that nobody could know before, or another one. */
interface VmacNews {
  readonly _tag: 'Vmac'
  readonly vmac: Bip6Vmac | undefined
}

/** What a B/IPv6 port tells, with what is new in each status in its place. */
export type Ip6News =
  | Other
  | Exclude<StatusNews<Ip6Place>, { readonly _tag: 'Bound' }>
  /** Its VMAC is told at once where it is that of a device instance. */
  | (Bound<Ip6Place> & { readonly vmac: Bip6Vmac | undefined })
  | VmacNews

/** Tells apart what a status says; `instance` is the VMAC of the device instance that the port was given. */
export const ip6News =
  (instance: Bip6Vmac | undefined): OperatorFunction<Ip6LinkEvent, Ip6News> =>
  event$ =>
    event$.pipe(
      portNews<Ip6Place, Ip6Status, Other, VmacNews>({
        placeOf: ({ address, group }) => ({ address, group }),
        more: ({ vmac }, before) => {
          if (vmac === before?.vmac) return undefined
          const isKnown = before?.vmac === undefined && vmac === instance
          return isKnown ? [] : [{ _tag: 'Vmac', vmac }]
        },
      }),
      map((news): Ip6News => (news._tag === 'Bound' ? { ...news, vmac: instance } : news)),
    )
