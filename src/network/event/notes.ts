import type { SchedulerLike } from 'rxjs'
import { gathering } from '../../limits/gathering.js'
import type { Mac } from '../../values/mac.js'
import type { Conflict, NetworkEvent, StationAddress } from './network-event.js'

type Noted = Extract<NetworkEvent, { readonly _tag: 'Conflict' | 'Discarded' | 'Rejected' }>

/** Tells of what is wrong, at a bearable pace. */
export interface Notes {
  readonly conflict: (conflict: Conflict, network: number, port: string, neighbour: Mac | undefined) => void
  readonly discarded: (reason: string, port: string, neighbour: Mac) => void
  readonly rejected: (network: number, reason: number, port: string, source: StationAddress) => void
  /** Tells at once what is gathered. */
  readonly flush: () => void
  readonly close: () => void
}

/** Notes: the first of a kind at once, further ones together once a second. */
export const notes = (scheduler: SchedulerLike, tell: (event: NetworkEvent) => void): Notes => {
  const gathered = gathering<Noted>(
    scheduler,
    (noted, count) => tell({ ...noted, count }),
    noted => [coarseKey(noted), withoutWhom(noted)],
  )
  const note = (noted: Noted): void => gathered.note(`${coarseKey(noted)} ${whom(noted)}`, noted)

  return {
    conflict: (conflict, network, port, neighbour) =>
      note({ _tag: 'Conflict', conflict, network, port, neighbour, count: 1 }),
    discarded: (reason, port, neighbour) => note({ _tag: 'Discarded', reason, port, neighbour, count: 1 }),
    rejected: (network, reason, port, source) => note({ _tag: 'Rejected', network, reason, port, source, count: 1 }),
    flush: gathered.flush,
    close: gathered.close,
  }
}

/** What is told together while there is too much to tell it apart. */
const coarseKey = (noted: Noted): string => {
  switch (noted._tag) {
    case 'Conflict':
      return `${noted.port} ${noted.conflict}`
    case 'Discarded':
      return `${noted.port} ${noted.reason}`
    case 'Rejected':
      return `${noted.port} rejected ${noted.reason}`
  }
}

const whom = (noted: Noted): string => {
  switch (noted._tag) {
    case 'Conflict':
      return `${noted.neighbour} ${noted.network}`
    case 'Discarded':
      return `${noted.neighbour}`
    case 'Rejected':
      return `${noted.source.network} ${noted.source.mac} ${noted.network}`
  }
}

const withoutWhom = (noted: Noted): Noted => (noted._tag === 'Rejected' ? noted : { ...noted, neighbour: undefined })
