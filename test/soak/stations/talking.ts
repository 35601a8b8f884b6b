import type { Dice } from '../../fuzz/dice.js'
import { now } from '../clock.js'
import type { Marks, Target } from '../note.js'
import { npduOf } from '../npdu.js'
import type { Talk } from '../plan.js'
import type { Notes, Station } from './station.js'

const TICK_MS = 20

/** Has stations send NPDUs until it is told to stop. `peers` are the stations of the network of each. */
export const talking = (
  stations: readonly Station[],
  peers: (station: Station) => readonly number[],
  { unicastEvery, broadcastEvery }: Talk,
  dice: Dice,
  firstId: number,
  note: Notes,
): (() => void) => {
  let id = firstId
  /** From half of the average to one and a half. */
  const after = (seconds: number): number => seconds * 1000 * (0.5 + dice.fraction())
  const begin = now()
  const due = stations.map(station => ({
    station,
    unicastAt: begin + dice.fraction() * unicastEvery * 1000,
    broadcastAt: begin + dice.fraction() * broadcastEvery * 1000,
  }))
  const say = (station: Station, to: Target): void => {
    const npdu: Marks = { id: id++, by: station.id, to }
    note({ _tag: 'Sent', at: now(), npdu })
    station.send(npduOf(npdu), to)
  }
  const sayWhatIsDue = (): void => {
    const at = now()
    for (const each of due) {
      const { station } = each
      if (each.unicastAt <= at) {
        each.unicastAt = at + after(unicastEvery)
        const others = peers(station)
        const to = dice.pick(others)
        say(station, to === station.id ? (others.find(other => other !== to) ?? 'all') : to)
      }
      if (each.broadcastAt <= at) {
        each.broadcastAt = at + after(broadcastEvery)
        say(station, 'all')
      }
    }
  }
  const ticking = setInterval(sayWhatIsDue, TICK_MS)
  return () => clearInterval(ticking)
}
