import type { OperatorFunction } from 'rxjs'
import type { BipAddress, IpLinkEvent, IpStatus } from '../../transport/ip.js'
import { portNews, type StatusNews } from '../bvll/news.js'

/** Where a B/IP port is. */
export interface IpPlace {
  readonly address: BipAddress
  readonly broadcast: BipAddress | undefined
}

type Other = Exclude<IpLinkEvent, { readonly _tag: 'Status' | 'Listening' }>

/** What a B/IP port tells, with what is new in each status in its place. */
export type IpNews = Other | StatusNews<IpPlace>

/** Tells apart what a status says. */
export const ipNews = (): OperatorFunction<IpLinkEvent, IpNews> =>
  portNews<IpPlace, IpStatus, Other>({ placeOf: ({ address, broadcast }) => ({ address, broadcast }) })
