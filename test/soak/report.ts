import type { Growth } from './memory-watch.js'
import type { SoakState } from './soak.js'
import { totalOf, type Counts } from './tally.js'

/** A number with its thousands apart. */
const many = (count: number): string => count.toLocaleString('en').replaceAll(',', ' ')

const listed = (counts: Readonly<Counts>): string =>
  Object.entries(counts)
    .sort(([, one], [, other]) => other - one)
    .map(([reason, count]) => `${reason} ${many(count)}`)
    .join(', ') || 'none'

/** One line on how it stands. */
export const progressLine = ({ books, memory, faults, processes, began }: SoakState, at: number): string => {
  const { primary, failover, none, registered } = books.standing()
  const { sent, judged, due, delivered, dropped, excused, violated } = books.ledger.tally
  const seconds = Math.round((at - began) / 1000)
  return [
    `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`,
    `primary ${primary} failover ${failover} none ${none}, foreign devices ${registered}`,
    `sent ${many(sent)}, judged so far ${many(judged)}: told as dropped ${many(totalOf(dropped))}, the others delivered to ${many(delivered)} of ${many(due)} receivers, excused ${many(totalOf(excused))}`,
    `faults ${totalOf(faults)}`,
    `MiB live/resident: ${processes.map(process => `${process} ${memory.latest(process)}`).join(', ')}`,
    `violations ${totalOf(violated)}`,
  ].join(' | ')
}

const growthLine = ({ process, what, slope, verdict }: Growth): string => {
  if (slope === undefined) return `  ${process}, ${what}: not known, too few samples`
  const { kibPerMinute, margin, samples, meanKib } = slope
  const sign = kibPerMinute < 0 ? '-' : '+'
  const size = `${(meanKib / 1024).toFixed(1)} MiB`
  return `  ${process}, ${what}: ${size}, ${sign}${Math.abs(kibPerMinute).toFixed(1)} ± ${margin.toFixed(1)} KiB/min (${samples} samples): ${verdict}`
}

/** How memory has grown; what `grows` fails the run. */
export const growthOf = ({ memory, began, ended }: SoakState): readonly Growth[] => memory.growth(began, ended)

/** The violations from that on, a line each. */
export const violationLines = ({ books }: SoakState, from: number): readonly string[] =>
  books.ledger.tally.violations.slice(from).map(({ kind, text }) => `VIOLATION ${kind}: ${text}`)

/** What came of it all. */
export const summary = (state: SoakState, seed: number): readonly string[] => {
  const { books, memory, faults, began, ended, recoveredMs } = state
  const { tally } = books.ledger
  const { delays, due, delivered, excused } = tally
  const { drops, unconfirmed } = books.told()
  const seconds = (ms: number | undefined): string => (ms === undefined ? 'not in time' : `${(ms / 1000).toFixed(1)} s`)
  return [
    `seed ${seed}, ${((ended - began) / 60_000).toFixed(1)} minutes`,
    `faults: ${listed(faults)}`,
    `sent: ${many(tally.sent)} NPDUs, ${many(tally.broadcasts)} of them broadcasts`,
    `told as dropped: ${many(totalOf(tally.dropped))}: ${listed(tally.dropped)}`,
    `the others had to reach ${many(due)} receivers: ${many(delivered)} got them, ${many(totalOf(excused))} are excused, ${many(due - delivered - totalOf(excused))} are lost`,
    `excused, ${many(tally.incomplete)} NPDUs in all: ${listed(excused)}`,
    `besides: ${many(tally.extra)} heard by stations that came just then, ${many(tally.late)} after they were judged`,
    `told as unconfirmed: ${many(tally.unconfirmed)} messages by nodes, ${many(unconfirmed)} by hubs, which also told of ${many(drops)} drops`,
    `hubs also told: ${listed(books.refused)}`,
    `stations also told: ${listed(tally.odd)}`,
    `delivered within ${delays.within(0.5).toFixed(1)} ms (half), ${delays.within(0.99).toFixed(0)} ms (99 %), ${delays.within(0.9999).toFixed(0)} ms (99.99 %), ${delays.longest().toFixed(0)} ms (all, through hubs that hung)`,
    `all back where they should be: ${seconds(recoveredMs)} after the last fault`,
    'memory after a collection of garbage, and its slope once it was warm, within which it is in 98 of 100 cases:',
    ...growthOf(state).map(growthLine),
    'open since then:',
    ...memory.open(began, ended).map(line => `  ${line}`),
    `violations: ${listed(tally.violated)}`,
  ]
}
