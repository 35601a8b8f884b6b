import { line, tag, textLines } from './svg.js'
import type { Block } from './svg.js'

/** Where time is on the page: arrows reach from `left` to `right`, in px, and `x` is the place of an instant. */
export interface TimeAxis {
  readonly left: number
  readonly right: number
  readonly endMs: number
  readonly columnMs: number
  readonly x: (ms: number) => number
}

/** A labelled instant. */
export interface Tick {
  readonly atMs: number
  readonly label: string
}

const fewestTicks = 4
const mostTicks = 12
const idealTicks = 8

/** How reluctantly an eye divides by these, times any power of ten. */
const roundness = [
  { step: 1, cost: 0 },
  { step: 2, cost: 0 },
  { step: 5, cost: 0 },
  { step: 1.5, cost: 1 },
  { step: 3, cost: 1 },
  { step: 2.5, cost: 1.5 },
  { step: 4, cost: 1.5 },
  { step: 6, cost: 1.5 },
  { step: 1.2, cost: 1.5 },
]
const offColumn = 100

/** Four to twelve round instants, where marbles can be if that is possible. */
export const ticks = (endMs: number, columnMs: number): Tick[] => {
  const { unit, unitMs } = unitFor(endMs)
  const candidates = roundness
    .flatMap(({ step, cost }) =>
      [1, 10, 100, 1000].map(power => ({ stepMs: (Math.round(step * power * 10) / 10) * unitMs, cost })),
    )
    .filter(({ stepMs }) => stepMs % unitMs === 0)
    .map(({ stepMs, cost }) => ({ stepMs, cost, count: Math.floor(endMs / stepMs) + 1 }))
    .filter(({ count }) => count >= fewestTicks && count <= mostTicks)
    .map(({ stepMs, cost, count }) => ({
      stepMs,
      count,
      cost: cost + Math.abs(count - idealTicks) + (stepMs % columnMs === 0 ? 0 : offColumn),
    }))
    .toSorted((one, other) => one.cost - other.cost)
  const { stepMs, count } = candidates[0] ?? { stepMs: endMs, count: 2 }
  return Array.from({ length: count }, (_, index) => ({
    atMs: index * stepMs,
    label: index === 0 ? '0' : `${(index * stepMs) / unitMs} ${unit}`,
  }))
}

/** The labels and ticks of time. */
export const ruler = (axis: TimeAxis, ink: string): Block => {
  return {
    height: 42,
    draw: top => {
      const base = top + 32
      return [
        line(axis.left, base, axis.right, base, { stroke: ink }),
        ...ticks(axis.endMs, axis.columnMs).map(({ atMs, label }) => {
          const x = axis.x(atMs)
          const words = textLines([label], x, base - 18, 12, { 'text-anchor': 'middle', fill: ink })
          return `${line(x, base - 7, x, base, { stroke: ink })}\n${words}`
        }),
      ].join('\n')
    },
  }
}

/** Lets the eye fall from the ruler through all streams. */
export const grid = (axis: TimeAxis, height: number, ink: string): Block => {
  const xs = ticks(axis.endMs, axis.columnMs).map(({ atMs }) => axis.x(atMs))
  return {
    height,
    draw: top =>
      tag(
        'g',
        { stroke: ink, 'stroke-dasharray': '2 4' },
        xs.map(x => line(x, top - 10, x, top + height, {})).join('\n'),
      ),
  }
}

/** Large enough to keep numbers short, small enough to keep ticks on whole ones. */
const unitFor = (endMs: number): { readonly unit: string; readonly unitMs: number } => {
  if (endMs < 4000) return { unit: 'ms', unitMs: 1 }
  if (endMs <= 1_800_000) return { unit: 's', unitMs: 1000 }
  return endMs < 14_400_000 ? { unit: 'min', unitMs: 60_000 } : { unit: 'h', unitMs: 3_600_000 }
}
