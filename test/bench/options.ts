import { parseArgs } from 'node:util'

/** How the bench is run. */
export interface BenchOptions {
  /** Windows of each server and load. */
  readonly rounds: number
  /** How often the processes are started anew; the rounds are spread over them. */
  readonly sittings: number
  /** How long a window is made to last. */
  readonly windowMs: number
  /** Without the thousand nodes. */
  readonly quick: boolean
  /** Only loads whose name contains this. */
  readonly only: string
  readonly json: boolean
  /** Where our server writes a CPU profile; nowhere when undefined. */
  readonly profile: string | undefined
}

/** What `--help` prints. */
export const USAGE = `npm run bench -- [options]
  --quick        under a minute: four rounds of short windows, without scale and memory over TLS
  --rounds=N     windows of each server and load (default 24)
  --sittings=N   how often the processes are started anew (default 2)
  --window=MS    length of a window (default 200)
  --only=TEXT    only loads whose name contains TEXT; 'scale' is a thousand nodes over TLS
  --json         print JSON instead of the table
  --profile=DIR  our server writes CPU profiles there`

/** Reads the command line; `undefined` asks for help. Throws on what it does not know. */
export const readOptions = (args: readonly string[]): BenchOptions | undefined => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      sittings: { type: 'string' },
      window: { type: 'string' },
      only: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const { quick, only, json, profile } = values
  const rounds = count('rounds', values.rounds, quick ? 4 : 24)
  const sittings = Math.min(rounds, count('sittings', values.sittings, quick ? 1 : 2))
  return { rounds, sittings, windowMs: count('window', values.window, quick ? 80 : 200), quick, only, json, profile }
}

const count = (name: string, text: string | undefined, otherwise: number): number => {
  const value = text === undefined ? otherwise : Number(text)
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name}=${text ?? ''} is not a whole number above 0`)
  return value
}
