import type { SchedulerLike } from 'rxjs'
import { gathering } from '../../limits/gathering.js'
import type { Mac } from '../../values/mac.js'
import type { Conflict, NetworkEvent } from './network-event.js'

type Noted = Extract<NetworkEvent, { readonly _tag: 'Conflict' | 'Discarded' }>

/** Tells of what is wrong, at a bearable pace. */
export interface Notes {
  readonly conflict: (conflict: Conflict, network: number, port: string, neighbour: Mac | undefined) => void
  readonly discarded: (reason: string, port: string, neighbour: Mac) => void
  readonly close: () => void
}

/** Notes: the first of a kind at once, further ones together once a second. */
export const notes = (scheduler: SchedulerLike, tell: (event: NetworkEvent) => void): Notes => {
  const gathered = gathering<Noted>(
    scheduler,
    (noted, count) => tell({ ...noted, count }),
    noted => [keyOf({ ...noted, neighbour: undefined }), { ...noted, neighbour: undefined }],
  )
  return {
    conflict: (conflict, network, port, neighbour) => {
      const noted: Noted = { _tag: 'Conflict', conflict, network, port, neighbour, count: 1 }
      gathered.note(keyOf(noted), noted)
    },
    discarded: (reason, port, neighbour) => {
      const noted: Noted = { _tag: 'Discarded', reason, port, neighbour, count: 1 }
      gathered.note(keyOf(noted), noted)
    },
    close: gathered.close,
  }
}

const keyOf = (noted: Noted): string =>
  noted._tag === 'Conflict'
    ? `${noted.port} ${noted.conflict} ${noted.neighbour}`
    : `${noted.port} ${noted.reason} ${noted.neighbour}`
