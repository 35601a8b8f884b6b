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

const cells = (result: Result): readonly string[] => {
  const { load, unit, ours, baseline, ratio, target } = result
  return [
    load,
    median(ours),
    median(baseline),
    unit,
    ratio === undefined ? range(ours, number) : `${fraction(ratio.median)} ${range(ratio, fraction)}`,
    target,
    verdict(result),
  ]
}

const verdict = ({ ours, target, met }: Result): string => {
  if (ours === undefined) return 'not measured'
  if (target === '') return ''
  return met === true ? 'met' : 'NOT MET'
}

/** From the least to the most, where they differ. */
const range = (of: Spread | undefined, print: (value: number) => string): string =>
  of === undefined || of.min === of.max ? '' : `(${print(of.min)} - ${print(of.max)})`

const median = (of: Spread | undefined): string => (of === undefined ? '' : number(of.median))

const number = (value: number): string => value.toFixed(2)

/** Small ratios read better as a part of the baseline: `1/6.2`. */
const fraction = (ratio: number): string => (ratio < 0.8 ? `1/${(1 / ratio).toFixed(2)}` : ratio.toFixed(2))
