import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** The memory that a process occupies, in MiB. */
export const memoryMiB = (pid: number): number => {
  const status = `/proc/${pid}/status`
  const kiB = existsSync(status)
    ? /VmRSS:\s*(\d+)/.exec(readFileSync(status, 'utf8'))?.[1]
    : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })
  return Number(kiB) / 1024
}

/** A piece of work, and by how much a process grew at most while it was done, in MiB. */
export const growthDuring = async <A>(
  pid: number,
  work: () => Promise<A>,
): Promise<{ readonly result: A; readonly grownMiB: number }> => {
  const before = memoryMiB(pid)
  let peak = before
  const looking = setInterval(() => (peak = Math.max(peak, memoryMiB(pid))), 20)
  const result = await work().finally(() => clearInterval(looking))
  return { result, grownMiB: Math.max(peak, memoryMiB(pid)) - before }
}
