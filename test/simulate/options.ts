import { parseArgs } from 'node:util'

/** What is simulated. */
export interface SimulateOptions {
  /** The first seed. */
  readonly seed: number
  /** How many seeds, one after the other. */
  readonly seeds: number
  /** Stations of each network of networks; drawn where nothing is said. */
  readonly nodes: number | undefined
  /** Hours of faults in each run; drawn where nothing is said. */
  readonly hours: number | undefined
  /** Without the shapes and faults that have come since the first thousand seeds were run. */
  readonly isPlain: boolean
  /** Whose story is told: the number of an NPDU. */
  readonly npdu: number | undefined
}

/** What `--help` prints. */
export const USAGE = `npm run simulate -- [options]
  --seeds N   how many seeds, one after the other (default 100, with --seed 1)
  --seed N    the first seed (default 1)
  --nodes N   stations in each run (default: drawn, mostly few, at times up to 1000)
  --hours H   hours of faults in each run (default: drawn, up to two)
  --plain     only the shapes and faults that were drawn at first, for seeds that were noted then
  --npdu ID   tells all that happened to one NPDU; needs --seed`

/** Reads the command line; `undefined` asks for help. Throws on what it does not know. */
export const readOptions = (args: readonly string[]): SimulateOptions | undefined => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string' },
      seed: { type: 'string' },
      nodes: { type: 'string' },
      hours: { type: 'string' },
      npdu: { type: 'string' },
      plain: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  if (values.npdu !== undefined && (values.seed === undefined || values.seeds !== undefined)) {
    throw new Error('--npdu needs --seed, and no --seeds')
  }
  const whole = (name: 'seed' | 'seeds' | 'nodes' | 'npdu', most: number): number | undefined =>
    numberOf(name, values[name], most, true)
  return {
    seed: whole('seed', 0xffffffff) ?? 1,
    seeds: whole('seeds', 1_000_000) ?? (values.seed === undefined ? 100 : 1),
    nodes: atLeastTwo(whole('nodes', 1000)),
    hours: numberOf('hours', values.hours, 500, false),
    isPlain: values.plain,
    npdu: whole('npdu', 0xffffffff),
  }
}

const atLeastTwo = (nodes: number | undefined): number | undefined => {
  if (nodes === 1) throw new Error('--nodes=1 has nobody to talk to')
  return nodes
}

const numberOf = (name: string, text: string | undefined, most: number, isWhole: boolean): number | undefined => {
  if (text === undefined) return undefined
  const value = Number(text)
  const kind = isWhole ? 'a whole number' : 'a number'
  if (!(value > 0 && value <= most) || (isWhole && !Number.isInteger(value))) {
    throw new Error(`--${name}=${text} is not ${kind} above 0, up to ${most}`)
  }
  return value
}
