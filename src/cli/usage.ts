import { getSystemErrorMap } from 'node:util'

/** The name of the program as people type it. */
export const PROGRAM = 'rx-bacnet'

/**
 * What the person who started a command has to mend: wrong usage, wrong configuration, a missing file.
 * Ends the program with exit code 2 and the message as the one line on stderr.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** An error, whatever was thrown. */
export const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

/** What went wrong, in words: those of the operating system without its codes, where an error came from there. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const { errno } = error as NodeJS.ErrnoException
  const reason = errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]
  return reason ?? (error.message === '' ? error.name : error.message)
}

/** Errors of the operating system that say that a file or address of the configuration is wrong. */
const MENDABLE: ReadonlySet<unknown> = new Set(
  'EACCES EADDRINUSE EADDRNOTAVAIL EEXIST EISDIR ENOENT ENOTDIR ENOTFOUND EPERM EROFS'.split(' '),
)

/** Whether an error that ended a command is for its user to mend: exit code 2, otherwise 1. */
export const isMendable = (error: unknown): boolean =>
  error instanceof Error &&
  (error instanceof UsageError ||
    // By name, since importing the class would load all of the library for each command.
    error.name === 'ConfigurationError' ||
    MENDABLE.has((error as NodeJS.ErrnoException).code))

/** A titled list in a usage text, each row with the same number of columns. */
export interface UsageSection {
  readonly title: string
  readonly rows: readonly (readonly string[])[]
}

/** Lines up rows in columns, each as wide as its widest cell. Columns that are empty throughout are left out. */
export const columns = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths: number[] = []
  for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)))
  return rows.map(row =>
    row
      .flatMap((cell, at) => (widths[at] === 0 ? [] : [cell.padEnd(widths[at] ?? 0)]))
      .join('  ')
      .trimEnd(),
  )
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

/** The text that `--help` prints. */
export const usageText = (
  line: string,
  summary: string,
  sections: readonly UsageSection[],
  notes: readonly string[],
): string => {
  const lists = sections
    .filter(({ rows }) => rows.length > 0)
    .map(({ title, rows }) => [`${title}:`, ...columns(rows).map(row => `  ${row}`)].join('\n'))
  return `${[`Usage: ${PROGRAM} ${line}`, sentence(summary), ...lists, ...notes].join('\n\n')}\n`
}
