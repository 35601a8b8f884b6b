import { concatMap, map, scan, type OperatorFunction } from 'rxjs'
import type { BipAddress, IpLinkEvent, IpRole, IpStatus, RegistrationState } from '../../transport/ip.js'

/** What a B/IP port tells, with what is new in each status in its place. */
export type IpNews =
  | Exclude<IpLinkEvent, { readonly _tag: 'Status' | 'Listening' }>
  /** It hears from now on. Comes once, and first. */
  | {
      readonly _tag: 'Bound'
      readonly address: BipAddress
      readonly broadcast: BipAddress | undefined
      readonly role: IpRole['_tag']
      readonly receiveBuffer: number
    }
  /** The host has other addresses now. */
  | { readonly _tag: 'Readdressed'; readonly address: BipAddress; readonly broadcast: BipAddress | undefined }
  | { readonly _tag: 'Registration'; readonly bbmd: BipAddress; readonly state: RegistrationState }
  /** It became something else, as it was asked to. */
  | { readonly _tag: 'Role'; readonly role: IpRole['_tag'] }

type Listening = Extract<IpLinkEvent, { readonly _tag: 'Listening' }>

interface Heard {
  /** Whether it has been told that it hears. */
  readonly isBound: boolean
  /** Whether the next status belongs to other addresses. */
  readonly isReaddressed: boolean
  readonly latest: IpStatus | undefined
  readonly news: readonly IpNews[]
}

const NOTHING: Heard = { isBound: false, isReaddressed: false, latest: undefined, news: [] }

/** Tells apart what a status says. */
export const ipNews = (): OperatorFunction<IpLinkEvent, IpNews> => event$ =>
  event$.pipe(
    scan(hear, NOTHING),
    map(({ news }) => news),
    concatMap(news => news),
  )

const hear = (before: Heard, event: IpLinkEvent): Heard => {
  switch (event._tag) {
    case 'Listening':
      if (before.isBound) return { ...before, isReaddressed: true, news: [] }
      return { ...before, isBound: true, news: firstNews(event, before.latest) }
    case 'Status':
      return {
        ...before,
        isReaddressed: false,
        latest: event.status,
        news: before.isBound ? newsIn(event.status, before) : [],
      }
    default:
      return { ...before, news: [event] }
  }
}

const firstNews = (
  { address, broadcast, receiveBuffer }: Listening,
  latest: IpStatus | undefined,
): readonly IpNews[] => [
  { _tag: 'Bound', address, broadcast, role: latest?.role ?? 'OrdinaryNode', receiveBuffer },
  ...registrationIn(latest),
]

const registrationIn = (status: IpStatus | undefined): readonly IpNews[] =>
  status?.registration === undefined ? [] : [{ _tag: 'Registration', ...status.registration }]

const newsIn = (status: IpStatus, { isReaddressed, latest }: Heard): readonly IpNews[] => {
  const { address, broadcast, role, registration } = status
  const isSameBbmd = registration?.bbmd === latest?.registration?.bbmd
  const isOther = !isSameBbmd || registration?.state !== latest?.registration?.state
  const registrations = isOther ? registrationIn(status) : []
  if (isReaddressed) {
    const isMoved = address !== latest?.address || broadcast !== latest.broadcast
    return isMoved ? [{ _tag: 'Readdressed', address, broadcast }, ...registrations] : registrations
  }
  return role === latest?.role && isSameBbmd && isOther ? registrations : [{ _tag: 'Role', role }, ...registrations]
}
