import type { Observable } from 'rxjs'
import { toHex } from '../../../src/values/hex.js'
import { now } from '../clock.js'
import type { Note, StationId, Target } from '../note.js'
import { readNpdu } from '../npdu.js'

/** A station that runs. */
export interface Station {
  readonly id: StationId
  readonly network: 'sc' | 'ip' | 'ip6'
  /** Sends an NPDU; what comes of it is noted. */
  readonly send: (npdu: Uint8Array, to: Target) => void
  /** Ends in good order. */
  readonly close: () => Promise<void>
}

/** Notes what a station has to tell. */
export type Notes = (note: Note) => void

/** What the links of all kinds tell of NPDUs. */
interface LinkNews {
  readonly _tag: string
  readonly npdu?: Uint8Array
  readonly source?: string | undefined
  readonly destination?: 'unicast' | 'broadcast'
  readonly reason?: string
  readonly outbound?: { readonly _tag: string; readonly npdu?: Uint8Array }
}

/** Notes the NPDUs that a link of any kind receives, and those it drops. */
export const noteNpdus = (
  event$: Observable<LinkNews>,
  by: StationId,
  stationAt: (source: string) => StationId | undefined,
  note: Notes,
): void => {
  event$.subscribe(event => {
    if (event._tag === 'Npdu' && event.npdu !== undefined && event.source !== undefined) {
      const at = now()
      const read = readNpdu(event.npdu)
      if (read === undefined) note({ _tag: 'Strange', at, by, octets: toHex(event.npdu).slice(0, 80) })
      else {
        const { marks, unchanged } = read
        const destination = event.destination ?? 'unicast'
        note({ _tag: 'Received', at, by, npdu: marks, source: stationAt(event.source), unchanged, destination })
      }
    } else if (event._tag === 'Dropped') {
      const dropped = event.outbound?.npdu === undefined ? undefined : readNpdu(event.outbound.npdu)
      const reason = event.reason ?? ''
      if (dropped === undefined) note({ _tag: 'Odd', at: now(), by, what: `dropped: ${reason}` })
      else note({ _tag: 'Dropped', at: now(), id: dropped.marks.id, reason })
    } else if (event._tag === 'Discarded' || event._tag === 'Refused' || event._tag === 'PeerResult') {
      note({ _tag: 'Odd', at: now(), by, what: `${event._tag}: ${event.reason ?? ''}` })
    }
  })
}
