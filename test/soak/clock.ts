/** Milliseconds on a clock that all processes of this computer share and that nobody sets. */
export const now = (): number => Number(process.hrtime.bigint() / 1000n) / 1000
