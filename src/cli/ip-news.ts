import { concatMap, map, scan, type OperatorFunction } from 'rxjs'
import type { BipAddress, IpLinkEvent, IpRole, IpStatus, RegistrationState } from '../transport/ip.js'

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
  /** Whose status comes next. */
  readonly listening: Listening | undefined
  readonly latest: IpStatus | undefined
  readonly news: readonly IpNews[]
}

const NOTHING: Heard = { listening: undefined, latest: undefined, news: [] }

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
      return { ...before, listening: event, news: [] }
    case 'Status':
      return { listening: undefined, latest: event.status, news: newsIn(event.status, before) }
    default:
      return { ...before, news: [event] }
  }
}

const newsIn = (status: IpStatus, { listening, latest }: Heard): readonly IpNews[] => {
  const { address, broadcast, role, registration } = status
  const isOther =
    registration !== undefined &&
    (registration.state !== latest?.registration?.state || registration.bbmd !== latest.registration.bbmd)
  const registrations: readonly IpNews[] = isOther ? [{ _tag: 'Registration', ...registration }] : []
  if (latest === undefined) {
    const receiveBuffer = listening?.receiveBuffer ?? 0
    return [{ _tag: 'Bound', address, broadcast, role, receiveBuffer }, ...registrations]
  }
  if (listening !== undefined) {
    const isMoved = address !== latest.address || broadcast !== latest.broadcast
    return isMoved ? [{ _tag: 'Readdressed', address, broadcast }, ...registrations] : registrations
  }
  const isSameRegistration = role === latest.role && registration?.bbmd === latest.registration?.bbmd
  return isSameRegistration && isOther ? registrations : [{ _tag: 'Role', role }, ...registrations]
}
