import { cpus, loadavg } from 'node:os'
import type { Result, Spread } from './result.js'

/** The machine, in one line. */
export const machine = (): string => {
  const all = cpus()
  const load = loadavg()
    .map(value => value.toFixed(1))
    .join(' ')
  return `node ${process.version}, ${all.length} x ${all[0]?.model.trim() ?? 'unknown CPU'}, load ${load}`
}

const HEAD = ['load', 'ours', 'baseline', '', 'ratio (min - max)', 'target', '']

/** The results as an aligned table, notes below it. */
export const table = (results: readonly Result[]): string => {
  const rows = [HEAD, ...results.map(cells)]
  const widths = HEAD.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  const lines = rows.map(row =>
    row
      .map((cell, column) =>
        column === 1 || column === 2 ? cell.padStart(at(widths, column)) : cell.padEnd(at(widths, column)),
      )
      .join('  ')
      .trimEnd(),
  )
  const notes = results.filter(({ note }) => note !== '').map(({ load, note }) => `${load}: ${note}`)
  return [...lines, ...(notes.length === 0 ? [] : ['', ...notes])].join('\n')
}

const at = (widths: readonly number[], column: number): number => widths[column] ?? 0

const cells = ({ load, unit, ours, baseline, ratio, target, met }: Result): readonly string[] => [
  load,
  number(ours),
  number(baseline),
  unit,
  ratio === undefined ? '' : `${fraction(ratio.median)} (${fraction(ratio.min)} - ${fraction(ratio.max)})`,
  target,
  met === undefined ? 'not measured' : met ? 'met' : 'NOT MET',
]

const number = (value: Spread | undefined): string => (value === undefined ? '' : value.median.toFixed(2))

/** Small ratios read better as a part of the baseline: `1/6.2`. */
const fraction = (ratio: number): string => (ratio < 0.8 ? `1/${(1 / ratio).toFixed(2)}` : ratio.toFixed(2))
