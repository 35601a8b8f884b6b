import { printFault } from '../../src/testing/index.js'
import type { Plan } from './plan/plan.js'
import type { PlanOptions } from './plan/plan.js'
import type { Attempt } from './attempt.js'
import type { RunResult } from './run.js'
import type { Excuse } from './world/accounts.js'

/** What many runs come to. */
export interface Report {
  readonly add: (attempt: Attempt, cpuMs: number) => void
  readonly lines: () => readonly string[]
}

const HOUR_MS = 3_600_000

/** Why an NPDU did not reach a receiver, in words that need no others. */
const WHY: Readonly<Record<Excuse, string>> = {
  'given back': 'who was to send it on said that it did not, and which NPDU it was',
  'lost on a wire': 'lost on a wire',
  'went to its namesake': 'went to another host with the same VMAC',
  'died with it': 'waited at a host that went down',
  'not on one network':
    'two hosts on its way could not reach each other, which who was to send it there could not know',
  'told as dropped': 'somebody on the way said that an NPDU was dropped, but not which',
}

const IN_WORDS = new Map<string, string>(Object.entries(WHY))

/** Adds runs up. */
export const report = (): Report => {
  const sums = { runs: 0, simulatedMs: 0, cpuMs: 0, events: 0, stations: 0, sent: 0, due: 0, carried: 0 }
  const faults = new Map<string, number>()
  const dropped = new Map<string, number>()
  const lost = new Map<string, number>()
  const refused = new Map<string, number>()
  const missing = new Map<string, number>()
  const failed: number[] = []

  const addResult = ({ plan, simulatedMs, events, tally, missing: without }: RunResult): void => {
    sums.simulatedMs += simulatedMs
    sums.events += events
    for (const key of ['sent', 'due', 'carried'] as const) sums[key] += tally[key]
    for (const { fault } of plan.script) count(faults, fault._tag, 1)
    addAll(dropped, tally.dropped)
    addAll(lost, tally.lost)
    addAll(refused, tally.refused)
    addAll(missing, without)
  }

  return {
    add: ({ plan, result, violations }, cpuMs) => {
      sums.runs++
      sums.cpuMs += cpuMs
      sums.stations += stationsOf(plan)
      if (result !== undefined) addResult(result)
      if (violations.length > 0) failed.push(plan.seed)
    },

    lines: () => [
      `${counted(sums.runs, 'run')}, ${(sums.simulatedMs / HOUR_MS).toFixed(1)} simulated hours in ${(sums.cpuMs / 1000).toFixed(1)} s of one processor: ` +
        `${Math.round(sums.simulatedMs / sums.cpuMs)} times faster than real time, ${sums.stations} stations, ${sums.events} events`,
      `faults: ${total(faults)} (${list(faults)})`,
      `NPDUs: ${sums.sent} sent, for ${sums.due} receivers: ${sums.due - total(missing)} delivered, ${total(missing)} not; ${sums.carried} times over a wire`,
      ...listing('not delivered, and why:', missing, why => IN_WORDS.get(why) ?? why),
      ...listing('NPDUs that hosts said they dropped:', dropped),
      ...listing('NPDUs lost on a wire:', lost),
      ...listing('refused or discarded, and no NPDUs:', refused),
      failed.length === 0
        ? 'every invariant held'
        : `an invariant did not hold for ${counted(failed.length, 'seed')}: ${failed.slice(0, 20).join(' ')}`,
    ],
  }
}

/** The command that plays a run again. */
export const againOf = (seed: number, { nodes, hours, isPlain }: PlanOptions): string =>
  [
    'npm run simulate -- --seed',
    seed,
    ...flag('--nodes', nodes),
    ...flag('--hours', hours),
    ...(isPlain === true ? ['--plain'] : []),
  ].join(' ')

const flag = (name: string, value: number | undefined): readonly (string | number)[] =>
  value === undefined ? [] : [name, value]

/** What did not hold in a run, and how to see it again. */
export const failureOf = (
  { plan, violations }: Pick<Attempt, 'plan' | 'violations'>,
  again: string,
): readonly string[] => [
  `seed ${plan.seed}: ${networksInWords(plan)}`,
  ...violations.flatMap(({ invariant, states, complaints }) => [
    `  ${invariant}: ${states}`,
    ...complaints.map(complaint => `    ${complaint}`),
  ]),
  '  what went wrong there:',
  ...plan.script.map(fault => `    ${printFault(fault)}`),
  ...plan.bursts.map(
    ({ at, by, addressing, whom, network, count }) =>
      `    ${at} ms: ${by} says ${count} at once, ${addressing}, to ${addressing === 'unicast' ? whom : network}`,
  ),
  `  again: ${again}`,
]

/** `8 stations on sc, ip and ip6, joined by 2 boxes`. */
export const networksInWords = (plan: Plan): string =>
  `${stationsOf(plan)} stations on ${plan.networks.map(({ kind, number }) => `${kind} ${number}`).join(', ')}` +
  (plan.boxes.length === 0 ? '' : `, joined by ${plan.boxes.map(({ host }) => host).join(', ')}`)

const stationsOf = ({ networks }: Plan): number => networks.reduce((sum, { seats }) => sum + seats.length, 0)

const counted = (number: number, thing: string): string => `${number} ${thing}${number === 1 ? '' : 's'}`

const addAll = (counts: Map<string, number>, more: Readonly<Record<string, number>>): void => {
  for (const [key, times] of Object.entries(more)) count(counts, key, times)
}

const listing = (
  title: string,
  counts: ReadonlyMap<string, number>,
  inWords = (key: string): string => key,
): readonly string[] =>
  counts.size === 0 ? [] : [title, ...sorted(counts).map(([key, times]) => `  ${times} ${inWords(key)}`)]

const count = (counts: Map<string, number>, key: string, times: number): void =>
  void counts.set(key, (counts.get(key) ?? 0) + times)

const total = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((sum, one) => sum + one, 0)

const sorted = (counts: ReadonlyMap<string, number>): readonly (readonly [string, number])[] =>
  [...counts].sort(([, one], [, other]) => other - one)

const list = (counts: ReadonlyMap<string, number>): string =>
  sorted(counts)
    .map(([key, times]) => `${times} ${key}`)
    .join(', ')
