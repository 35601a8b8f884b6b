const UNITS_MS = { h: 3_600_000, min: 60_000, m: 60_000, s: 1000, ms: 1 } as const

/**
 * Reads `300 s`, `0.5s`, `10m`, `10 min` or `2 h` as whole milliseconds, as in `.marble` files.
 *
 * @throws Error for text that is not a duration, or not of whole milliseconds.
 */
export const durationMs = (text: string): number => {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|min|h)$/u.exec(text.trim()) ?? []
  if (amount === undefined) throw new Error(`"${text}" is not a duration, such as 10ms, 0.5 s, 5 m or 2 h.`)
  const exactMs = Number(amount) * UNITS_MS[unit as keyof typeof UNITS_MS]
  const ms = Math.round(exactMs)
  // 1.001 s is 1000.9999999999999 ms in binary: a whole number to whoever wrote it.
  if (Math.abs(exactMs - ms) > 1e-6) throw new Error(`"${text}" is not a whole number of milliseconds.`)
  return ms
}
