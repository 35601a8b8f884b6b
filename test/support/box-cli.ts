import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command } from '../../src/cli/box/run.js'
import { runCli, type CliProcess } from './cli.js'
import { refusedBy } from './ip-cli.js'

/** A folder with the file of a box in it. */
export interface BoxFolder {
  readonly path: string
  readonly file: string
  /** Writes the file, as JSON or as the text that it is. */
  readonly write: (box: unknown) => void
  /** What `--check` says to it: the line on stderr without the path of the folder, or `undefined`. */
  readonly fault: (box: unknown) => Promise<string | undefined>
  /** Runs it with `--json`. */
  readonly run: (box: unknown) => CliProcess
  readonly remove: () => void
}

/** The file of a box in a folder, such as a new temporary one. */
export const boxFolder = (path: string = mkdtempSync(join(tmpdir(), 'rx-bacnet-box-'))): BoxFolder => {
  const file = join(path, 'box.json')
  const write = (box: unknown): void => writeFileSync(file, typeof box === 'string' ? box : JSON.stringify(box))
  return {
    path,
    file,
    write,
    fault: async box => {
      write(box)
      const { code, stderr } = await refusedBy(command, [file, '--check'])
      if (code === 0) return undefined
      const [, line] = /^rx-bacnet: ([^\n]*)\n$/.exec(stderr) ?? []
      if (code !== 2 || line === undefined) throw new Error(`exit code ${code}: ${stderr}`)
      return line.replaceAll(`${path}/`, '')
    },
    run: box => {
      write(box)
      return runCli(['run', file, '--json'])
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}
