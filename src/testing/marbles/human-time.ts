/** Units of time, the longest first. */
export const UNITS = [
  { unit: 'h', name: 'hours', unitMs: 3_600_000 },
  { unit: 'min', name: 'minutes', unitMs: 60_000 },
  { unit: 's', name: 'seconds', unitMs: 1000 },
  { unit: 'ms', name: 'ms', unitMs: 1 },
] as const

/** Exact, and in units that suit the column: `450 s`, or `7 min 30 s` where a column lasts a minute. */
export const humanTime = (ms: number, columnMs: number): string => {
  const suiting = UNITS.filter(({ unitMs }) => unitMs <= Math.max(columnMs, 1))
  const parts = suiting.flatMap(({ unit, unitMs }, index) => {
    const rest = ms % (suiting[index - 1]?.unitMs ?? Infinity)
    const count = unitMs === 1 ? rest : Math.floor(rest / unitMs)
    return count === 0 ? [] : [`${count} ${unit}`]
  })
  return parts.join(' ') || `0 ${suiting[0]?.unit ?? 'ms'}`
}
