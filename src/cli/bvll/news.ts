import { concatMap, map, scan, type OperatorFunction } from 'rxjs'
import type { BbmdRegistration } from '../../bvll/annex.js'
import type { IpRole } from '../../transport/ip.js'

/** What a port is to its network: the roles of both annexes have the same names. */
export type RoleTag = IpRole['_tag']

interface Tagged {
  readonly _tag: string
}

/** Where a port is. What else belongs to that differs between the annexes. */
interface AnyPlace {
  readonly address: string
}

/** How a port is, besides where. */
interface Standing<Address extends string> {
  readonly role: RoleTag
  readonly registration: BbmdRegistration<Address> | undefined
}

type Status<Place extends AnyPlace> = Place & Standing<Place['address']>

type Listening<Place> = Place & { readonly _tag: 'Listening'; readonly receiveBuffer: number }

interface StatusTold<Told> {
  readonly _tag: 'Status'
  readonly status: Told
}

/** It hears from now on. Comes once, and first. */
export type Bound<Place> = Place & { readonly _tag: 'Bound'; readonly role: RoleTag; readonly receiveBuffer: number }

/** The host has other addresses now. */
export type Readdressed<Place> = Place & { readonly _tag: 'Readdressed' }

/** The registration of a foreign device stands otherwise than before. */
export type RegistrationNews<Address extends string> = BbmdRegistration<Address> & { readonly _tag: 'Registration' }

/** It became something else, as it was asked to. */
export interface RoleNews {
  readonly _tag: 'Role'
  readonly role: RoleTag
}

/** What is new in the statuses of a port. */
export type StatusNews<Place extends AnyPlace> =
  Bound<Place> | Readdressed<Place> | RegistrationNews<Place['address']> | RoleNews

/** What is asked of a status of one annex. */
export interface NewsOptions<Place, Told, More> {
  /** Where the port is, and nothing else. */
  readonly placeOf: (from: Place) => Place
  /** What only this annex knows has changed: then that is why the status came. `undefined` when nothing of that has. */
  readonly more?: (status: Told, before: Told | undefined) => readonly More[] | undefined
}

interface Heard<Told, News> {
  /** Whether it has been told that it hears. */
  readonly isBound: boolean
  /** Whether the next status belongs to other addresses. */
  readonly isReaddressed: boolean
  readonly latest: Told | undefined
  readonly news: readonly News[]
}

/** Tells what a port tells, with what is new in each status in its place. */
export const portNews = <
  Place extends AnyPlace,
  Told extends Status<Place>,
  Other extends Tagged,
  More extends Tagged = never,
>({
  placeOf,
  more = () => undefined,
}: NewsOptions<Place, Told, More>): OperatorFunction<
  Listening<Place> | StatusTold<Told> | Other,
  StatusNews<Place> | Other | More
> => {
  type News = StatusNews<Place> | Other | More
  type Event = Listening<Place> | StatusTold<Told> | Other

  const isListening = (event: Event): event is Listening<Place> => event._tag === 'Listening'
  const isStatus = (event: Event): event is StatusTold<Told> => event._tag === 'Status'

  const registrationIn = (status: Told | undefined): readonly RegistrationNews<Place['address']>[] =>
    status?.registration === undefined ? [] : [{ _tag: 'Registration', ...status.registration }]

  const isSamePlace = (one: Place, other: Place): boolean => {
    const others: readonly unknown[] = Object.values(placeOf(other))
    const values: readonly unknown[] = Object.values(placeOf(one))
    return values.every((value, index) => value === others[index])
  }

  const newsIn = (status: Told, { isReaddressed, latest }: Heard<Told, News>): readonly News[] => {
    const { role, registration } = status
    const isSameBbmd = registration?.bbmd === latest?.registration?.bbmd
    const isOther = !isSameBbmd || registration?.state !== latest?.registration?.state
    const registrations = isOther ? registrationIn(status) : []
    if (isReaddressed) {
      const isMoved = latest === undefined || !isSamePlace(status, latest)
      return isMoved ? [{ _tag: 'Readdressed', ...placeOf(status) }, ...registrations] : registrations
    }
    const others = more(status, latest)
    if (others !== undefined) return [...others, ...registrations]
    return role === latest?.role && isSameBbmd && isOther ? registrations : [{ _tag: 'Role', role }, ...registrations]
  }

  const hear = (before: Heard<Told, News>, event: Event): Heard<Told, News> => {
    if (isListening(event)) {
      if (before.isBound) return { ...before, isReaddressed: true, news: [] }
      const { latest } = before
      const role = latest?.role ?? 'OrdinaryNode'
      const bound: Bound<Place> = { _tag: 'Bound', ...placeOf(event), role, receiveBuffer: event.receiveBuffer }
      return { ...before, isBound: true, news: [bound, ...registrationIn(latest)] }
    }
    if (isStatus(event)) {
      const { status } = event
      return { ...before, isReaddressed: false, latest: status, news: before.isBound ? newsIn(status, before) : [] }
    }
    return { ...before, news: [event] }
  }

  const nothing: Heard<Told, News> = { isBound: false, isReaddressed: false, latest: undefined, news: [] }
  return event$ =>
    event$.pipe(
      scan(hear, nothing),
      map(({ news }) => news),
      concatMap(news => news),
    )
}
